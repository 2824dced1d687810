package main

import "unsafe"

//go:noinline
func peek(p *int) int { return *p }

func main() {
	peek((*int)(unsafe.Pointer(uintptr(0xdeadbeef0000))))
}
