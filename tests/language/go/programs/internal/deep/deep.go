// Package deep holds what the programs fail in.
package deep

import (
	"errors"
	"fmt"
	"os"
)

type Cart[T any] struct{ Items []T }

func (c *Cart[T]) At(i int) T { return c.Items[i] }

func Map[T, U any](xs []T, f func(T) U) (out []U) {
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

type Declined struct{ Code string }

func (e *Declined) Error() string { return "card declined: " + e.Code }

type Quiet struct{ Code int }

func (e Quiet) Error() string { return fmt.Sprintf("quiet code %d", e.Code) }

type Level int

func (l Level) String() string { return "level " + string(rune('A'+l)) }

type Base struct{ name *string }

func (b *Base) Name() string { return *b.name }

type Outer struct{ *Base }

type Namer interface{ Name() string }

func Load(path string) error {
	if _, err := os.Open(path); err != nil {
		return fmt.Errorf("load settings: %w", err)
	}
	return errors.New("loaded")
}
