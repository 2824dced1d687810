"""A worker whose jobs divide by zero, recurse through a tree and cannot read numbers."""
import logging

import witness

from jobs import report, tree

log = logging.getLogger("worker")


def run(job, *arguments):
    try:
        job(*arguments)
    except Exception as error:
        witness.saw(error)
        log.error("job %s failed", job.__name__, exc_info=True)


def lines(text):
    return [int(number) for number in text.split(",")]


def main():
    witness.begin()
    log.info("worker starts")
    run(report.average, [])
    run(tree.depth, {"left": {"left": {"left": 3}}})
    run(lines, "1,2,three")
    log.info("worker is done with ordinary jobs")
    monthly(lambda rows: report.average(rows))


def monthly(make):
    try:
        make([])
    except ZeroDivisionError as error:
        raise SystemError("report is\nnot possible") from error


if __name__ == "__main__":
    main()
