package otelrevalidate

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Render is a handler that goes between a page and its own handlers:
//
//	r.GET("/posts/:id", pages.Page(time.Minute), telemetry.Render, renderPost)
//
// It runs where they run, for a render and for a visitor whose answer can't be
// shared, and gives each run a span and a duration. A status of 500 or more
// and a panic make the span an error; the panic goes on.
func (t *Telemetry) Render(c *gin.Context) {
	route := semconv.HTTPRoute(c.FullPath())
	request := c.Request
	ctx, span := t.tracer.Start(request.Context(), "render "+c.FullPath(),
		trace.WithAttributes(route, sharedKey.Bool(revalidate.IsRender(c))))
	defer span.End()
	c.Request = request.WithContext(ctx)
	start := time.Now()
	done := func(kind string) {
		// The cache, and middleware in front of it, get back what they passed on.
		c.Request = request
		attributes := append([]attribute.KeyValue{route}, t.attributes...)
		if kind != "" {
			attributes = append(attributes, semconv.ErrorTypeKey.String(kind))
		}
		t.duration.Record(ctx, time.Since(start).Seconds(), metric.WithAttributeSet(attribute.NewSet(attributes...)))
	}
	defer func() {
		if v := recover(); v != nil {
			span.SetStatus(codes.Error, fmt.Sprintf("panic: %v", v))
			span.SetAttributes(semconv.ErrorTypeKey.String("panic"))
			done("panic")
			panic(v)
		}
	}()
	c.Next()
	for _, err := range c.Errors {
		span.RecordError(err)
	}
	status := c.Writer.Status()
	span.SetAttributes(semconv.HTTPResponseStatusCode(status))
	var kind string
	if status >= http.StatusInternalServerError {
		kind = strconv.Itoa(status)
		span.SetStatus(codes.Error, http.StatusText(status))
		span.SetAttributes(semconv.ErrorTypeKey.String(kind))
	}
	done(kind)
}
