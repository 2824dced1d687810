"""A shop that fails in the ways shops fail: a cause, a context, a missing key, bad input inside the standard library."""
import logging

import witness

from shop.orders import Basket, OrderError, place

log = logging.getLogger("shop.main")


def serve(name, action):
    log.info("request %s", name)
    try:
        action()
    except Exception as error:
        witness.saw(error)
        log.exception("request %s failed", name)


def missing_article():
    Basket({"tea": 3}).price_of("coffee")


def declined():
    place(Basket({"tea": 3}), card="4000", amount=120)


def declined_twice():
    try:
        declined()
    except OrderError as refused:
        raise RuntimeError("no way left to pay") from refused


def broken_payload():
    import json

    json.loads('{"order": 12,')


def main():
    witness.begin()
    log.info("shop opens")
    serve("missing-article", missing_article)
    serve("declined", declined)
    serve("declined-twice", declined_twice)
    serve("broken-payload", broken_payload)
    log.warning("shop closes early")
    close_books(total=None)


def close_books(total):
    return total + 1


if __name__ == "__main__":
    main()
