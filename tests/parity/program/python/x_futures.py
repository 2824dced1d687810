from concurrent.futures import ProcessPoolExecutor

from sentry_boot import boot
from shop.infra.store import CustomerStore


def work(n):
    return CustomerStore().find(n)


def main():
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(work, 404).result()


if __name__ == "__main__":
    boot()
    main()
