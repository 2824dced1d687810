package main

import (
	"errors"
	"log/slog"
	"os"
	"runtime/debug"
)

func settle(id int) error { return errors.New("no such order") }

func guarded(l *slog.Logger) {
	defer func() {
		if r := recover(); r != nil {
			l.Error("handler panicked", "panic", r, "stack", string(debug.Stack()))
		}
	}()
	var m map[string]int
	m["a"] = 1
}

func main() {
	for _, l := range []*slog.Logger{slog.New(slog.NewJSONHandler(os.Stderr, nil)), slog.New(slog.NewTextHandler(os.Stderr, nil))} {
		l.Info("up", "goroutine", 7)
		guarded(l)
		if err := settle(4); err != nil {
			l.Error("settle failed", "err", err, "stack", string(debug.Stack()))
		}
	}
}
