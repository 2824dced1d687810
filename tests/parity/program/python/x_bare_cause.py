from sentry_boot import boot


def main():
    boot()
    raise RuntimeError("order rejected") from ValueError("limit is 100")


main()
