package main

import (
	"os"
	"runtime/debug"

	pkgerrors "github.com/pkg/errors"
	"github.com/rs/zerolog"
	zpkg "github.com/rs/zerolog/pkgerrors"
	"github.com/sirupsen/logrus"
)

func fetch() error { return pkgerrors.New("no such row") }

func main() {
	zerolog.ErrorStackMarshaler = zpkg.MarshalStack
	z := zerolog.New(os.Stderr).With().Timestamp().Logger()
	z.Info().Msg("up")
	z.Error().Stack().Err(fetch()).Msg("fetch failed")
	l := logrus.New()
	l.WithField("stack", string(debug.Stack())).WithError(fetch()).Error("fetch failed")
	l.SetFormatter(&logrus.JSONFormatter{})
	l.WithField("stack", string(debug.Stack())).WithError(fetch()).Error("fetch failed")
	l.SetReportCaller(true)
	func() {
		defer func() {
			if r := recover(); r != nil {
				l.WithField("stack", string(debug.Stack())).WithField("panic", r).Error("recovered")
			}
		}()
		var p *int
		*p = 1
	}()
	l.Panic("giving up")
}
