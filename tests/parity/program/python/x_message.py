import sys

from sentry_boot import boot


class Rejected(Exception):
    pass


def main():
    boot()
    kind = sys.argv[1]
    if kind == "blank":
        raise Rejected("first\n\nsecond after a blank\n  indented\nlast")
    if kind == "lead":
        raise Rejected("\nstarts with a line end")
    if kind == "trail":
        raise Rejected("ends with line ends\n\n")
    if kind == "colon":
        raise Rejected(":odd: message: here")
    if kind == "space":
        raise Rejected(" leading blank")
    if kind == "bytes":
        b"\xff\xfeabc".decode()
    if kind == "surrogate":
        raise Rejected("\udcff half")
    if kind == "quoted":
        raise Rejected('upstream said:\nTraceback (most recent call last):\n  File "/x/y.py", line 3, in z\n    boom()\nKeyError: 1')
    if kind == "control":
        raise Rejected("tab\there \x1b[31mred\x1b[0m bell\x07")
    if kind == "int":
        raise Rejected(42)
    if kind == "interrupt":
        raise KeyboardInterrupt
    if kind == "chain3":
        try:
            try:
                {}["x"]
            except KeyError as e:
                raise Rejected("a") from e
        except Rejected:
            raise OSError(28, "No space left on device", "/var/lib/x")


main()
