package growth

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Patterns is what a number of patterns costs.
type Patterns struct {
	Number int
	// Mount is how long compiling all of them takes, Match how long it takes
	// to route one request to a catch-all among them.
	Mount, Match time.Duration
}

// tries is how often a time is measured; the least counts, since nothing makes
// a program faster than it is.
const tries = 5

// OfPatterns measures sets of the given sizes: of each four patterns a
// literal, two with a parameter and a catch-all.
func OfPatterns(ctx context.Context, sizes ...int) ([]Patterns, error) {
	found := make([]Patterns, 0, len(sizes))
	for _, n := range sizes {
		mounts, matches := make([]time.Duration, 0, tries), make([]time.Duration, 0, tries)
		for range tries {
			routes := catchall.New()
			register(routes, n)
			engine := gin.New()
			start := time.Now()
			if err := routes.Mount(engine); err != nil {
				return nil, fmt.Errorf("bench: %w", err)
			}
			mounts = append(mounts, time.Since(start))
			match, err := routing(ctx, engine, "/f"+strconv.Itoa(n/8)+"/a/b/c")
			if err != nil {
				return nil, err
			}
			matches = append(matches, match)
		}
		found = append(found, Patterns{n, slices.Min(mounts), slices.Min(matches)})
	}
	return found, nil
}

func register(routes *catchall.Routes, n int) {
	ok := func(c *gin.Context) { c.Status(http.StatusNoContent) }
	for i := range (n + 3) / 4 {
		number := strconv.Itoa(i)
		routes.GET("/r"+number, ok)
		routes.GET("/r"+number+"/[id]", ok)
		routes.GET("/r"+number+"/[id]/comments", ok)
		routes.GET("/f"+number+"/[...slug]", ok)
	}
}

// routing is the time of one request.
func routing(ctx context.Context, engine http.Handler, path string) (time.Duration, error) {
	recorder := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, path, http.NoBody)
	engine.ServeHTTP(recorder, request) // Gin looks through the whole tree once
	if recorder.Code != http.StatusNoContent {
		return 0, fmt.Errorf("bench: %s is answered %d", path, recorder.Code)
	}
	const requests = 2000
	start := time.Now()
	for range requests {
		engine.ServeHTTP(recorder, request)
	}
	return time.Since(start) / requests, nil
}

// Pages is what a number of pages costs.
type Pages struct {
	Number int
	// Bytes are those of the heap for a page, with its body of BodySize, and
	// Render the time until all were rendered and kept, for one.
	Bytes  float64
	Render time.Duration
	// Hit is the time to answer one of them.
	Hit time.Duration
}

// BodySize is the size of a page in [OfPages], in bytes: small, so that what
// the cache adds can be seen.
const BodySize = 100

// OfPages fills caches with the given numbers of pages.
func OfPages(ctx context.Context, sizes ...int) ([]Pages, error) {
	found := make([]Pages, 0, len(sizes))
	for _, n := range sizes {
		one, err := fill(ctx, n)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
}

func fill(ctx context.Context, n int) (Pages, error) {
	engine := gin.New()
	cache, err := revalidate.New(engine, revalidate.Config{MaxMemory: "64gb"})
	if err != nil {
		return Pages{}, fmt.Errorf("bench: %w", err)
	}
	engine.GET("/posts/:id", cache.Page(time.Hour), func(c *gin.Context) {
		c.Data(http.StatusOK, "text/plain", fmt.Appendf(nil, "%0*s", BodySize, c.Param("id")))
	})
	before := heap()
	w := &discard{header: make(http.Header)}
	start := time.Now()
	for i := range n {
		clear(w.header)
		engine.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/posts/"+strconv.Itoa(i), http.NoBody))
	}
	render := time.Since(start)
	after := heap()
	if stored := cache.Stats(); stored.Rendered != uint64(n) { //nolint:gosec // sizes are positive
		return Pages{}, fmt.Errorf("bench: %d pages were rendered and kept, want %d", stored.Rendered, n)
	}
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/posts/"+strconv.Itoa(n/2), http.NoBody)
	const requests = 2000
	start = time.Now()
	for range requests {
		clear(w.header)
		engine.ServeHTTP(w, request)
	}
	hit := time.Since(start) / requests
	if err := cache.Close(ctx); err != nil {
		return Pages{}, fmt.Errorf("bench: %w", err)
	}
	return Pages{n, float64(after-before) / float64(n), render / time.Duration(n), hit}, nil
}

// heap is what is in use after the garbage is gone.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what finalizers let go
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc) //nolint:gosec // no heap has 2^63 bytes
}

// discard is a response that nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}
