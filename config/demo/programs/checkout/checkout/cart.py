"""Carts: sums and vouchers."""

import json

PRICES = {"tea": 4.5, "coffee": 7.2, "mug": 11.0}


class VoucherError(Exception):
    """A voucher that cannot be used."""


def total(cart):
    return sum(PRICES[item] * count for item, count in cart.items())


def read_voucher(text):
    try:
        voucher = json.loads(text)
    except json.JSONDecodeError as error:
        raise VoucherError(f"voucher is not JSON: {text!r}") from error
    return voucher["percent"]


def discounted(cart, voucher):
    percent = read_voucher(voucher)
    return total(cart) * (100 - percent) / 100


def check(cart):
    """All that is wrong with a cart, in one message of several lines."""
    faults = [f"  - {item}: count must be positive, got {count}" for item, count in cart.items() if count <= 0]
    if faults:
        raise ValueError("cart is not valid:\n" + "\n".join(faults) + "\nsee docs/carts.md")
