from flask import Flask

from sentry_boot import boot
from shop.orders.service import OrderService

boot()
app = Flask(__name__)


@app.post("/ship/<int:customer>")
def ship(customer):
    return OrderService().ship(customer)


if __name__ == "__main__":
    app.test_client().post("/ship/18")
