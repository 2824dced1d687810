"""Beside a program under test: sets its logging up, with or without Sentry's SDK, and notes what was really raised.

WITNESS_LOG    the log file; what is printed to stderr goes there too
WITNESS_TRUTH  a JSON line for each exception: its chain, innermost first, frames as the interpreter has them
WITNESS_DSN    present: the SDK is on
"""
import json
import logging
import os
import sys
import traceback


def begin():
    log = os.environ["WITNESS_LOG"]
    dsn = os.environ.get("WITNESS_DSN")
    if dsn:
        import sentry_sdk

        sentry_sdk.init(dsn=dsn, release="witness@1", environment="production")
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 2)
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s [%(process)d] %(name)s: %(message)s",
    )
    print_it = sys.excepthook

    def note_it(kind, error, trace):
        saw(error)
        print_it(kind, error, trace)

    sys.excepthook = note_it


def saw(error):
    row = [one(link) for link in chain(error)]
    with open(os.environ["WITNESS_TRUTH"], "a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def chain(error):
    links = []
    while error is not None:
        links.append(error)
        if error.__cause__ is not None:
            error = error.__cause__
        elif not error.__suppress_context__:
            error = error.__context__
        else:
            error = None
    return reversed(links)


def one(error):
    frames = [
        {"abs_path": f.filename, "lineno": f.lineno, "function": f.name, "context_line": f.line}
        for f in traceback.extract_tb(error.__traceback__)
    ]
    return {"type": type(error).__qualname__, "value": str(error), "frames": frames}
