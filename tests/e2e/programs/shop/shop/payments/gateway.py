"""Where money would be taken."""


class Declined(Exception):
    def __init__(self, reason):
        super().__init__(f"card declined: {reason}")


def charge(card, amount):
    balance = ledger(card)
    if amount > balance:
        raise Declined("insufficient funds")


def ledger(card):
    return {"4000": 20}[card]
