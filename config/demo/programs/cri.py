"""Runs a program and writes its two streams as a container runtime does: `TIME STREAM FLAG TEXT`, the CRI log format.

    cri.py OUT.log COMMAND…

Lines of more than 16 KiB are cut and flagged `P`, as containerd does.
"""

import datetime
import subprocess
import sys
import threading

PIECE = 16 * 1024


def stamp():
    now = datetime.datetime.now(datetime.timezone.utc)
    return now.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


def copy(stream, name, out, lock):
    for line in stream:
        text = line.rstrip(b"\n")
        pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)] or [b""]
        for at, piece in enumerate(pieces):
            flag = "F" if at + 1 == len(pieces) else "P"
            with lock:
                out.write(f"{stamp()} {name} {flag} ".encode() + piece + b"\n")
                out.flush()


def main(file, command):
    lock = threading.Lock()
    with open(file, "wb") as out:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        streams = [(child.stdout, "stdout"), (child.stderr, "stderr")]
        threads = [threading.Thread(target=copy, args=(stream, name, out, lock)) for stream, name in streams]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        child.wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
