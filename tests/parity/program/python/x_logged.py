import logging
import sys
import traceback

from sentry_boot import boot
from shop.infra.store import CustomerStore
from shop.orders.service import OrderService

logging.basicConfig(format="%(asctime)s [%(levelname)s] %(name)s: %(message)s", stream=sys.stderr)
log = logging.getLogger(__name__)


def run():
    try:
        CustomerStore.parse_id("abc")
    except ValueError:
        log.exception("import of\n%d rows failed", 3)
    try:
        OrderService().ship(18)
    except Exception as e:
        log.critical("giving up", exc_info=e)
    try:
        CustomerStore().find(3)
    except KeyError:
        log.warning("not found", exc_info=True)
    try:
        raise ExceptionGroup("batch", [ValueError("a\nb"), KeyError("k")])
    except ExceptionGroup:
        log.exception("batch failed")
    log.error("no trace here")


boot()
run()
