package apiroutes_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// Plain handlers of Gin reach the same helpers.
func TestPlainHandlers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler gin.HandlerFunc
		status  int
		body    string
		header  map[string]string
	}{
		"status and json": {func(c *gin.Context) { apiroutes.Status(c, 201).JSON(gin.H{"a": 1}) }, 201, `{"a":1}`, typed(jsonType, `"147uiiad94i7"`, "7")},
		"json":            {func(c *gin.Context) { apiroutes.JSON(c, gin.H{"a": 1}) }, 200, `{"a":1}`, typed(jsonType, `"147uiiad94i7"`, "7")},
		"send":            {func(c *gin.Context) { c.Status(404); apiroutes.Send(c, "x") }, 404, "x", text(`"ayxe2glzap1"`, "1")},
		"query": {
			func(c *gin.Context) { apiroutes.Send(c, apiroutes.Query(c).Get("q")) }, 200, "1", nil,
		},
		"cookies": {func(c *gin.Context) { apiroutes.Send(c, apiroutes.Cookies(c)["b"]) }, 200, "q", nil},
		"of": {func(c *gin.Context) {
			req, res := apiroutes.Of(c)
			res.Status(202).End(req.Method() + req.Cookies()["a"])
		}, 202, "GET1", nil},
		"no text":      {func(c *gin.Context) { apiroutes.JSON(c, func() {}) }, 500, failedText, map[string]string{"Content-Length": "21", "X-Content-Type-Options": "nosniff"}},
		"bad redirect": {func(c *gin.Context) { apiroutes.Status(c, 303).RedirectLocal(303, "//a") }, 400, "Invalid redirect target", nil},
		"bad status": {func(c *gin.Context) {
			apiroutes.Status(c, 0).SetHeader("X-A", "1").JSON("never")
		}, 500, failedText, map[string]string{"Content-Length": "21", "X-Content-Type-Options": "nosniff"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reached := false
			engine, failed := route(c.handler, func(*gin.Context) { reached = true })
			got := ask(t, engine, call{path: "/x?q=1", header: http.Header{"Cookie": {`a=1; b="q"`}}})
			if c.header != nil {
				got.check(t, c.status, c.body, c.header)
			} else if got.status != c.status || got.body != c.body {
				t.Errorf("%v", got)
			}
			if wrong := c.body == failedText || c.status == 400; wrong != (len(*failed) == 1) || wrong == reached {
				t.Errorf("errors %v, chain went on: %v", *failed, reached)
			}
		})
	}
}

// A second answer of a plain handler cannot be sent; the first one stays.
func TestPlainHandlerAnswersTwice(t *testing.T) {
	t.Parallel()
	engine, failed := route(func(c *gin.Context) {
		apiroutes.JSON(c, 1)
		apiroutes.Status(c, 500).JSON(2)
	})
	if got := ask(t, engine, call{}); got.status != 200 || got.body != "1" {
		t.Errorf("%v", got)
	}
	if len(*failed) != 1 || !errors.Is((*failed)[0], apiroutes.ErrHeadersSent) {
		t.Errorf("errors %v", *failed)
	}
}

// Nothing catches an exception in a plain handler: too much is left out.
func TestPlainHandlersAndTooManyParts(t *testing.T) {
	t.Parallel()
	engine, failed := route(func(c *gin.Context) {
		req, res := apiroutes.Of(c)
		if _, err := apiroutes.ParseCookies(c, 0); err == nil {
			t.Error("1001 cookies are accepted")
		}
		res.JSON(gin.H{"cookies": req.Cookies(), "query": req.Query()["a"]})
	})
	got := ask(t, engine, call{path: "/?" + strings.Repeat("a=1&", 1001), header: http.Header{"Cookie": {strings.Repeat("a=1;", 1001)}}})
	if got.body != `{"cookies":{},"query":null}` || len(*failed) != 2 {
		t.Errorf("%v, errors %v", got, *failed)
	}
}
