"""Loggers of Python, each with the trace of one failure."""
import logging
import sys
import threading


class OutOfStock(Exception):
    pass


def share(cents, parts):
    return cents // parts


def failed():
    try:
        share(1700, 0)
    except ZeroDivisionError as e:
        raise OutOfStock("no share for order 17") from e


def logged(log):
    log.info("open")
    try:
        failed()
    except OutOfStock:
        log.exception("checkout of order 17 failed")
    log.info("closed")


def json_logger():
    from pythonjsonlogger.json import JsonFormatter
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logged(logging.getLogger("shop.till"))


def structlog_json():
    import structlog
    structlog.configure(processors=[
        structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    logged(structlog.get_logger())


def structlog_console():
    import structlog
    structlog.configure(processors=[
        structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"),
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback, colors=True)],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    logged(structlog.get_logger())


def syslog_style():
    logging.basicConfig(level=logging.INFO, format="%(asctime)s - %(name)s - %(levelname)s - %(message)s")
    logged(logging.getLogger("shop.till"))


def no_message():
    raise OutOfStock


def note():
    error = OutOfStock("order 17\nitem 3")
    error.add_note("counted by hand")
    error.add_note("twice")
    raise error


def group():
    raise ExceptionGroup("both ways failed", [OutOfStock("order 17"), ExceptionGroup("inner", [KeyError("till"), ValueError(3)])])


def thread():
    worker = threading.Thread(target=failed, name="settler 3")
    worker.start()
    worker.join()


globals()[sys.argv[1]]()
