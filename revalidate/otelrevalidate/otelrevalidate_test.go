package otelrevalidate_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/otelrevalidate"
)

// site is an engine with a page, and what OpenTelemetry heard about it.
type site struct {
	engine    *gin.Engine
	pages     *revalidate.Cache
	telemetry *otelrevalidate.Telemetry
	reader    *metric.ManualReader
	spans     *tracetest.SpanRecorder
	now       time.Time
}

func newSite(t *testing.T, store revalidate.Store, show gin.HandlerFunc, around ...gin.HandlerFunc) *site {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	s := &site{engine: gin.New(), reader: metric.NewManualReader(), spans: tracetest.NewSpanRecorder(), now: time.Now()}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	s.pages = revalidate.Must(s.engine, revalidate.Config{Store: store, Logger: quiet, Now: func() time.Time { return s.now }})
	var err error
	s.telemetry, err = otelrevalidate.New(s.pages, otelrevalidate.Config{
		MeterProvider:  metric.NewMeterProvider(metric.WithReader(s.reader)),
		TracerProvider: trace.NewTracerProvider(trace.WithSpanProcessor(s.spans)),
		Attributes:     []attribute.KeyValue{attribute.String("cache", "shop")},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.engine.Use(gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, _ any) { c.AbortWithStatus(http.StatusInternalServerError) }))
	s.engine.Use(around...)
	s.engine.GET("/posts/:id", s.pages.Page(time.Minute), s.telemetry.Render, show)
	return s
}

func (s *site) get(t *testing.T, path string) int {
	t.Helper()
	w := httptest.NewRecorder()
	s.engine.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
	return w.Code
}

// metrics lists what was collected, a line for each point.
func (s *site) metrics(t *testing.T) []string {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := s.reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			name := strings.TrimPrefix(m.Name, "apiroutes.revalidate.")
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				if !data.IsMonotonic || data.Temporality != metricdata.CumulativeTemporality {
					t.Errorf("%s is no counter", m.Name)
				}
				for _, point := range data.DataPoints {
					lines = append(lines, fmt.Sprintf("%s %s [%s] %d", name, m.Unit, labels(point.Attributes), point.Value))
				}
			case metricdata.Histogram[float64]:
				for _, point := range data.DataPoints {
					lines = append(lines, fmt.Sprintf("%s %s [%s] %d", name, m.Unit, labels(point.Attributes), point.Count))
				}
			default:
				t.Errorf("%s is %T", m.Name, m.Data)
			}
		}
	}
	slices.Sort(lines)
	return lines
}

