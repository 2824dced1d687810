package main

import "sort"

type rows []int

func main() {
	handlers := map[string]func(int) int{
		"a": func(n int) int {
			f := func() int { return []int{1}[n] }
			return f()
		},
	}
	sort.Slice([]int{2, 1}, func(i, j int) bool { return handlers["a"](7) > 0 })
}
