package otelrevalidate

import (
	"context"
	"errors"
	"fmt"
	"math"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

const scope = "github.com/gin-apiroutes/apiroutes/revalidate/otelrevalidate"

// The attributes that no convention has.
const (
	stateKey   = attribute.Key("apiroutes.revalidate.state")
	outcomeKey = attribute.Key("apiroutes.revalidate.outcome")
	sharedKey  = attribute.Key("apiroutes.revalidate.shared")
)

// Telemetry reports what a cache does. Make one with [New] or [Must] for each
// cache; it is safe for concurrent use.
type Telemetry struct {
	tracer       trace.Tracer
	attributes   []attribute.KeyValue
	duration     metric.Float64Histogram
	registration metric.Registration
}

// New begins to report the counts of a cache.
//
// The error is that of the meter, or says that the cache is nil.
func New(pages *revalidate.Cache, config Config) (*Telemetry, error) {
	if pages == nil {
		return nil, errors.New("otelrevalidate: the cache is nil; pass what revalidate.New has returned")
	}
	config.complete()
	meter := config.MeterProvider.Meter(scope)
	duration, err := meter.Float64Histogram("apiroutes.revalidate.render.duration",
		metric.WithUnit("s"), metric.WithDescription("Time that the handlers of a page took to render it."),
		// Those that OpenTelemetry advises for http.server.request.duration.
		metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10))
	t := &Telemetry{tracer: config.TracerProvider.Tracer(scope), attributes: config.Attributes, duration: duration}
	if err == nil {
		err = t.observe(meter, pages)
	}
	if err != nil {
		return nil, fmt.Errorf("otelrevalidate: %w", err)
	}
	return t, nil
}

// Must is like [New] and panics if that fails.
func Must(pages *revalidate.Cache, config Config) *Telemetry {
	t, err := New(pages, config)
	if err != nil {
		panic(err)
	}
	return t
}

// Close ends the reports of the counts. It may be called more than once.
func (t *Telemetry) Close() error {
	if err := t.registration.Unregister(); err != nil {
		return fmt.Errorf("otelrevalidate: %w", err)
	}
	return nil
}

// observe reports the counts of the cache whenever metrics are collected.
func (t *Telemetry) observe(meter metric.Meter, pages *revalidate.Cache) error {
	var faults []error
	counter := func(name, unit, description string) metric.Int64ObservableCounter {
		c, err := meter.Int64ObservableCounter("apiroutes.revalidate."+name, metric.WithUnit(unit), metric.WithDescription(description))
		faults = append(faults, err)
		return c
	}
	with := func(more ...attribute.KeyValue) metric.ObserveOption {
		return metric.WithAttributeSet(attribute.NewSet(append(more, t.attributes...)...))
	}
	requests := counter("requests", "{request}", "Requests for pages, by what they met in the cache.")
	renders := counter("renders", "{render}", "Renders of pages, by what came of them.")
	coalesced := counter("coalesced", "{request}", "Requests that joined the render of another.")
	failures := counter("store.failures", "{failure}", "How often the store of the pages did not answer.")
	lost := counter("leases.lost", "{page}", "Pages that were not kept, because a later render was faster.")
	if err := errors.Join(faults...); err != nil {
		return err
	}
	met := func(e revalidate.Event) metric.ObserveOption { return with(stateKey.String(e.String())) }
	came := func(e revalidate.Event) metric.ObserveOption { return with(outcomeKey.String(e.String())) }
	hit, stale, miss, passed, drafted := met(revalidate.Hit), met(revalidate.Stale), met(revalidate.Miss), met(revalidate.Passed), met(revalidate.Drafted)
	rendered, failed := came(revalidate.Rendered), came(revalidate.Failed)
	plain := with()
	var err error
	t.registration, err = meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		stats := pages.Stats()
		for _, count := range []struct {
			of metric.Int64ObservableCounter
			n  uint64
			by metric.ObserveOption
		}{
			{requests, stats.Hits, hit},
			{requests, stats.Stale, stale},
			{requests, stats.Misses, miss},
			{requests, stats.Passed, passed},
			{requests, stats.Drafted, drafted},
			{renders, stats.Rendered, rendered},
			{renders, stats.Failed, failed},
			{coalesced, stats.Coalesced, plain},
			{failures, stats.StoreFailed, plain},
			{lost, stats.LeaseLost, plain},
		} {
			o.ObserveInt64(count.of, int64(min(count.n, math.MaxInt64)), count.by)
		}
		return nil
	}, requests, renders, coalesced, failures, lost)
	return err
}
