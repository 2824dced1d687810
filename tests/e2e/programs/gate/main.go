// A gate that fails twice: in a handler, where net/http reports it, and in main, where nobody does.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
)

type gate struct {
	doors []string
}

func (g *gate) open(number int) string {
	return g.doors[number] // frame: open
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, g.open(5)) // frame: ServeHTTP
}

func shut(doors map[string]int) {
	doors["north"] = 1 // frame: shut
}

func main() {
	log.Println("open")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go http.Serve(listener, &gate{doors: []string{"north", "south", "west"}})
	response, err := http.Get("http://" + listener.Addr().String())
	if err == nil {
		io.Copy(io.Discard, response.Body)
	}
	log.Println("shutting")
	shut(nil) // frame: main
}
