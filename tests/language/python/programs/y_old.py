# -*- coding: utf-8 -*-
class Refused(Exception):
    pass


class Desk(object):
    class Closed(Refused):
        pass

    def ask(self, name):
        try:
            return {"a": 1}[name]
        except KeyError:
            raise Desk.Closed("no desk for %s" % name)


def main():
    Desk().ask("x")


main()
