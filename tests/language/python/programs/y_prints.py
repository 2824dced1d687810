print("""example of a traceback in a manual:

    Traceback (most recent call last):
      ...
    ValueError: x

and that is all""")
print('log.error("Traceback (most recent call last):")')
print("we saw Traceback (most recent call last): in the log")
