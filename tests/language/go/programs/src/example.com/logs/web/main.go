package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo"
	"github.com/labstack/echo/middleware"
)

type shop struct{ rows map[string]*struct{ n int } }

func (s *shop) order(id string) int { return s.rows[id].n }

func main() {
	s := &shop{}
	var h http.Handler
	if os.Args[1] == "gin" {
		g := gin.Default()
		g.GET("/order", func(c *gin.Context) { c.JSON(200, s.order("1")) })
		g.GET("/pay", func(c *gin.Context) { panic(errors.New("gateway: no answer")) })
		h = g
	} else {
		e := echo.New()
		e.Use(middleware.Recover())
		e.GET("/order", func(c echo.Context) error { return c.JSON(200, s.order("1")) })
		e.GET("/pay", func(c echo.Context) error { panic("not ready") })
		h = e
	}
	srv := httptest.NewServer(h)
	http.Get(srv.URL + "/order")
	http.Get(srv.URL + "/pay")
}
