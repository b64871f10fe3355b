package revalidate_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// TestRandomInterleavings lets writers change data and revalidate by all
// means, while renders are slow, fail, get stuck or turn private, visitors
// come and go, pages are evicted, and the clock jumps. Whoever asks after a
// revalidation was acknowledged must not get what is older, and every body is
// one that a render wrote for this page.
func TestRandomInterleavings(t *testing.T) {
	const most, least, budget = 4000, 200, 6 * time.Second
	start := time.Now()
	seeds, acks, bodies := uint64(0), 0, 0
	for ; seeds < least || seeds < most && time.Since(start) < budget; seeds++ {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, seeds)
			w.live()
			acks += int(w.acks.Load())
			bodies += int(w.bodies.Load())
		})
		if t.Failed() {
			t.Fatalf("seed %d", seeds)
		}
	}
	t.Logf("%d seeds: %d revalidations acknowledged, %d bodies checked", seeds, acks, bodies)
	if acks < int(seeds) || bodies < 10*int(seeds) {
		t.Error("too little happened to prove anything")
	}
}

const worldPaths = 3

// world is a site with data, and what has been promised about it. It may be in
// two processes on one store.
type world struct {
	sites []*site
	t     *testing.T
	runs  atomic.Int32
	seed  uint64
	shift atomic.Int64 // of the clock
	data  [worldPaths]atomic.Int64
	floor [worldPaths]atomic.Int64 // the data of the last acknowledged revalidation

	mu     sync.Mutex
	random *rand.Rand
	wrote  map[string]bool

	acks, bodies atomic.Int64
}

func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	w := &world{t: t, seed: seed, random: rand.New(rand.NewPCG(seed, 1)), wrote: make(map[string]bool)}
	config := revalidate.Config{MaxMemory: "1mb", RenderTimeout: 3 * time.Second, Expire: time.Minute, Secret: secret}
	processes := 1
	switch seed % 4 {
	case 1:
		config.MaxMemory = "8kb" // pages are evicted all the time
	case 2:
		store, err := revalidate.NewMemoryStore("")
		if err != nil {
			t.Fatal(err)
		}
		config.MaxMemory, config.Store, processes = "", store, 2
	case 3:
		config.MaxMemory, config.Store, processes = "", newTellingStore(t), 2
	}
	if config.Store == nil && seed%8 < 4 { // a store that is given has a clock of its own, and so has one without Now
		config.Now = func() time.Time { return time.Now().Add(time.Duration(w.shift.Load())) }
	}
	for range processes {
		s := newSite(t, config)
		s.GET("/p/:n", s.pages.Page(5*time.Second), w.render)
		s.GET("/fill/:n", s.pages.Page(time.Minute), func(c *gin.Context) { c.String(http.StatusOK, strings.Repeat("x", 3000)) })
		w.sites = append(w.sites, s)
	}
	return w
}

// site is one of the processes.
func (w *world) site() *site { return w.sites[w.pick(len(w.sites))] }

func (w *world) pick(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.random.IntN(n)
}

// render answers with the data that it read at its start.
func (w *world) render(c *gin.Context) {
	n := int(c.Param("n")[0] - '0')
	read := w.data[n].Load()
	id := w.runs.Add(1)
	switch w.pick(10) {
	case 0, 1, 2:
	case 3:
		time.Sleep(4 * time.Second) // longer than it may
	default:
		time.Sleep(time.Duration(w.pick(1500)) * time.Millisecond)
	}
	lang := "-"
	if n == 0 {
		c.Header("Vary", "X-Lang")
		lang = c.GetHeader("X-Lang")
	}
	if n < 2 {
		revalidate.Tag(c, "tag")
	}
	body := fmt.Sprintf("%d %s %d %d %s", n, lang, read, id, strings.Repeat("x", 500))
	w.mu.Lock()
	w.wrote[body] = true
	w.mu.Unlock()
	switch w.pick(16) {
	case 0:
		c.String(http.StatusServiceUnavailable, "down")
		return
	case 1:
		if revalidate.IsRender(c) {
			_, _ = c.Writer.WriteString(body[:len(body)/2])
		}
		panic("broken")
	case 2:
		c.Header("Cache-Control", "private")
	case 3:
		revalidate.Window(c, revalidate.Never)
	}
	c.String(http.StatusOK, "%s", body)
}

