package main

import (
	"os"

	"example.com/fix/internal/deep"
)

type code int
type word string
type point struct{ x, y int }

func main() {
	switch os.Args[1] {
	case "int":
		panic(42)
	case "code":
		panic(code(7))
	case "word":
		panic(word("a \"b\""))
	case "float":
		panic(1.5)
	case "pointer":
		panic(&point{1, 2})
	case "slice":
		panic([]string{"a"})
	case "stringer":
		panic(deep.Level(2))
	case "quiet":
		panic(deep.Quiet{Code: 3})
	case "nil":
		panic(nil)
	case "lines":
		panic("first\n\nthird:\n\tgoroutine 7 [running]:\nlast")
	case "unnamed":
		panic(struct {
			Code int
			Tag  string
		}{7, "a"})
	}
}
