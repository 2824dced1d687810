from rich.traceback import install

from shop.orders.service import OrderService

install(show_locals=False, width=100)
OrderService().ship(18)
