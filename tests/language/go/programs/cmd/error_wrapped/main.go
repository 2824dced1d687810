package main

import "example.com/fix/internal/deep"

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() { must(deep.Load("/srv/app/go/none.toml")) }
