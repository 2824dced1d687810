"""Logs an error with the layout that its argument is."""

import logging
import sys

logging.basicConfig(format=sys.argv[1], level=logging.INFO)
logging.info("worker up")
try:
    raise LookupError("order 7|8: no till")
except LookupError:
    logging.critical("order %d failed", 7, exc_info=True)
logging.getLogger("shop.orders").warning("slow")
