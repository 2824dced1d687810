package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"

	pkgerrors "github.com/pkg/errors"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

func lookup(id int) error { return pkgerrors.WithStack(fmt.Errorf("customer %d not found", id)) }

func settle(id int) error { return pkgerrors.Wrap(lookup(id), "settle order") }

func run(l *zap.Logger) {
	l.Info("up", zap.Int("workers", 2))
	l.Error("plain", zap.Error(errors.New("no answer")))
	l.Error("settle failed", zap.Error(settle(404)), zap.Int("order", 404))
	l.Warn("slow")
	l.Error("without an error")
}

func main() {
	c := zap.NewProductionConfig()
	if os.Args[1] == "console" {
		c = zap.NewDevelopmentConfig()
		c.EncoderConfig.EncodeLevel = zapcore.CapitalLevelEncoder
	}
	l, _ := c.Build()
	defer l.Sync()
	run(l)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.Error("handler failed", zap.Error(errors.New("gateway: no answer")), zap.String("path", r.URL.Path))
	}))
	http.Get(srv.URL + "/pay")
	done := make(chan bool)
	go func() { l.Error("worker failed", zap.Error(errors.New("queue closed"))); close(done) }()
	<-done
	if len(os.Args) > 2 {
		l.Panic("giving up", zap.Int("tries", 3))
	}
}
