package main

import "sync"

func wait(c chan int) { <-c }

func main() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() { var m sync.Mutex; m.Lock(); m.Lock() }()
	wait(make(chan int))
}
