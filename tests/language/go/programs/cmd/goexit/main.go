package main

import "runtime"

func main() {
	defer func() { panic("in deferred call") }()
	runtime.Goexit()
}
