import logging
import sys

import ecs_logging


def parse(raw):
    return int(raw)


def load(rows):
    try:
        return [parse(row) for row in rows]
    except ValueError as error:
        raise RuntimeError("row is broken") from error


handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(ecs_logging.StdlibFormatter())
logger = logging.getLogger("shop.load")
logger.addHandler(handler)
logger.setLevel(logging.INFO)

logger.info("loading")
try:
    parse("x12")
except ValueError:
    logger.exception("parse failed", extra={"trace.id": "0af7651916cd43dd8448eb211c80319c"})
try:
    load(["x12"])
except RuntimeError:
    logger.exception("load failed")
logger.info("done")
