from loguru import logger

from shop.orders.service import OrderService


def ship(customer):
    return OrderService().ship(customer)


try:
    ship(18)
except Exception:
    logger.exception("shipping failed for {}", 18)
logger.info("going on")
