package main

import "fmt"

func name(v any) string { return v.(fmt.Stringer).String() }

func main() { name(42) }
