"""Sends made-up mail from two threads; what fails in a thread is printed by Python itself, and at last the program dies."""

import sys
import threading
import time


class Rejected(Exception):
    """The mail server said no."""


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def deliver(address):
    domain = address.partition("@")[2]
    if not domain:
        raise Rejected(f"550 no such user: {address}")
    return domain


def send(address):
    say(f"sending to {address}")
    time.sleep(0.05)
    deliver(address)
    say(f"sent to {address}")


def batch(name, addresses):
    for address in addresses:
        send(address)
    say(f"{name} done")


def drain(queue):
    try:
        return queue.pop(0)
    except IndexError:
        raise RuntimeError("mail queue ended before its end mark")


def main():
    for turn in range(12):
        good = threading.Thread(target=batch, name=f"good-{turn}", args=("good", [f"u{turn}@shop.example"] * 3))
        bad = threading.Thread(target=batch, name=f"bad-{turn}", args=("bad", ["first@shop.example", "nobody"]))
        good.start()
        bad.start()
        good.join()
        bad.join()
    queue = []
    while drain(queue) != "end":
        pass


if __name__ == "__main__":
    print("mailer started", file=sys.stderr, flush=True)
    main()
