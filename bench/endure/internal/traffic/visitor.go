package traffic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
)

// Crowd is all visitors of a run.
type Crowd struct {
	Ledger *ledger.Ledger
	Lag    *ledger.Lag
	Worlds []*World
	Secret []byte
	Seed   uint64
}

func (c *Crowd) targets() (all []*Target) {
	for _, world := range c.Worlds {
		all = append(all, world.Targets...)
	}
	return all
}

// visitor is one of the crowd, with connections of its own.
type visitor struct {
	crowd  *Crowd
	name   string
	rng    *rand.Rand
	client *http.Client
	serial int

	// Of the request that is under way.
	target *Target
	on     *running
	id     string
	status int
}

// loss is the error for an answer that is wrong.
type loss struct {
	class ledger.Class
	text  string
}

func (l *loss) Error() string { return string(l.class) + ": " + l.text }

func lost(class ledger.Class, format string, args ...any) error {
	return &loss{class, fmt.Sprintf(format, args...)}
}

// patience is how long an answer may take at most, however busy the machine is.
const patience = 30 * time.Second

func (c *Crowd) visitor(name string, number int) *visitor {
	return &visitor{
		crowd: c, name: name, rng: rand.New(rand.NewPCG(c.Seed, uint64(number))), //nolint:gosec // a seed, so that a run can be repeated
		client: &http.Client{
			Timeout: patience,
			Transport: &http.Transport{
				IdleConnTimeout: 5 * time.Second, MaxIdleConnsPerHost: 4, DisableCompression: true,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// visit sends requests of some kinds, mixed by their weights, until ctx ends.
func (v *visitor) visit(ctx context.Context, kinds []kind) {
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	targets := v.crowd.targets()
	for ctx.Err() == nil {
		n := v.rng.IntN(total)
		i := 0
		for ; n >= kinds[i].weight; i++ {
			n -= kinds[i].weight
		}
		v.one(ctx, &kinds[i], targets[v.rng.IntN(len(targets))])
	}
	v.client.CloseIdleConnections()
}

// one sends a request of a kind and enters in the ledger what came of it.
func (v *visitor) one(ctx context.Context, k *kind, target *Target) {
	v.serial++
	begun := time.Now() // before it is known where to, which may change at any moment
	v.target, v.on, v.id, v.status = target, target.running.Load(), v.name+"-"+strconv.Itoa(v.serial), 0
	err := k.send(ctx, v)
	ended := time.Now()
	l := v.crowd.Ledger
	var wrong *loss
	switch {
	case err == nil:
		l.Answered(k.name, v.status, ended.Sub(begun))
	case errors.As(err, &wrong):
		l.Answered(k.name, v.status, ended.Sub(begun))
		l.Lost(wrong.class, "%s on %s: %s", k.name, target.Name, wrong.text)
	case ctx.Err() != nil: // the end of the run
	case l.During(target.Name, begun, ended, 0):
		l.Excused(k.name)
		if ended.Sub(begun) < 10*time.Millisecond {
			time.Sleep(10 * time.Millisecond) // it is not there: no use in asking at full speed
		}
	default:
		l.Answered(k.name, v.status, ended.Sub(begun))
		l.Lost(ledger.Broken, "%s on %s after %v: %v", k.name, target.Name, ended.Sub(begun).Round(time.Millisecond), err)
	}
}

// request is one to make.
type request struct {
	method, path string
	header       map[string]string
	body         io.Reader
}

// answer is one that was read to its end.
type answer struct {
	status int
	header http.Header
	text   string
}

// whole reads an answer to its end.
func (v *visitor) whole(response *http.Response) (*answer, error) {
	v.status = response.StatusCode
	text, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	return &answer{response.StatusCode, response.Header, string(text)}, err
}

// do sends a request and reads the whole answer.
func (v *visitor) do(ctx context.Context, r request) (*answer, error) {
	method, body := r.method, r.body
	if method == "" {
		method = http.MethodGet
	}
	if body == nil {
		body = http.NoBody
	}
	q, err := http.NewRequestWithContext(ctx, method, "http://"+v.on.address+r.path, body)
	if err != nil {
		return nil, err
	}
	for name, value := range r.header {
		q.Header.Set(name, value)
	}
	response, err := v.client.Do(q)
	if err != nil {
		return nil, err
	}
	return v.whole(response)
}

// expect is do for an answer with a status, whose text tells by its prefix that
// it is the right one.
func (v *visitor) expect(ctx context.Context, r request, status int, prefix string) (string, error) {
	a, err := v.do(ctx, r)
	if err != nil {
		return "", err
	}
	return a.text, a.check(status, prefix)
}

// check says what is wrong with an answer.
func (a *answer) check(status int, prefix string) error {
	if a.status != status {
		class := ledger.Wrong
		if a.status >= http.StatusInternalServerError {
			class = ledger.Unexplained
		}
		return lost(class, "%d, not %d: %.200q", a.status, status, a.text)
	}
	if !strings.HasPrefix(a.text, prefix) {
		return lost(ledger.Swapped, "%.100q, not %q", a.text, prefix)
	}
	return nil
}

// dial opens a connection of its own, for visitors that are no browsers.
func (v *visitor) dial(ctx context.Context) (net.Conn, error) {
	connection, err := (&net.Dialer{Timeout: patience}).DialContext(ctx, "tcp", v.on.address)
	if err != nil {
		return nil, err
	}
	return connection, connection.SetDeadline(time.Now().Add(patience))
}

// some is a time between two, to wait.
func (v *visitor) some(least, most time.Duration) time.Duration {
	return least + time.Duration(v.rng.Int64N(int64(most-least)))
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
