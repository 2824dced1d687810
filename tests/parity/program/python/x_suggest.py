import sys

from sentry_boot import boot


class Order:
    total = 3


def main():
    boot()
    if sys.argv[1] == "name":
        ordr = 1
        return order
    if sys.argv[1] == "attr":
        return Order().totl
    if sys.argv[1] == "import":
        from collections import OrderedDct
    if sys.argv[1] == "stdlib":
        return time.time()


main()
