from sentry_boot import boot
from shop.errors.payment import Gateway
from shop.infra.store import CustomerStore


def fail(job):
    try:
        job()
    except Exception as e:
        return e


def noted():
    e = ValueError("bad row\nin two lines")
    e.add_note("row 3\nof customers.csv")
    raise e


def nested():
    try:
        noted()
    except ValueError as e:
        group = ExceptionGroup("inner", [fail(lambda: CustomerStore().find(1)), Gateway.Timeout("slow")])
        group.add_note("nested note")
        raise group from e


def main():
    boot()
    try:
        CustomerStore().find(7)
    except KeyError:
        raise BaseExceptionGroup("outer", [fail(nested), KeyboardInterrupt(), fail(noted)])


main()
