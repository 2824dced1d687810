import os

from celery import Celery

from sentry_boot import boot
from shop.orders.service import OrderService

boot()
app = Celery("jobs", broker="memory://", backend="cache+memory://")


@app.task
def ship(customer):
    return OrderService().ship(customer)


if __name__ == "__main__":
    import threading
    import time

    from celery.contrib.testing.worker import start_worker

    with start_worker(app, pool="solo", perform_ping_check=False, loglevel="error"):
        ship.delay(18)
        time.sleep(1)
