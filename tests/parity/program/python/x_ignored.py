from sentry_boot import boot


class Holder:
    def __del__(self):
        raise RuntimeError("cannot close")


boot()
h = Holder()
del h
print("after")
