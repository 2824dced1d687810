"""Failures of everything at once."""
import sys
import threading


class OutOfStock(Exception):
    pass


def share(cents, parts):
    return cents // parts


def count(order):
    try:
        share(1700, 0)
    except ZeroDivisionError as e:
        e.add_note("counted by hand\n  twice")
        raise OutOfStock(f"order {order}:\n\n  - no share\nPanic: none") from e


def close():
    failed = []
    for order in (17, 18):
        try:
            count(order)
        except OutOfStock as e:
            failed.append(e)
    try:
        raise ExceptionGroup("the till\nis open", [ExceptionGroup("counting", failed), KeyError(), OutOfStock()])
    except ExceptionGroup as e:
        e.add_note("closed by nobody")
        raise SystemError from e


if sys.argv[1] == "thread_group":
    threading.Thread(target=close, name="settler 1").start()
elif sys.argv[1] == "group":
    close()
elif sys.argv[1] == "recursion":
    def down(order):
        return down(order) if order else count(order)
    sys.setrecursionlimit(60)
    down(17)
