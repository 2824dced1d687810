// Loggers of Go, each with the trace of one failure.
package main

import (
	"fmt"
	"log"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/pkg/errors"
	"github.com/rs/zerolog"
	"github.com/rs/zerolog/pkgerrors"
	"github.com/sirupsen/logrus"
	"go.uber.org/zap"
)

func lookup(order int) error {
	return errors.New("order 17 is not there")
}

func charge(order int) error {
	if err := lookup(order); err != nil {
		return errors.Wrap(err, "charging failed")
	}
	return nil
}

func guarded(report func(what any, stack []byte)) {
	defer func() {
		if what := recover(); what != nil {
			report(what, debug.Stack())
		}
	}()
	var orders map[string]int
	orders["17"] = 1
}

func main() {
	err := charge(17)
	switch os.Args[1] {
	case "zap_json":
		logger, _ := zap.NewProduction()
		logger.Info("open")
		logger.Error("checkout of order 17 failed", zap.Error(err))
		logger.Info("closed")
	case "zap_console":
		logger, _ := zap.NewDevelopment()
		logger.Info("open")
		logger.Error("checkout of order 17 failed")
		logger.Info("closed")
	case "zerolog":
		zerolog.ErrorStackMarshaler = pkgerrors.MarshalStack
		logger := zerolog.New(os.Stderr).With().Timestamp().Logger()
		logger.Info().Msg("open")
		logger.Error().Stack().Err(err).Msg("checkout of order 17 failed")
		logger.Info().Msg("closed")
	case "logrus_text":
		logrus.Info("open")
		guarded(func(what any, stack []byte) { logrus.WithField("stack", string(stack)).Errorf("recovered: %v", what) })
		logrus.Info("closed")
	case "logrus_json":
		logrus.SetFormatter(&logrus.JSONFormatter{})
		logrus.Info("open")
		guarded(func(what any, stack []byte) { logrus.WithField("stack", string(stack)).Errorf("recovered: %v", what) })
		logrus.Info("closed")
	case "slog_json":
		logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
		logger.Info("open")
		guarded(func(what any, stack []byte) { logger.Error("recovered", "error", what, "stack", string(stack)) })
		logger.Info("closed")
	case "slog_text":
		logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
		logger.Info("open")
		guarded(func(what any, stack []byte) { logger.Error("recovered", "error", what, "stack", string(stack)) })
		logger.Info("closed")
	case "log_stack":
		log.Println("open")
		guarded(func(what any, stack []byte) { log.Printf("recovered: %v\n%s", what, stack) })
		log.Println("closed")
	case "pkg_errors":
		log.Println("open")
		log.Printf("checkout failed: %+v", err)
		log.Println("closed")
	case "log_panic":
		log.Println("open")
		log.Panicf("no till for order %d", 17)
	case "repanic":
		defer func() {
			if what := recover(); what != nil {
				panic(fmt.Errorf("shutting: %v", what))
			}
		}()
		guarded(func(what any, _ []byte) { panic(what) })
	}
}
