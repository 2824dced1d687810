"""A program whose log holds a numbered trace twenty times a second; over reboots it goes on counting. writer.py LOG"""
import os, sys, time

log = sys.argv[1]
number = open(log).read().count("ValueError: occurrence") if os.path.exists(log) else 0
out = open(log, "a")
while True:
    out.write(f'Traceback (most recent call last):\n  File "/srv/shop.py", line 7, in charge\n    raise ValueError(n)\n'
              f"ValueError: occurrence {number}\n")
    out.flush()
    number += 1
    time.sleep(0.05)
