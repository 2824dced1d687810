package main

import "os"

func reserve(n int) []byte { return make([]byte, n) }

func main() {
	n := 1 << 46
	_ = reserve(n + len(os.Args))
}
