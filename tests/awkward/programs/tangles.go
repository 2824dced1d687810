// Failures of everything at once.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
)

type OutOfStock struct{ Order int }

func (o OutOfStock) Error() string {
	return fmt.Sprintf("order %d:\n\n  - no share\nfatal error: none", o.Order)
}

func count(order int) error {
	return errors.Join(OutOfStock{order}, fmt.Errorf("goroutine %d [lost]:", order))
}

func main() {
	switch os.Args[1] {
	case "serving":
		server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(count(17)) }))
		http.Get(server.URL)
	case "joined":
		panic(count(17))
	case "two_panics":
		defer func() { panic(OutOfStock{18}) }()
		panic(OutOfStock{17})
	case "map_race":
		orders := map[int]int{}
		var all sync.WaitGroup
		for n := 0; n < 4; n++ {
			all.Add(1)
			go func() {
				defer all.Done()
				for i := 0; ; i++ {
					orders[i%8] = n
				}
			}()
		}
		all.Wait()
	}
}
