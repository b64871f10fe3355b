package attack_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// TestCompositionOverHTTP2 sends the same requests over HTTP/2, many at a time on one connection. There a refusal ends a stream
// and never the connection; a client that goes away resets its stream.
func TestCompositionOverHTTP2(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	besiege(t, 6, attackOverHTTP2)
}

// attackOverHTTP2 sends requests to one site.
func attackOverHTTP2(t *testing.T, seed uint64) int {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 1))
	s := newSite(rnd)
	stop := s.start(t)
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	client := &http.Transport{Protocols: &protocols, DisableCompression: true}
	var shots []*shot
	for n := range 30 {
		if sh := aim(rnd, s, strconv.Itoa(n)); !sh.upgrades() { // HTTP/2 has no connection to hand over
			sh.waits, sh.broken = false, false
			if sh.size > 1 && rnd.IntN(6) == 0 {
				sh.missing, sh.broken = true, true
			}
			shots = append(shots, sh)
		}
	}
	conv := &conversation{t: t, site: s, seed: seed}
	probe := &shot{id: "probe", method: http.MethodGet, head: "GET /probe HTTP/1.1\r\nHost: x\r\n\r\n"}
	conv.overHTTP2(client, probe, false) // so that there is a connection to share
	var all sync.WaitGroup
	for _, sh := range shots {
		all.Go(func() { conv.overHTTP2(client, sh, true) })
	}
	all.Wait()
	conv.overHTTP2(client, probe, true)
	client.CloseIdleConnections()
	stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sh := range shots {
		if err := sh.checkRuns(s); err != nil {
			conv.failf(sh, "%v", err)
		}
	}
	if s.log.Len() > 0 {
		t.Errorf("seed %d: the server logged %s", seed, s.log.String())
	}
	return len(shots)
}

// errGone is what a client that goes away reports.
var errGone = errors.New("the client has gone")

// overHTTP2 sends a request, on the connection that is there if so told, and checks its answer.
func (conv *conversation) overHTTP2(client *http.Transport, sh *shot, shares bool) {
	head, _, _ := strings.Cut(sh.head, "\r\n\r\n")
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head + "\r\n\r\n")))
	if err != nil {
		conv.failf(sh, "%v", err)
		return
	}
	unknown := len(r.TransferEncoding) > 0
	body := io.Reader(bytes.NewReader(sh.plain))
	if sh.missing {
		body = io.MultiReader(bytes.NewReader(sh.plain[:len(sh.plain)/2]), failing{})
	}
	var reused atomic.Bool
	ctx := httptrace.WithClientTrace(conv.t.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused.Store(info.Reused) }})
	request, err := http.NewRequestWithContext(ctx, sh.method, "http://"+conv.site.addr+r.URL.RequestURI(), body)
	if err != nil {
		conv.failf(sh, "%v", err)
		return
	}
	r.Header.Del("Expect")
	request.Header, request.ContentLength = r.Header, int64(sh.size)
	if sh.size == 0 {
		request.Body = http.NoBody
	} else if unknown {
		request.ContentLength = -1
	}
	res, err := client.RoundTrip(request)
	var got []byte
	if err == nil {
		got, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
	}
	switch {
	case err != nil && !sh.missing && !sh.mayBeCut():
		conv.failf(sh, "no whole answer: %v", err)
	case err != nil || sh.missing:
	case sh.id == "probe":
		if res.StatusCode != http.StatusOK || string(got) != "probe" {
			conv.failf(sh, "the connection answers %d %q", res.StatusCode, got)
		}
	default:
		sh.got = res.Status
		conv.check(sh, &reply{Status: res.Status, StatusCode: res.StatusCode, Header: res.Header}, got)
	}
	if shares && !reused.Load() {
		conv.failf(sh, "the connection was closed, and another one made")
	}
}

// failing ends a body before its end.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errGone }
