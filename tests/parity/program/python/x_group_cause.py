from sentry_boot import boot
from shop.errors.payment import PaymentError


def main():
    boot()
    try:
        raise ExceptionGroup("two", [ValueError(1), TypeError("x")])
    except ExceptionGroup as e:
        raise PaymentError("settlement failed") from e


main()
