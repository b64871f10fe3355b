package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/record"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/wire"
)

// Server is what sequences run against.
type Server struct {
	// Dial connects to it.
	Dial func(context.Context) (net.Conn, error)
	// ID is its previewModeId.
	ID string
	// Settle waits until nothing happens any more but what is held. Where it is
	// nil, the server is asked until it says so.
	Settle func()
}

// ErrLate means that a run says nothing: the machine was so slow that pages
// went stale where no time should have passed.
var ErrLate = errors.New("steps: the machine is too slow")

// inTime is how long the steps between two waits may take: a page with the
// shortest window, two seconds, is still fresh after it.
const inTime = 1800 * time.Millisecond

// begun is a request whose answer is to come.
type begun struct {
	step    int
	leave   context.CancelFunc
	answers []wire.Answer
	end     wire.End
	err     error
	done    chan struct{}
}

// run is one run of a sequence.
type run struct {
	server  Server
	s       *Sequence
	mark    string
	open    []*begun
	etag    string
	cookies []string
	raw     []taken
}

// taken is what one step has recorded so far.
type taken struct {
	answers []wire.Answer
	end     wire.End
	renders int
}

// Run runs a sequence and returns what each step came to. mark stands for ~.
func (server Server) Run(ctx context.Context, s *Sequence, mark string) ([]record.Recording, error) {
	r := &run{server: server, s: s, mark: mark}
	since := time.Now()
	for i := range s.Steps {
		step := &s.Steps[i]
		if step.Wait > 0 {
			if time.Since(since) > inTime && s.waits() {
				return nil, ErrLate
			}
			select {
			case <-time.After(time.Duration(step.Wait * float64(time.Second))):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			since = time.Now()
			continue
		}
		if err := r.step(ctx, i); err != nil {
			return nil, fmt.Errorf("%s, step %d: %w", s.Name, i+1, err)
		}
	}
	if time.Since(since) > inTime && s.waits() {
		return nil, ErrLate
	}
	return r.recordings(), nil
}

func (r *run) step(ctx context.Context, i int) error {
	step := &r.s.Steps[i]
	switch {
	case step.Set != nil:
		return r.set(ctx, step.Set)
	case step.Begin != "":
		for range max(step.Times, 1) {
			b, err := r.begin(ctx, i, step.Begin)
			if err != nil {
				return err
			}
			r.open = append(r.open, b)
		}
		return r.settle(ctx, onTheWay)
	case step.Leave:
		for _, b := range r.open {
			b.leave()
			<-b.done
		}
		r.open = nil
		return r.settle(ctx, onTheWay)
	case step.Finish:
		return r.finish(ctx)
	default:
		b, err := r.begin(ctx, i, step.Ask)
		if err != nil {
			return err
		}
		r.open = append(r.open, b)
		return r.finish(ctx)
	}
}

// begin sends a request.
func (r *run) begin(ctx context.Context, i int, request string) (*begun, error) {
	step := &r.s.Steps[i]
	method, target, _ := strings.Cut(r.fill(request), " ")
	lines := []string{method + " " + target + " HTTP/1.1", "Host: localhost"}
	for _, line := range step.With {
		lines = append(lines, r.fill(line))
	}
	body := r.fill(step.Body)
	if body != "" {
		lines = append(lines, "Content-Type: application/json", "Content-Length: "+strconv.Itoa(len(body)))
	}
	ctx, leave := context.WithCancel(ctx)
	conn, err := r.server.Dial(ctx)
	if err != nil {
		leave()
		return nil, err
	}
	b := &begun{step: i, leave: leave, done: make(chan struct{})}
	go func() {
		defer close(b.done)
		sent := wire.Request{Bytes: []byte(strings.Join(lines, "\r\n") + "\r\n\r\n" + body), Methods: []string{method}}
		b.answers, b.end, b.err = wire.Exchange(ctx, conn, sent)
	}()
	return b, nil
}

// finish waits for all that was begun and takes it down.
func (r *run) finish(ctx context.Context) error {
	var t taken
	quick := true
	for _, b := range r.open {
		<-b.done
		b.leave()
		if b.err != nil {
			return b.err
		}
		t.answers, t.end = append(t.answers, b.answers...), b.end
		for i := range b.answers {
			r.remember(&b.answers[i])
			quick = quick && b.answers[i].Get("X-Nextjs-Cache") != "STALE"
		}
	}
	r.open = nil
	pause := onTheWay
	if quick {
		pause = atOnce
	}
	err := r.settle(ctx, pause)
	if err == nil {
		t.renders, err = r.renders(ctx)
	}
	r.raw = append(r.raw, t)
	return err
}

// remember keeps what later steps refer to.
func (r *run) remember(a *wire.Answer) {
	if tag := a.Get("ETag"); tag != "" {
		r.etag = tag
	}
	var cookies []string
	for _, h := range a.Headers {
		if strings.EqualFold(h.Name, "Set-Cookie") {
			pair, _, _ := strings.Cut(h.Value, ";")
			cookies = append(cookies, pair)
		}
	}
	if cookies != nil {
		r.cookies = cookies
	}
}

// fill puts in what the texts of a sequence refer to.
func (r *run) fill(text string) string {
	token := ""
	for _, cookie := range r.cookies {
		if value, found := strings.CutPrefix(cookie, "__next_preview_data="); found {
			token = value
		}
	}
	return strings.NewReplacer("~", r.mark, "{id}", r.server.ID, "{ID}", strings.ToUpper(r.server.ID),
		"{etag}", r.etag, "{cookies}", strings.Join(r.cookies, "; "), "{token}", token).Replace(text)
}

func (r *run) set(ctx context.Context, fields map[string]any) error {
	change := map[string]any{"path": r.s.pages()[0]}
	maps.Copy(change, fields)
	body, err := json.Marshal(change)
	if err != nil {
		return err
	}
	text := r.fill(string(body))
	_, err = r.source(ctx, fmt.Sprintf("POST /api/isr/source HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(text), text))
	if err != nil {
		return err
	}
	return r.settle(ctx, atOnce)
}

// counts are what the server says about the pages of the sequence.
type counts struct{ Held, Renders, Running int }

func (r *run) counts(ctx context.Context) (counts, error) {
	query := url.Values{}
	for _, path := range r.s.pages() {
		query.Add("path", r.fill(path))
	}
	return r.source(ctx, "GET /api/isr/source?"+query.Encode()+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

func (r *run) renders(ctx context.Context) (int, error) {
	c, err := r.counts(ctx)
	return c.Renders, err
}

// source asks the route that the tests have for themselves.
func (r *run) source(ctx context.Context, request string) (counts, error) {
	conn, err := r.server.Dial(ctx)
	if err != nil {
		return counts{}, err
	}
	method, _, _ := strings.Cut(request, " ")
	answers, _, err := wire.Exchange(ctx, conn, wire.Request{Bytes: []byte(request), Methods: []string{method}})
	if err != nil {
		return counts{}, err
	}
	if len(answers) != 1 || answers[0].Status != 200 {
		return counts{}, fmt.Errorf("steps: /api/isr/source answered %+v", answers)
	}
	var c counts
	err = json.Unmarshal(answers[0].Body, &c)
	return c, err
}

// How long a real server gets for what it begins by itself: nothing tells from
// outside that a regeneration is about to start, or that its page is stored.
const (
	onTheWay = 120 * time.Millisecond
	atOnce   = 15 * time.Millisecond
)

// settle waits until no render runs but those that are held.
func (r *run) settle(ctx context.Context, pause time.Duration) error {
	if r.server.Settle != nil {
		r.server.Settle()
		return nil
	}
	for {
		time.Sleep(pause)
		c, err := r.counts(ctx)
		if err != nil {
			return err
		}
		if c.Running == c.Held {
			time.Sleep(atOnce)
			return nil
		}
	}
}
