import threading

from sentry_boot import boot
from shop.orders.service import OrderService

boot()
t = threading.Thread(target=OrderService().ship, args=(18,), name="shipper")
t.start()
t.join()
print("still here")
