package main

func head(b []byte, n int) []byte { return b[:n] }

func main() {
	head(make([]byte, 3), 9)
}
