package main

import "example.com/fix/internal/deep"

func main() {
	c := &deep.Cart[string]{Items: []string{"a"}}
	deep.Map([]int{0, 5}, func(i int) string { return c.At(i) })
}
