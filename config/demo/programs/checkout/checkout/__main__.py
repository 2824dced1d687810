"""Serves made-up orders for half a minute and logs as most Python services do."""

import asyncio
import logging
import random
import sys
import time

from checkout import cart, payments, stock

log = logging.getLogger("checkout.orders")
access = logging.getLogger("checkout.http")
CHANCE = random.Random(7)


def expected(work, message, *values):
    """Does the work; what goes wrong is logged with its traceback, as a request handler does."""
    try:
        work()
    except Exception:
        log.exception(message, *values)


def serve(number):
    order = 4200 + number
    access.info("POST /orders/%d 201 %dms", order, CHANCE.randrange(3, 90))
    log.info("order %d accepted, %d items", order, CHANCE.randrange(1, 9))
    if number % 4 == 1:
        expected(lambda: payments.wait_for_gateway(order), "payment of order %d timed out", order)
    if number % 12 == 2:
        expected(lambda: payments.charge(order, 31.5), "payment of order %d failed", order)
    if number % 25 == 5:
        expected(lambda: cart.discounted({"tea": 2}, "10% off"), "voucher of order %d refused", order)
    if number % 40 == 9:
        expected(lambda: asyncio.run(payments.notify_all(["mail", "sms", "push"])), "order %d: not everybody was told", order)
    if number == 50:
        expected(lambda: cart.check({"tea": 0, "mug": -2}), "order %d refused", order)
    if number == 60:
        expected(lambda: stock.reserve("scones"), "order %d cannot be reserved", order)
    if number == 75:
        expected(lambda: stock.depth("breakfast"), "order %d: bundle cannot be packed", order)
    if number % 30 == 11:
        access.warning("GET /health took %dms", CHANCE.randrange(900, 2000))
    time.sleep(CHANCE.uniform(0.05, 0.5))


def main(file):
    logging.basicConfig(
        filename=file,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    log.info("checkout 1.4.2 started, workers=1")
    for number in range(110):
        serve(number)
    log.info("checkout stopped")


if __name__ == "__main__":
    main(sys.argv[1])