func labels(set attribute.Set) string {
	var texts []string
	for _, pair := range set.ToSlice() {
		texts = append(texts, strings.TrimPrefix(string(pair.Key), "apiroutes.revalidate.")+"="+pair.Value.String())
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}

func expectLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// TestMetrics counts what requests meet, what renders come to, and how long
// they take, by routes and never by paths.
func TestMetrics(t *testing.T) {
	show := func(c *gin.Context) {
		switch c.Param("id") {
		case "broken":
			c.Status(http.StatusBadGateway)
		case "panic":
			panic("no post")
		case "own":
			c.Header("Cache-Control", "private")
		default:
			c.String(http.StatusOK, "post")
		}
	}
	s := newSite(t, nil, show)
	expectLines(t, s.metrics(t),
		"coalesced {request} [cache=shop] 0",
		"leases.lost {page} [cache=shop] 0",
		"renders {render} [cache=shop outcome=failed] 0",
		"renders {render} [cache=shop outcome=rendered] 0",
		"requests {request} [cache=shop state=drafted] 0",
		"requests {request} [cache=shop state=hit] 0",
		"requests {request} [cache=shop state=miss] 0",
		"requests {request} [cache=shop state=passed] 0",
		"requests {request} [cache=shop state=stale] 0",
		"store.failures {failure} [cache=shop] 0",
	)
	for _, request := range []struct {
		path   string
		status int
	}{{"/posts/1", 200}, {"/posts/1", 200}, {"/posts/1", 200}, {"/posts/broken", 502}, {"/posts/panic", 500}, {"/posts/own", 200}, {"/posts/own", 200}} {
		if got := s.get(t, request.path); got != request.status {
			t.Errorf("%s: %d", request.path, got)
		}
	}
	s.now = s.now.Add(2 * time.Minute)
	s.get(t, "/posts/1")
	if err := s.pages.Close(t.Context()); err != nil { // after the render behind the last answer
		t.Fatal(err)
	}
	expectLines(t, s.metrics(t),
		"coalesced {request} [cache=shop] 0",
		"leases.lost {page} [cache=shop] 0",
		"render.duration s [cache=shop error.type=502 http.route=/posts/:id] 1",
		"render.duration s [cache=shop error.type=panic http.route=/posts/:id] 1",
		"render.duration s [cache=shop http.route=/posts/:id] 5",
		"renders {render} [cache=shop outcome=failed] 2",
		"renders {render} [cache=shop outcome=rendered] 2",
		"requests {request} [cache=shop state=drafted] 0",
		"requests {request} [cache=shop state=hit] 2",
		"requests {request} [cache=shop state=miss] 4",
		"requests {request} [cache=shop state=passed] 1",
		"requests {request} [cache=shop state=stale] 1",
		"store.failures {failure} [cache=shop] 0",
	)
	for range 2 {
		if err := s.telemetry.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, line := range s.metrics(t) {
		if !strings.HasPrefix(line, "render.duration") {
			t.Errorf("after Close: %s", line)
		}
	}
}

// brokenStore never answers.
type brokenStore struct{ revalidate.Store }

var errBroken = errors.New("no store")

func (brokenStore) Get(context.Context, string) (*revalidate.Page, error) { return nil, errBroken }

func (brokenStore) Begin(context.Context, string, bool) (revalidate.Ticket, error) {
	return revalidate.Ticket{}, errBroken
}

// overtakenStore has a later page whenever one is committed.
type overtakenStore struct{ revalidate.Store }

func (overtakenStore) Get(context.Context, string) (*revalidate.Page, error) { return nil, nil } //nolint:nilnil // absent

func (overtakenStore) Begin(_ context.Context, key string, _ bool) (revalidate.Ticket, error) {
	return revalidate.Ticket{Key: key, Order: 1}, nil
}

func (overtakenStore) Commit(context.Context, revalidate.Ticket, *revalidate.Page) error {
	return fmt.Errorf("store: %w", revalidate.ErrLeaseLost)
}

// TestLeasesLost counts pages that came too late.
func TestLeasesLost(t *testing.T) {
	s := newSite(t, overtakenStore{}, func(c *gin.Context) { c.String(http.StatusOK, "post") })
	for range 2 {
		if status := s.get(t, "/posts/1"); status != http.StatusOK {
			t.Error(status)
		}
	}
	lines := s.metrics(t)
	for _, want := range []string{"leases.lost {page} [cache=shop] 2", "store.failures {failure} [cache=shop] 0"} {
		if !slices.Contains(lines, want) {
			t.Errorf("%q is not among\n  %s", want, strings.Join(lines, "\n  "))
		}
	}
}

// TestCoalescedAndStore: requests that share a render, on a store that fails.
func TestCoalescedAndStore(t *testing.T) {
	reached, answer := make(chan struct{}), make(chan struct{})
	s := newSite(t, brokenStore{}, func(c *gin.Context) {
		close(reached)
		<-answer
		c.String(http.StatusOK, "post")
	})
	ended := make(chan int, 2)
	go func() { ended <- s.get(t, "/posts/1") }()
	<-reached
	go func() { ended <- s.get(t, "/posts/1") }()
	for s.pages.Stats().Coalesced == 0 {
		time.Sleep(time.Millisecond)
	}
	close(answer)
	for range 2 {
		if status := <-ended; status != http.StatusOK {
			t.Error(status)
		}
	}
	stats := s.pages.Stats()
	if stats.StoreFailed == 0 {
		t.Fatal("the store was not asked")
	}
	lines := s.metrics(t)
	for _, want := range []string{
		"coalesced {request} [cache=shop] 1",
		fmt.Sprintf("store.failures {failure} [cache=shop] %d", stats.StoreFailed),
		"renders {render} [cache=shop outcome=rendered] 1",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("%q is not among\n  %s", want, strings.Join(lines, "\n  "))
		}
	}
}

// TestSpans: each run of the handlers has one, with its route, its end, and the
// handler's own spans below it.
func TestSpans(t *testing.T) {
	s := newSite(t, nil, func(c *gin.Context) {
		_, own := oteltrace.SpanFromContext(c.Request.Context()).TracerProvider().Tracer("shop").Start(c.Request.Context(), "query")
		own.End()
		switch c.Param("id") {
		case "broken":
			_ = c.Error(errBroken)
			c.Status(http.StatusServiceUnavailable)
		case "panic":
			panic("no post")
		case "own":
			c.Header("Cache-Control", "private")
		case "private":
			c.Header("Cache-Control", "private")
			c.String(http.StatusOK, "yours")
		default:
			c.String(http.StatusOK, "post")
		}
	}, func(c *gin.Context) {
		before := c.Request
		c.Next()
		if c.Request != before && c.FullPath() != "" {
			t.Errorf("%s: the request was not put back", c.Request.URL.Path)
		}
	})
	for _, path := range []string{"/posts/1", "/posts/1", "/posts/broken", "/posts/panic", "/posts/private"} {
		s.get(t, path)
	}
	var got []string
	parents := make(map[oteltrace.SpanID]bool)
	for _, span := range s.spans.Ended() {
		if span.Name() == "query" {
			parents[span.Parent().SpanID()] = true
			continue
		}
		attributes := attribute.NewSet(span.Attributes()...)
		line := fmt.Sprintf("%s [%s] %s %q", span.Name(), labels(attributes), span.Status().Code, span.Status().Description)
		words := []string{line}
		for _, event := range span.Events() {
			words = append(words, event.Name)
		}
		if !parents[span.SpanContext().SpanID()] {
			words = append(words, "without the handler's own")
		}
		got = append(got, strings.Join(words, " "))
	}
	expectLines(
		t, got,
		`render /posts/:id [http.response.status_code=200 http.route=/posts/:id shared=true] Unset ""`,
		`render /posts/:id [error.type=503 http.response.status_code=503 http.route=/posts/:id shared=true] Error "Service Unavailable" exception`,
		`render /posts/:id [error.type=panic http.route=/posts/:id shared=true] Error "panic: no post" exception`,
		`render /posts/:id [http.response.status_code=200 http.route=/posts/:id shared=true] Unset ""`,
		`render /posts/:id [http.response.status_code=200 http.route=/posts/:id shared=false] Unset ""`,
	)
}

// TestFaults: what New and Must refuse.
func TestFaults(t *testing.T) {
	if _, err := otelrevalidate.New(nil, otelrevalidate.Config{}); err == nil || !strings.HasPrefix(err.Error(), "otelrevalidate: ") {
		t.Errorf("New(nil): %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("Must(nil) does not panic")
			}
		}()
		otelrevalidate.Must(nil, otelrevalidate.Config{})
	}()
	// The zero value reports to the global providers, here to none.
	gin.SetMode(gin.ReleaseMode)
	telemetry := otelrevalidate.Must(revalidate.Must(gin.New(), revalidate.Config{}), otelrevalidate.Config{})
	if err := telemetry.Close(); err != nil {
		t.Error(err)
	}
	if field := reflect.TypeFor[otelrevalidate.Config]().Field(0); field.Name != "_" || field.Type.Size() != 0 {
		t.Error("literals of Config need no keys")
	}
}
