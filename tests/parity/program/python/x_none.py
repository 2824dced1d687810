from sentry_boot import boot


def main():
    boot()
    try:
        {}["a"]
    except KeyError:
        raise LookupError("no a") from None


main()
