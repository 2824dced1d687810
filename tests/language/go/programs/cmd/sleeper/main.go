package main

import "time"

func tick(c <-chan time.Time) {
	for range c {
	}
}

func main() {
	go tick(time.Tick(time.Hour))
	time.Sleep(time.Hour)
}
