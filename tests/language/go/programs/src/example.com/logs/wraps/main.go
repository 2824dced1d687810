package main

import (
	"fmt"
	"log"
	"os"

	"github.com/pkg/errors"
)

func read(name string) error {
	if _, err := os.Open(name); err != nil {
		return errors.WithStack(err)
	}
	return nil
}

func load() error { return errors.Wrap(read("/srv/app/go/none.toml"), "load settings") }

func check() error { return errors.Errorf("limit %d reached\nraise it", 5) }

func main() {
	log.Println("up")
	log.Printf("start failed: %+v", load())
	log.Println("going on")
	log.Printf("ERROR check failed\n%+v", check())
	fmt.Fprintf(os.Stderr, "error: %+v\n", errors.WithMessage(check(), "second"))
	log.Println("down")
}
