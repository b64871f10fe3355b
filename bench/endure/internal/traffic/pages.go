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
func refused(response *http.Response) bool {
	return response.StatusCode == http.StatusInternalServerError && response.Header.Get("X-Cause") == subject.CauseSource
}

// judge says what is wrong with the body of a page.
func (v *visitor) judge(w *wish, response *http.Response, body []byte) error {
	if refused(response) {
		return nil
	}
	if err := v.check(response, string(body), http.StatusOK, ""); err != nil {
		return err
	}
	p, err := page.Parse(body)
	if err != nil {
		return lost(ledger.Unrendered, "%s: %v: %.100q", pagePath(w.number), err, body)
	}
	if p.Path != pagePath(w.number) || p.Language != Languages[w.language] || !p.Signed(v.crowd.Secret) {
		return lost(ledger.Unrendered, "%s in %s has the body of %s in %s by %s", pagePath(w.number), Languages[w.language], p.Path, p.Language, p.Render)
	}
	if why := v.target.World.Truth.Judge(&w.demand, p.Version); why != "" {
		return lost(ledger.Invisible, "%s in %s has version %d by %s, %s: %s", p.Path, p.Language, p.Version, p.Render,
			response.Header.Get("X-Nextjs-Cache"), why)
	}
	// What a process renders while Redis is away, it has for itself: when Redis is
	// back, it may serve again what all have.
	if !v.target.World.Shared || !v.crowd.Ledger.During(ledger.Redis, w.demand.Begun, time.Now(), v.target.World.Truth.Budget().Back) {
		raise(&v.on.served[w.number][w.language], p.Version)
	}
	return nil
}

func (v *visitor) get(ctx context.Context, number, language int) (*http.Response, error) {
	w := v.wishFor(number, language)
	response, body, err := v.do(ctx, w.request(http.MethodGet))
	if err != nil {
		return nil, err
	}
	return response, v.judge(&w, response, body)
}

func (v *visitor) anyPage() (number, language int) {
	return v.rng.IntN(subject.Pages), v.rng.IntN(len(Languages))
}

func cachedPage(ctx context.Context, v *visitor) error {
	number, language := v.anyPage()
	_, err := v.get(ctx, number, language)
	return err
}

// conditional asks for a page again that it has: a 304 says that it is still
// the same, so it must be as new as a whole answer would have to be.
func conditional(ctx context.Context, v *visitor) error {
	number, language := v.anyPage()
	w := v.wishFor(number, language)
	response, body, err := v.do(ctx, w.request(http.MethodGet))
	if err != nil {
		return err
	}
	if err := v.judge(&w, response, body); err != nil || response.StatusCode != http.StatusOK {
		return err
	}
	p, err := page.Parse(body)
	if err != nil {
		return lost(ledger.Unrendered, "%v", err)
	}
	again := v.wishFor(number, language)
	r := again.request(http.MethodGet)
	r.header["If-None-Match"] = response.Header.Get("Etag")
	response, body, err = v.do(ctx, r)
	if err != nil || response.StatusCode != http.StatusNotModified {
		if err == nil {
			err = v.judge(&again, response, body)
		}
		return err
	}
	if why := v.target.World.Truth.Judge(&again.demand, p.Version); why != "" {
		return lost(ledger.Invisible, "304 for version %d of %s: %s", p.Version, p.Path, why)
	}
	return nil
}

func headPage(ctx context.Context, v *visitor) error {
	number, language := v.anyPage()
	w := v.wishFor(number, language)
	response, body, err := v.do(ctx, w.request(http.MethodHead))
	if err != nil || refused(response) {
		return err
	}
	if len(body) > 0 {
		return lost(ledger.Wrong, "HEAD has a body: %.100q", body)
	}
	return v.check(response, "", http.StatusOK, "")
}
