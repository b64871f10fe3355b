package traffic

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/page"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
)

func pagePath(number int) string { return "/pages/" + strconv.Itoa(number) }

// wish is a request for a page, and what it may demand.
type wish struct {
	number, language int
	demand           ledger.Demand
}

// wishFor is to be called immediately before the request.
func (v *visitor) wishFor(number, language int) wish {
	here := max(v.on.acked[number].Load(), v.on.served[number][language].Load())
	return wish{number, language, v.target.World.Truth.Demand(number, here)}
}

func (w *wish) request(method string) request {
	return request{method: method, path: pagePath(w.number), header: map[string]string{"Accept-Language": Languages[w.language]}}
}

// refused says whether an answer has no page since the source of its data has
// failed.
func (a *answer) refused() bool {
	return a.status == http.StatusInternalServerError && a.header.Get("X-Cause") == subject.CauseSource
}

// judge says what is wrong with the body of a page.
func (v *visitor) judge(w *wish, a *answer) error {
	if a.refused() {
		return nil
	}
	if err := a.check(http.StatusOK, ""); err != nil {
		return err
	}
	p, err := page.Parse([]byte(a.text))
	if err != nil {
		return lost(ledger.Unrendered, "%s: %v: %.100q", pagePath(w.number), err, a.text)
	}
	if p.Path != pagePath(w.number) || p.Language != Languages[w.language] || !p.Signed(v.crowd.Secret) {
		return lost(ledger.Unrendered, "%s in %s has the body of %s in %s by %s", pagePath(w.number), Languages[w.language], p.Path, p.Language, p.Render)
	}
	why := v.target.World.Truth.Judge(&w.demand, p.Version)
	if v.alone(a, w.demand.Begun) || why != "" && v.wasAlone(w.demand.Begun) {
		return nil
	}
	if why != "" {
		return lost(ledger.Invisible, "%s in %s has version %d by %s, %s: %s", p.Path, p.Language, p.Version, p.Render,
			a.header.Get("X-Nextjs-Cache"), why)
	}
	if a.header.Get("X-Nextjs-Cache") != "MISS" || !v.target.World.Shared {
		// What was rendered just now may have been so alone, for all that is known.
		raise(&v.on.served[w.number][w.language], p.Version)
	}
	return nil
}

// alone says whether the process that answered a request was without Redis at
// that time, or has it back for less than the budget. Then it serves what it
// has for itself, and afterwards again what all have.
func (v *visitor) alone(a *answer, begun time.Time) bool {
	if !v.target.World.Shared {
		return false
	}
	back := v.target.World.Truth.Budget().Back
	if v.crowd.Ledger.During(ledger.Redis, begun, time.Now(), back) {
		return true
	}
	since, err := strconv.Atoi(a.header.Get(subject.HeaderAway))
	return err == nil && time.Duration(since)*time.Millisecond < back+time.Since(begun)
}

// wasAlone asks the process itself, for it may have lost Redis after it began
// to answer.
func (v *visitor) wasAlone(begun time.Time) bool {
	if !v.target.World.Shared {
		return false
	}
	response, err := v.client.Get("http://" + v.on.control + "/away") //nolint:noctx // the client has a limit
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return v.alone(&answer{header: response.Header}, begun)
}

func (v *visitor) get(ctx context.Context, number, language int) error {
	w := v.wishFor(number, language)
	a, err := v.do(ctx, w.request(http.MethodGet))
	if err != nil {
		return err
	}
	return v.judge(&w, a)
}

func (v *visitor) anyPage() (number, language int) {
	return v.rng.IntN(subject.Pages), v.rng.IntN(len(Languages))
}

func cachedPage(ctx context.Context, v *visitor) error {
	number, language := v.anyPage()
	return v.get(ctx, number, language)
}

// conditional asks for a page again that it has: a 304 says that it is still
// the same, so it must be as new as a whole answer would have to be.
func conditional(ctx context.Context, v *visitor) error {
	number, language := v.anyPage()
	w := v.wishFor(number, language)
	a, err := v.do(ctx, w.request(http.MethodGet))
	if err != nil {
		return err
	}
	if err := v.judge(&w, a); err != nil || a.status != http.StatusOK {
		return err
	}
	p, err := page.Parse([]byte(a.text))
	if err != nil {
		return lost(ledger.Unrendered, "%v", err)
	}
	again := v.wishFor(number, language)
	r := again.request(http.MethodGet)
	r.header["If-None-Match"] = a.header.Get("Etag")
	a, err = v.do(ctx, r)
	if err != nil || a.status != http.StatusNotModified {
		if err == nil {
			err = v.judge(&again, a)
		}
		return err
	}
	if why := v.target.World.Truth.Judge(&again.demand, p.Version); why != "" && !v.alone(a, again.demand.Begun) && !v.wasAlone(again.demand.Begun) {
		return lost(ledger.Invisible, "304 for version %d of %s: %s", p.Version, p.Path, why)
	}
	return nil
}

func headPage(ctx context.Context, v *visitor) error {
	number, language := v.anyPage()
	w := v.wishFor(number, language)
	a, err := v.do(ctx, w.request(http.MethodHead))
	if err != nil || a.refused() {
		return err
	}
	if len(a.text) > 0 {
		return lost(ledger.Wrong, "HEAD has a body: %.100q", a.text)
	}
	if err := a.check(http.StatusOK, ""); err != nil {
		return err
	}
	if a.header.Get("X-Nextjs-Cache") == "" {
		return lost(ledger.Wrong, "HEAD does not come from the cache")
	}
	return nil
}
