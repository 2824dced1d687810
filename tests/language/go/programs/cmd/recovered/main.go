package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"runtime/debug"
)

func load(id int) { panic(fmt.Errorf("load %d: %w", id, errors.New("no such row"))) }

func guarded(how string) {
	defer func() {
		r := recover()
		switch how {
		case "logged":
			log.Printf("panic: %v\n%s", r, debug.Stack())
		case "words":
			log.Printf("recovered from panic: %v\n%s", r, debug.Stack())
		case "printed":
			fmt.Fprintln(os.Stderr, "Recovered:", r)
			debug.PrintStack()
		case "bare":
			debug.PrintStack()
		case "error":
			log.Printf("[ERROR] request failed: %v\n%s", r, debug.Stack())
		}
	}()
	load(7)
}

func main() {
	log.Println("up")
	for _, how := range os.Args[1:] {
		guarded(how)
		log.Println("going on")
	}
}
