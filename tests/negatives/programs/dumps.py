import faulthandler, sys, threading, time, traceback, logging, warnings
def wait(): time.sleep(float(sys.argv[2]) if len(sys.argv) > 2 else 3)
def checkout(what):
    if what == "all": faulthandler.dump_traceback(all_threads=True)
    if what == "one": faulthandler.dump_traceback(all_threads=False)
    if what == "later": faulthandler.dump_traceback_later(0.3); time.sleep(0.8); faulthandler.cancel_dump_traceback_later()
    if what == "register":
        import signal, os; faulthandler.register(signal.SIGUSR1, all_threads=True); os.kill(os.getpid(), signal.SIGUSR1); time.sleep(.2)
    if what == "print_stack": traceback.print_stack()
    if what == "frames":
        for ident, frame in sys._current_frames().items():
            print(f"# ThreadID: {ident}"); print("".join(traceback.format_stack(frame)))
    if what == "stack_info":
        logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO); logging.info("who calls this", stack_info=True); logging.info("done")
    if what == "warn": warnings.warn("orders() is deprecated, raises OrderError in 3.0", DeprecationWarning, stacklevel=2); warnings.warn("exception handling is off")
    if what == "asyncio":
        import asyncio
        async def inner(): await asyncio.sleep(1)
        async def main():
            t = asyncio.create_task(inner(), name="orders"); await asyncio.sleep(0); t.print_stack(); t.cancel()
        asyncio.run(main())
    if what == "profile":
        import cProfile
        cProfile.run("import json; json.dumps([ValueError('x')], default=str)", sort="cumtime")
    if what == "dis":
        import dis
        def f():
            try: raise ValueError("x")
            except ValueError as e: print(e)
        dis.dis(f)
    if what == "trace":
        import trace
        t = trace.Trace(count=0, trace=1, ignoredirs=[sys.prefix]); t.runfunc(lambda: int("3"))
threading.Thread(target=wait, daemon=True, name="sleeper").start(); time.sleep(.1)
if len(sys.argv) > 1: checkout(sys.argv[1])
