package main

import "log"

func check(err string) { log.Panicf("invariant: %s", err) }

func main() {
	log.Println("up")
	check("two leaders")
}
