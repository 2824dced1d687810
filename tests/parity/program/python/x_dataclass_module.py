from sentry_boot import boot
from shop.orders.items import Item

boot()
Item("A-1", -3)
