package ledger_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
)

const (
	normal = 100 * time.Millisecond
	back   = 2 * time.Second
)

// truth is of one page, whose version 2 has just been acknowledged.
func truth(l *ledger.Ledger) *ledger.Truth {
	t := ledger.NewTruth(l, new(ledger.Lag), ledger.Budget{Normal: normal, Back: back}, 1)
	t.Acknowledged(0, 2)
	return t
}

// ask gets a version now, of which the process has served another.
func ask(t *ledger.Truth, version, here uint64) string {
	d := t.Demand(0, here)
	return t.Judge(&d, version)
}

func TestOlderPagesAreLost(t *testing.T) {
	for _, tt := range []struct {
		name          string
		after         time.Duration
		version, here uint64
		lost          bool
	}{
		{"at once, elsewhere", 0, 1, 0, false},
		{"at once, where it was acknowledged", 0, 1, 2, true},
		{"within the budget", normal - 1, 1, 0, false},
		{"after the budget", normal, 1, 0, true},
		{"the new one", normal, 2, 0, false},
		{"a newer one", normal, 3, 2, false},
		{"back behind one that was served", 0, 2, 3, true},
		{"much later", time.Hour, 1, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				now := truth(ledger.New())
				time.Sleep(tt.after)
				if why := ask(now, tt.version, tt.here); (why != "") != tt.lost {
					t.Errorf("%q", why)
				}
			})
		})
	}
}

// TestRedisExcuses has Redis go away a moment after the acknowledgement, for a
// second.
func TestRedisExcuses(t *testing.T) {
	for _, tt := range []struct {
		name        string
		away, after time.Duration // after the acknowledgement
		lost        bool
	}{
		{"while it is away", normal / 2, normal, false},
		{"just back", normal / 2, normal/2 + time.Second, false},
		{"back for as long as it takes", normal / 2, normal/2 + time.Second + back, true},
		{"it went too late to be a reason", 2 * normal, 2*normal + time.Second/2, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := ledger.New()
				now := truth(l)
				go func() {
					time.Sleep(tt.away)
					w := l.Begin("away", ledger.Redis)
					time.Sleep(time.Second)
					l.End(w)
				}()
				time.Sleep(tt.after)
				synctest.Wait()
				if why := ask(now, 1, 0); (why != "") != tt.lost {
					t.Errorf("%q", why)
				}
				time.Sleep(time.Hour)
			})
		})
	}
}

func TestWindowsExcuseTheirTargetAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := ledger.New()
		w := l.Begin("killed", "a")
		time.Sleep(time.Second)
		l.End(w)
		ended := time.Now()
		time.Sleep(time.Second)
		for _, tt := range []struct {
			target   string
			from, to time.Duration // from the end
			want     bool
		}{
			{"a", -time.Second / 2, time.Second / 2, true},
			{"a", -2 * time.Second, time.Second, true},
			{"a", 1, time.Second, false},
			{"a", -3 * time.Second, -2 * time.Second, false},
			{"b", -time.Second / 2, time.Second / 2, false},
		} {
			if got := l.During(tt.target, ended.Add(tt.from), ended.Add(tt.to), 0); got != tt.want {
				t.Errorf("%s from %v to %v: %v", tt.target, tt.from, tt.to, got)
			}
		}
	})
}

func TestSums(t *testing.T) {
	l := ledger.New()
	for range 30 {
		l.Lost(ledger.Swapped, "one")
	}
	l.Answered("GET", 200, time.Second)
	l.Answered("GET", 503, time.Millisecond)
	l.Excused("GET")
	sums := l.Sums()
	if sums.Total() != 30 || len(sums.Findings) == 0 || len(sums.Findings) > 30 {
		t.Errorf("%d lost, %d in words", sums.Total(), len(sums.Findings))
	}
	if c := sums.Counts["GET"]; c.Requests != 3 || c.Excused != 1 || c.Statuses[503] != 1 || c.Slowest != time.Second || sums.Requests() != 3 {
		t.Errorf("%+v", c)
	}
}
