// Package otelrevalidate reports to OpenTelemetry what a [revalidate.Cache]
// does: how often pages were served and from where, how long renders take, and
// a span for each of them.
//
//	pages := revalidate.Must(engine, revalidate.Config{})
//	telemetry, err := otelrevalidate.New(pages, otelrevalidate.Config{})
//	…
//	engine.GET("/posts/:id", pages.Page(time.Minute), telemetry.Render, renderPost)
//
// # Metrics
//
//	apiroutes.revalidate.requests         requests by apiroutes.revalidate.state: hit, stale, miss, passed, drafted
//	apiroutes.revalidate.renders          renders by apiroutes.revalidate.outcome: rendered, failed
//	apiroutes.revalidate.coalesced        requests that joined the render of another
//	apiroutes.revalidate.store.failures   how often the store did not answer
//	apiroutes.revalidate.leases.lost      pages that were not kept, because a later render was faster
//	apiroutes.revalidate.render.duration  seconds in the handlers behind Render, by http.route and error.type
//
// All but the last are read from [revalidate.Cache.Stats] when metrics are
// collected, so a request that meets a page pays nothing for them. No attribute
// has a path that visitors chose.
//
// # Spans
//
// A render serves many visitors and outlives the one that asked for it, so its
// span begins a trace, or belongs to that of middleware such as otelgin, which
// the request of a render meets too. Where an answer can't be shared, the
// handlers behind the page run for one visitor, and the span belongs to the
// visitor's. The attribute apiroutes.revalidate.shared tells the two apart.
package otelrevalidate
