import multiprocessing

from sentry_boot import boot
from shop.infra.store import CustomerStore


def work(raw):
    try:
        return CustomerStore.parse_id(raw)
    except ValueError as e:
        raise RuntimeError("row %r is broken" % raw) from e


if __name__ == "__main__":
    boot()
    with multiprocessing.Pool(1) as pool:
        pool.map(work, ["x12"])
