"""Dies as it is told; argv[2:] is the program whose words are quoted."""
import json
import subprocess
import sys
import textwrap


def said():
    return subprocess.run(sys.argv[2:], stderr=subprocess.PIPE, text=True).stderr


def close():
    how = sys.argv[1]
    if how == "lines":
        raise ValueError("order 17 is not closed\nno till\nno receipt")
    if how == "quotes":
        raise RuntimeError("the till failed:\n" + said())
    if how == "quotes_indented":
        raise RuntimeError("the till failed\n" + textwrap.indent(said(), "    "))
    if how == "quotes_json":
        raise RuntimeError("the till failed\n" + json.dumps({"stderr": said()}))
    if how == "mentions":
        raise RuntimeError("the till failed\npanic: so says its manual\nand nothing else")


close()
