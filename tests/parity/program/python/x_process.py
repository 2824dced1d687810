import multiprocessing

from sentry_boot import boot
from shop.infra.store import CustomerStore


def work():
    CustomerStore.parse_id("x")


if __name__ == "__main__":
    boot()
    p = multiprocessing.Process(target=work)
    p.start()
    p.join()
