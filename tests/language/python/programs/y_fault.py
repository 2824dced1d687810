import faulthandler
import ctypes
import threading
import time

faulthandler.enable()


def poke(address):
    return ctypes.string_at(address)


threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
poke(0)
