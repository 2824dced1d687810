import sys
from collections import namedtuple
from dataclasses import dataclass

from sentry_boot import boot


@dataclass
class Line:
    qty: int

    def __post_init__(self):
        raise ValueError("qty %s" % self.qty)


def gen():
    yield from (1 // k for k in (1, 0))


def main():
    boot()
    if sys.argv[1] == "dataclass":
        Line(3)
    if sys.argv[1] == "genexpr":
        list(gen())
    if sys.argv[1] == "sorted":
        sorted([1, 2], key=lambda x: 1 // (x - 2))


main()
