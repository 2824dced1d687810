"""Baskets and orders."""
from shop.payments import gateway


class Basket:
    def __init__(self, articles):
        self.articles = articles

    def price_of(self, article):
        return self.articles[article]


class OrderError(Exception):
    pass


def place(basket, card, amount):
    try:
        gateway.charge(
            card,
            amount,
        )
    except gateway.Declined:
        raise OrderError(f"order of {len(basket.articles)} articles not placed")
