package main

import "sync"

type store struct{ mu sync.Mutex }

func (s *store) free() { s.mu.Unlock() }

func main() {
	defer func() { recover() }()
	(&store{}).free()
}
