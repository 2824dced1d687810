package main

import (
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
)

func where() { debug.PrintStack() }

func main() {
	log.Println("goroutine 7 [running]: started")
	log.Println("panic: this is what the manual calls a crash")
	fmt.Fprintln(os.Stderr, "panic: means that nothing is left to do")
	fmt.Fprintln(os.Stderr, "fatal error: the third chapter")
	where()
	log.Println("no panic: all is well")
	pprof.Lookup("goroutine").WriteTo(os.Stderr, 1)
	pprof.Lookup("goroutine").WriteTo(os.Stderr, 2)
	buf := make([]byte, 1<<16)
	os.Stderr.Write(buf[:runtime.Stack(buf, true)])
	log.Println("http: panic serving is a message of net/http")
}
