package responselimit_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/responselimit"
)

// counting is a slog handler that counts.
type counting struct{ count *int }

func (counting) Enabled(context.Context, slog.Level) bool    { return true }
func (h counting) Handle(context.Context, slog.Record) error { *h.count++; return nil }
func (h counting) WithAttrs([]slog.Attr) slog.Handler        { return h }
func (h counting) WithGroup(string) slog.Handler             { return h }

func TestBadSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		config responselimit.Config
		want   []string // parts of the message
	}{
		{responselimit.Config{Limit: "1k"}, []string{"responselimit: Limit: "}},
		{responselimit.Config{Limit: "-1mb"}, []string{"responselimit: Limit: "}},
		{responselimit.Config{Limit: "0"}, []string{"responselimit: Limit is 0", "leave the middleware out"}},
		{responselimit.Config{Interval: -1}, []string{"responselimit: Interval is -1ns"}},
		{responselimit.Config{Limit: "abc", Interval: -1}, []string{"responselimit: Limit: ", "responselimit: Interval"}},
	} {
		handler, err := responselimit.New(c.config)
		if err == nil || handler != nil {
			t.Errorf("%+v is accepted", c.config)
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%+v: message %q lacks %q", c.config, err, part)
			}
		}
	}
}

func TestMustPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("Must accepted a bad limit")
		}
	}()
	responselimit.Must(responselimit.Config{Limit: "much"})
}

// Without a logger the default one is asked when the warning is due, not at
// construction: programs set it late. Not parallel: it is process-wide.
func TestDefaultLogger(t *testing.T) {
	e := engine(responselimit.Config{Limit: "1b"})
	e.GET("/", bytesOf(1))
	var out bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	get(t, e, http.MethodGet, "/")
	if !strings.Contains(out.String(), "exceeds 1B") {
		t.Errorf("logged %q", out.String())
	}
}
