"""What is ordered."""

from dataclasses import dataclass


@dataclass
class Item:
    sku: str
    price: int

    def __post_init__(self):
        if self.price < 0:
            raise ValueError("price %d of %s" % (self.price, self.sku))
