package main

import (
	"errors"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
)

type shop struct{ orders map[string]*struct{ Total int } }

func (s *shop) order(w http.ResponseWriter, r *http.Request) { _ = s.orders[r.URL.Path].Total }

func main() {
	if len(os.Args) > 1 {
		log.SetFlags(log.LstdFlags | log.Lshortfile)
	}
	s := &shop{}
	mux := http.NewServeMux()
	mux.HandleFunc("/order", s.order)
	mux.HandleFunc("/pay", func(http.ResponseWriter, *http.Request) { panic(errors.New("gateway: no answer")) })
	mux.HandleFunc("/text", func(http.ResponseWriter, *http.Request) { panic("not ready") })
	srv := httptest.NewServer(mux)
	log.Println("listening")
	for _, path := range []string{"/order", "/pay", "/text"} {
		http.Get(srv.URL + path)
	}
	log.Println("done")
}
