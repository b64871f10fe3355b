package otelrevalidate_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/otelrevalidate"
)

func Example() {
	gin.SetMode(gin.ReleaseMode)
	reader := metric.NewManualReader() // or an exporter of your choice
	engine := gin.New()
	pages := revalidate.Must(engine, revalidate.Config{})
	telemetry := otelrevalidate.Must(pages, otelrevalidate.Config{
		MeterProvider: metric.NewMeterProvider(metric.WithReader(reader)),
	})
	defer telemetry.Close()
	engine.GET("/posts/:id", pages.Page(time.Minute), telemetry.Render, func(c *gin.Context) {
		c.String(http.StatusOK, "Post %s", c.Param("id"))
	})

	for range 3 {
		engine.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/posts/1", http.NoBody))
	}

	var collected metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &collected); err != nil {
		fmt.Println(err)
	}
	requests := make(map[string]int64)
	for _, m := range collected.ScopeMetrics[0].Metrics {
		if counts, ok := m.Data.(metricdata.Sum[int64]); ok && m.Name == "apiroutes.revalidate.requests" {
			for _, point := range counts.DataPoints {
				state, _ := point.Attributes.Value("apiroutes.revalidate.state")
				requests[state.AsString()] = point.Value
			}
		}
	}
	fmt.Println(requests)
	// Output: map[drafted:0 hit:2 miss:1 passed:0 stale:0]
}
