package main

import (
	"sync"
	"time"
)

type pool struct{ jobs chan int }

func (p *pool) work(id int, wg *sync.WaitGroup) {
	defer wg.Done()
	for j := range p.jobs {
		if j == 3 {
			panic("job 3 is poison")
		}
		time.Sleep(time.Millisecond)
	}
}

func main() {
	p := &pool{jobs: make(chan int)}
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go p.work(i, &wg)
	}
	for i := 0; i < 9; i++ {
		p.jobs <- i
	}
	wg.Wait()
}
