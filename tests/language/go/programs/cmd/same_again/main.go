package main

func work() { panic("out of paper") }

func main() {
	defer func() {
		r := recover()
		println("cleaning up")
		panic(r)
	}()
	work()
}
