package otelrevalidate

import (
	"slices"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Config has the settings of a [Telemetry]. Its zero value reports to the
// global providers.
type Config struct {
	_ struct{}

	// MeterProvider receives the metrics; nil is that of [otel.GetMeterProvider].
	MeterProvider metric.MeterProvider
	// TracerProvider receives the spans; nil is that of [otel.GetTracerProvider].
	TracerProvider trace.TracerProvider
	// Attributes are added to all metrics, to tell several caches of a process
	// apart; none by default.
	Attributes []attribute.KeyValue
}

// complete fills in what was left out.
func (config *Config) complete() {
	if config.MeterProvider == nil {
		config.MeterProvider = otel.GetMeterProvider()
	}
	if config.TracerProvider == nil {
		config.TracerProvider = otel.GetTracerProvider()
	}
	config.Attributes = slices.Clone(config.Attributes)
}
