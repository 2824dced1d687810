package main

import "example.com/fix/internal/deep"

func main() {
	var n deep.Namer = deep.Outer{Base: &deep.Base{}}
	println(n.Name())
}