func (w *world) live() {
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { w.repeat(5, w.change) })
	}
	for range 5 {
		all.Go(func() { w.repeat(12, w.visit) })
	}
	all.Go(func() {
		w.repeat(6, func() {
			w.site().do(w.t.Context(), http.MethodGet, fmt.Sprint("/fill/", w.pick(4)))
			w.shift.Add(int64(w.pick(40)-20) * int64(time.Second))
		})
	})
	all.Wait()
}

func (w *world) repeat(n int, do func()) {
	for range n {
		time.Sleep(time.Duration(w.pick(2000)) * time.Millisecond)
		do()
	}
}

// change writes data, and raises the floor if the call that follows says that
// all see it.
func (w *world) change() {
	n := w.pick(worldPaths)
	path := fmt.Sprint("/p/", n)
	var err error
	var seen [worldPaths]int64
	write := func(paths ...int) {
		for _, n := range paths {
			seen[n] = w.data[n].Add(1)
		}
	}
	ctx := w.t.Context()
	switch w.pick(5) {
	case 0, 1:
		write(n)
		err = w.site().pages.Revalidate(ctx, path)
	case 2:
		write(0, 1)
		_, err = w.site().pages.RevalidateTag(ctx, "tag")
	case 3:
		write(0, 1, 2)
		_, err = w.site().pages.RevalidatePrefix(ctx, "/p/")
	default:
		write(n)
		answer := w.site().do(ctx, http.MethodGet, path, "X-Prerender-Revalidate", secret, "X-Lang", w.lang())
		if answer.Header().Get("X-Nextjs-Cache") != "REVALIDATED" {
			err = errors.New("not revalidated")
		}
	}
	if err != nil {
		return
	}
	w.acks.Add(1)
	for n, version := range seen {
		for old := w.floor[n].Load(); old < version && !w.floor[n].CompareAndSwap(old, version); old = w.floor[n].Load() {
			continue
		}
	}
}

func (w *world) lang() string { return [...]string{"de", "en", ""}[w.pick(3)] }

// visit checks what a visitor gets.
func (w *world) visit() {
	n, lang := w.pick(worldPaths), w.lang()
	floor := w.floor[n].Load()
	answer := w.site().do(w.t.Context(), http.MethodGet, fmt.Sprint("/p/", n), "X-Lang", lang, "Authorization", "me")
	if answer.Code != http.StatusOK {
		if answer.Code < http.StatusInternalServerError {
			w.t.Errorf("got %d %q", answer.Code, answer.Body)
		}
		return
	}
	w.bodies.Add(1)
	body := answer.Body.String()
	w.mu.Lock()
	wrote := w.wrote[body]
	w.mu.Unlock()
	var ofPath int
	var ofLang string
	var version int64
	if _, err := fmt.Sscanf(strings.ReplaceAll(body, "  ", " none "), "%d %s %d", &ofPath, &ofLang, &version); err != nil || !wrote {
		w.t.Errorf("no render wrote %.40q: %v", body, err)
		return
	}
	want := "-"
	if n == 0 {
		want = strings.ReplaceAll(" "+lang, " ", "")
		if want == "" {
			want = "none"
		}
	}
	if ofPath != n || ofLang != want || version < floor {
		w.t.Errorf("seed %d, page %d for %q: got %.40q (%s), although %d had been acknowledged",
			w.seed, n, lang, body, answer.Header().Get("X-Nextjs-Cache"), floor)
	}
}
