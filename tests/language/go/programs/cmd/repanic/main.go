package main

import "fmt"

func inner() { panic("connection lost") }

func run() {
	defer func() {
		if r := recover(); r != nil {
			panic(fmt.Errorf("run failed: %v", r))
		}
	}()
	inner()
}

func main() { run() }
