import logging
import sys

logging.basicConfig(format="%(levelname)s:%(name)s:%(message)s")


class RetryError(Exception):
    pass


def a():
    try:
        try:
            int("x")
        except ValueError as e:
            raise RetryError("first") from e
    except RetryError:
        raise KeyError(("tuple", 1))


try:
    a()
except KeyError as e:
    logging.getLogger("jobs").error("job failed", exc_info=True, stack_info=True)
