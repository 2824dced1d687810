import sys

from sentry_boot import boot


def main():
    boot()
    if sys.argv[1] == "exec":
        exec("x = (1,\ny = 2")
    if sys.argv[1] == "indent":
        compile("def f():\nreturn 1\n", "<rules:7>", "exec")
    if sys.argv[1] == "named":
        exec("raise ValueError('from a rule')", {"__name__": "rules.daily"})
    if sys.argv[1] == "plain":
        exec("def g():\n    raise ValueError('from a rule')\ng()")


main()
