import sys
import traceback


def step(n):
    return 10 // (n % 2)


def main():
    for n in range(3):
        try:
            step(n)
        except ZeroDivisionError:
            traceback.print_exc()
            print("retrying in 5s", file=sys.stderr)
            print("attempt", n, file=sys.stderr)


main()
