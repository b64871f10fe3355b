package redisstore_test

import (
	"context"
	"errors"
	"expvar"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// The program of docs/page-cache.md.

// observer counts what happens to pages, by the names of the events.
type observer struct{ *expvar.Map }

func (o observer) Observe(event revalidate.Event, _ string) { o.Add(event.String(), 1) }

// serveShop answers requests until ctx ends.
func serveShop(ctx context.Context, listener net.Listener, redis, build string, events *expvar.Map) error {
	store, err := redisstore.New(redisstore.Config{
		URL:       redis,
		Prefix:    "shop:" + build + ":", // pages of another build are not served
		MaxMemory: "200mb",               // of pages that this process holds
	})
	if err != nil {
		return err
	}
	r := gin.New()
	r.Use(gin.Recovery())
	pages, err := revalidate.New(r, revalidate.Config{
		Store:       store,
		Expire:      24 * time.Hour, // no older page is served, whatever happens
		CacheStatus: true,           // says how each answer came about, RFC 9211
		Observer:    observer{events},
	})
	if err != nil {
		return errors.Join(err, store.Close())
	}
	r.GET("/products/:id", forCDN, pages.Page(10*time.Minute), showProduct)
	r.POST("/products/:id", func(c *gin.Context) { // behind a check of who may do this
		// … store the product, then:
		if err := pages.Revalidate(c, "/products/"+c.Param("id")); err != nil {
			c.String(http.StatusBadGateway, "%v", err) // stored, but others may show the old page: call again
		}
	})

	server := &http.Server{Handler: r, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		stopped <- errors.Join(server.Shutdown(closing), pages.Close(closing), store.Close()) // requests, renders, connection
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// forCDN lets a CDN keep a page for ten seconds, whatever its window is here.
func forCDN(c *gin.Context) {
	c.Header("Cache-Control", "public, s-maxage=10, stale-while-revalidate=50")
}

func showProduct(c *gin.Context) {
	revalidate.Tag(c, "product:"+c.Param("id"))
	c.String(http.StatusOK, "Product %s at %d", c.Param("id"), time.Now().UnixNano())
}

// TestProduction runs the program twice on one Redis: what one has rendered the
// other serves, and what is changed through one is new on both.
func TestProduction(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	redis := startRedis(t)
	ctx, cancel := context.WithCancel(t.Context())
	events := new(expvar.Map)
	urls, ends := make([]string, 2), make(chan error, 2)
	for i := range urls {
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		urls[i] = "http://" + listener.Addr().String()
		go func() { ends <- serveShop(ctx, listener, "redis://"+redis.Addr, "1", events) }()
	}
	first := ask(t, http.MethodGet, urls[0]+"/products/42")
	if second := ask(t, http.MethodGet, urls[1]+"/products/42"); second.body != first.body || second.cacheControl != "public, s-maxage=10, stale-while-revalidate=50" {
		t.Errorf("got %+v, then %+v", first, second)
	}
	if got := ask(t, http.MethodPost, urls[1]+"/products/42"); got.status != http.StatusOK {
		t.Errorf("got %+v", got)
	}
	until(t, patience, "the new page on the first", func() bool { return ask(t, http.MethodGet, urls[0]+"/products/42").body != first.body })
	if renders := events.Get("rendered").String(); renders != "2" {
		t.Errorf("%s renders: %v", renders, events)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	cancel()
	for range urls {
		if err := <-ends; err != nil {
			t.Error(err)
		}
	}
}

type answer struct {
	status             int
	body, cacheControl string
}

func ask(t *testing.T, method, url string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, string(body), response.Header.Get("Cache-Control")}
}

// TestMemoryPerPage prints the figures of docs/page-cache.md, and keeps them
// from growing unnoticed.
func TestMemoryPerPage(t *testing.T) {
	redis := startRedis(t, "--appendonly", "no")
	s := redis.open(t)
	used := func() int64 {
		for line := range strings.Lines(info(t, redis)) {
			if value, found := strings.CutPrefix(line, "used_memory_dataset:"); found {
				n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
		}
		t.Fatal("Redis does not tell what it uses")
		return 0
	}
	const count = 1000
	for _, size := range []int{1 << 10, 8 << 10, 64 << 10} {
		redis.command(t, "FLUSHALL")
		before := used()
		for i := range count {
			path := fmt.Sprintf("/products/%d/%d", size, i)
			store(t, s, page(path, strings.Repeat("x", size), fmt.Sprintf("product:%d", i)))
		}
		each := (used() - before) / count
		t.Logf("a page of %d KB takes %d bytes in Redis, %d more than its body", size>>10, each, each-int64(size))
		if over := each - int64(size); over < 0 || over > 2<<10+int64(size)/4 {
			t.Errorf("%d bytes beside a body of %d", over, size)
		}
	}
}

func info(t *testing.T, redis *server) string {
	t.Helper()
	message := redis.command(t, "INFO", "memory")
	text, err := message.ToString()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
