"""Holds one thread still, as a dead file system would, until it is gone; the others go on. hold.py TID"""
import ctypes, os, sys

SEIZE, INTERRUPT, WALL = 0x4206, 0x4207, 0x40000000
thread = int(sys.argv[1])
ptrace = ctypes.CDLL(None, use_errno=True).ptrace
ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
for request in (SEIZE, INTERRUPT):
    if ptrace(request, thread, None, None) != 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request:#x}")
while True:
    _, status = os.waitpid(thread, WALL)
    if not os.WIFSTOPPED(status):
        print(f"ended by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else "ended")
        break
