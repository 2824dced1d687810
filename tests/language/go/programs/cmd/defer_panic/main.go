package main

type file struct{ open *bool }

func (f *file) Close() { *f.open = false }

func main() {
	f := &file{}
	defer f.Close()
	panic("write failed")
}
