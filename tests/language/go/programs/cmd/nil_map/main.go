package main

type book struct{ pages map[string]int }

func (b *book) add(k string) { b.pages[k]++ }

func main() {
	b := &book{}
	b.add("a")
}
