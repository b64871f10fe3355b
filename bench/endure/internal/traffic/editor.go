package traffic

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
)

// Names of what editors do.
const (
	byPath = "revalidation by path"
	byTag  = "revalidation by tag"
	look   = "look after a revalidation"
)

// hot pages are edited again and again, also while a slow render still has what
// was there before.
const hot = 4

// edit changes data and has the pages revalidated, until ctx ends. What was
// acknowledged is handed on to those that look everywhere.
func (v *visitor) edit(ctx context.Context, done chan<- edited) {
	for ctx.Err() == nil {
		world := v.crowd.Worlds[v.rng.IntN(len(v.crowd.Worlds))]
		target := world.Targets[v.rng.IntN(len(world.Targets))]
		number := v.rng.IntN(subject.Pages)
		if v.rng.IntN(2) == 0 {
			number %= hot
		}
		name, numbers, query := byPath, []int{number}, "path="+pagePath(number)
		if v.rng.IntN(10) == 0 {
			tag := number % subject.Tags
			name, numbers, query = byTag, nil, "tag="+strconv.Itoa(tag)
			for other := tag; other < subject.Pages; other += subject.Tags {
				numbers = append(numbers, other)
			}
		}
		if at := v.revalidate(ctx, target, name, query, numbers); !at.IsZero() {
			page := numbers[v.rng.IntN(len(numbers))]
			v.look(ctx, target, page)
			select {
			case done <- edited{target.World, page, at}:
			case <-ctx.Done():
			}
		}
		pause(ctx, v.some(time.Millisecond, 50*time.Millisecond))
	}
	v.client.CloseIdleConnections()
}

// revalidate changes the data of some pages, and calls for them. It returns
// when that was acknowledged, if it was.
func (v *visitor) revalidate(ctx context.Context, target *Target, name, query string, numbers []int) (at time.Time) {
	versions := make([]uint64, len(numbers))
	for i, number := range numbers {
		versions[i] = target.World.Versions.Bump(number)
	}
	v.one(ctx, &kind{name: name, send: func(ctx context.Context, v *visitor) error {
		begun := time.Now()
		a, err := v.do(ctx, request{method: http.MethodPost, path: "/api/revalidate?id=" + v.id + "&" + query})
		if err != nil {
			return err
		}
		if a.check(http.StatusOK, "revalidated "+v.id) == nil {
			for i, number := range numbers {
				raise(&v.on.acked[number], versions[i])
				at = target.World.Truth.Acknowledged(number, versions[i])
			}
			return nil
		}
		return v.explain(a, begun)
	}}, target)
	return at
}

// edited is a page whose revalidation was acknowledged.
type edited struct {
	world *World
	page  int
	at    time.Time
}

// verify asks all instances for pages that were edited, as soon as the edit has
// to be visible there.
func (v *visitor) verify(ctx context.Context, todo <-chan edited) {
	for {
		var e edited
		select {
		case e = <-todo:
		case <-ctx.Done():
			v.client.CloseIdleConnections()
			return
		}
		for ctx.Err() == nil {
			due, known := e.world.Truth.Due(e.at)
			if known && !due.After(time.Now()) {
				break
			}
			pause(ctx, max(time.Until(due), 10*time.Millisecond))
		}
		for _, target := range e.world.Targets {
			v.look(ctx, target, e.page)
		}
	}
}

// explain says what is wrong with a revalidation that was refused. It may be,
// where Redis is away, where an older page can't be removed from the disk, and
// where the source fails.
func (v *visitor) explain(a *answer, begun time.Time) error {
	switch cause := a.header.Get("X-Cause"); {
	case a.status != http.StatusServiceUnavailable:
	case cause == subject.CauseSource:
		return nil
	case cause == subject.CauseStore && v.target.World.Shared && v.alone(a, begun):
		return nil
	case cause == subject.CauseStore && !v.target.World.Shared && v.crowd.Ledger.During(ledger.Disk, begun, time.Now(), 0):
		return nil
	}
	return a.check(http.StatusOK, "revalidated "+v.id)
}

// look asks an instance for a page in all languages.
func (v *visitor) look(ctx context.Context, target *Target, number int) {
	for language := range Languages {
		v.one(ctx, &kind{name: look, send: func(ctx context.Context, v *visitor) error {
			return v.get(ctx, number, language)
		}}, target)
	}
}
