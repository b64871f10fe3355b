package attack_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

var (
	attackFor = flag.Duration("attack", 0, "how long the composition is attacked; 0 attacks a fixed number of sites")
	seedFlag  = flag.Uint64("seed", 1, "the seed of the first site; 0 takes one from the clock")
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

// TestComposition builds random trees of groups and routes, and sends random requests to them over real connections.
// Whatever is composed, each request has one answer, its body is what the status says, the nearest limit holds, no header is
// lost, a handler runs once at most and on a good body only, the connection can be used again or is closed, the server
// complains of nothing, and in the end no goroutine and no file is left.
//
//	go test ./internal/attack -run TestComposition -seed 0 -attack 10m
//	go test ./internal/attack -run TestComposition -seed 42 -attack 1ns
func TestComposition(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	besiege(t, 4, attack)
}

// besiege attacks one site after the other: so many, or as many as there is time for.
func besiege(t *testing.T, usual int, attack func(t *testing.T, seed uint64) (requests int)) {
	t.Helper()
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	goroutines := runtime.NumGoroutine()
	requests, sites := 0, 0
	end := time.Now().Add(*attackFor)
	more := func() bool {
		if *attackFor == 0 {
			return sites < usual
		}
		return sites == 0 || time.Now().Before(end)
	}
	for ; !t.Failed() && more(); sites++ {
		requests += attack(t, seed+uint64(sites))
	}
	t.Logf("%d requests to %d sites, seeds from %d", requests, sites, seed)
	backTo(t, goroutines)
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("%d temporary files are left, the first is %v %v", len(left), left[:min(len(left), 1)], err)
	}
}

// backTo waits for the goroutines to end.
func backTo(t *testing.T, goroutines int) {
	t.Helper()
	for range 200 {
		if runtime.NumGoroutine() <= goroutines {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("%d goroutines instead of %d\n%s", runtime.NumGoroutine(), goroutines, stacks[:runtime.Stack(stacks, true)])
}

// attack sends requests to one site.
func attack(t *testing.T, seed uint64) (requests int) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 1))
	s := newSite(rnd)
	stop := s.start(t)
	var (
		all   sync.WaitGroup
		conns []*conversation
	)
	for n := range 12 {
		conv := &conversation{t: t, site: s, seed: seed, rnd: rand.New(rand.NewPCG(seed, uint64(n)+2))}
		for i := range 1 + rnd.IntN(4) {
			sh := aim(conv.rnd, s, fmt.Sprintf("%d-%d", n, i))
			if conv.shots = append(conv.shots, sh); sh.upgrades() && !sh.answered() {
				break // nothing of HTTP comes behind it
			}
		}
		requests += len(conv.shots)
		conns = append(conns, conv)
		all.Go(conv.run)
	}
	all.Wait()
	stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, conv := range conns {
		for _, sh := range conv.shots {
			if err := sh.checkRuns(s); err != nil {
				conv.failf(sh, "%v", err)
			}
		}
	}
	if s.runs["smuggled"] > 0 {
		t.Errorf("seed %d: a body was taken for a request", seed)
	}
	if s.log.Len() > 0 {
		t.Errorf("seed %d: the server logged %s", seed, s.log.String())
	}
	return requests
}

// mostRuns is how often the handler may run.
func (sh *shot) mostRuns() int {
	if sh.on == nil || sh.answered() || sh.on.parser && !sh.on.shortens && (sh.broken || sh.verdict != good) {
		return 0
	}
	return 1
}

// conversation is what happens on one connection.
type conversation struct {
	t     *testing.T
	site  *site
	seed  uint64
	rnd   *rand.Rand
	shots []*shot

	conn     net.Conn
	in       *bufio.Reader
	closed   bool // the server has said that it closes the connection
	mayClose bool // or it need not say so
}

func (conv *conversation) failf(sh *shot, format string, args ...any) {
	conv.t.Errorf("seed %d: %s\n%v", conv.seed, fmt.Sprintf(format, args...), sh)
}

func (conv *conversation) run() {
	var d net.Dialer
	var err error
	if conv.conn, err = d.DialContext(conv.t.Context(), "tcp", conv.site.addr); err != nil {
		conv.t.Error(err)
		return
	}
	defer conv.conn.Close()
	_ = conv.conn.SetDeadline(time.Now().Add(30 * time.Second))
	conv.in = bufio.NewReader(conv.conn)
	leaves := conv.rnd.IntN(6) == 0 // the client goes away before the answer
	last := conv.shots[len(conv.shots)-1]
	if leaves || conv.rnd.IntN(5) == 0 {
		last.truncate(conv.rnd)
	}
	if conv.rnd.IntN(3) == 0 {
		conv.pipeline(leaves)
	} else {
		conv.oneByOne(leaves)
	}
}

// oneByOne sends a request when the answer to the one before has come.
func (conv *conversation) oneByOne(leaves bool) {
	i := 0
	for ; i < len(conv.shots); i++ {
		sh := conv.shots[i]
		sh.reset = sh.spoils() && sh.on != nil && sh.on.kind == "big" // which is on its way for a while
		var sending sync.WaitGroup
		last := i == len(conv.shots)-1
		sending.Go(func() { conv.send(sh, last && !leaves) })
		if last && leaves {
			sh.tell(true)
			sending.Wait()
			return
		}
		conv.receive(sh)
		sending.Wait()
		if conv.closed || conv.t.Failed() {
			break
		}
	}
	conv.end(i)
}

// pipeline sends all requests without waiting for answers.
func (conv *conversation) pipeline(leaves bool) {
	var sending sync.WaitGroup
	// net/http resets the connection where a handler ends it, and where a body has come of a client that did not wait as it said and
	// nobody has read, under answers that are on their way. So it does behind a damaged body, see spoils.
	reset := false
	for _, sh := range slices.Backward(conv.shots) {
		reset = reset || sh.mayBeCut() || sh.waits && !sh.on.parser || sh.spoils()
		sh.reset = reset
	}
	sending.Go(func() {
		for i, sh := range conv.shots {
			sh.tell(true)
			conv.send(sh, i == len(conv.shots)-1 && !leaves)
		}
	})
	if leaves {
		sending.Wait()
		return
	}
	i := 0
	for ; i < len(conv.shots); i++ {
		if conv.receive(conv.shots[i]); conv.closed || conv.t.Failed() {
			break
		}
	}
	sending.Wait()
	conv.end(i)
}

// send writes a request; errors are those of a server that has answered and closed.
func (conv *conversation) send(sh *shot, last bool) {
	if _, err := io.WriteString(conv.conn, sh.head); err != nil {
		return
	}
	if sh.waits && !<-sh.proceed {
		return
	}
	for rest := sh.body; len(rest) > 0; {
		n := len(rest)
		if sh.pieces > 1 {
			n = min(n, len(sh.body)/sh.pieces+1)
		}
		if _, err := conv.conn.Write(rest[:n]); err != nil {
			return
		}
		if rest = rest[n:]; len(rest) > 0 {
			time.Sleep(2 * time.Millisecond)
		}
	}
	if tcp, ok := conv.conn.(*net.TCPConn); ok && last && sh.missing {
		_ = tcp.CloseWrite()
	}
}

// receive reads the answer to a request and checks it.
func (conv *conversation) receive(sh *shot) {
	res, err := conv.answer(sh)
	if err != nil {
		conv.closed = true
		if !sh.mayBeCut() && !sh.reset && !conv.mayClose {
			conv.failf(sh, "no whole answer: %v", err)
		}
		return
	}
	sh.got = res.Status
	conv.closed = res.Close
	conv.mayClose = sh.broken
	conv.check(sh, res, res.body)
	if res.StatusCode == http.StatusSwitchingProtocols {
		conv.speak(sh)
	}
}

// speak uses a connection that a handler has taken over.
func (conv *conversation) speak(sh *shot) {
	conv.closed = true
	_, _ = io.WriteString(conv.conn, "over\n")
	if line, err := conv.in.ReadString('\n'); line != "over\n" {
		conv.failf(sh, "behind the upgrade came %q, %v", line, err)
	}
}

// reply is a whole answer.
type reply struct {
	Status     string
	StatusCode int
	Header     http.Header
	Close      bool
	body       []byte
}

// answer reads one answer whole.
func (conv *conversation) answer(sh *shot) (*reply, error) {
	defer sh.tell(false) // who still waits does so in vain
	for {
		res, err := http.ReadResponse(conv.in, &http.Request{Method: sh.method})
		if err != nil {
			return nil, err
		}
		if res.StatusCode == http.StatusContinue {
			sh.asked = true
			sh.tell(true)
			continue
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if sh.waits && !res.Close && !sh.asked {
			conv.failf(sh, "status %d without 100 Continue and without Connection: close", res.StatusCode)
		}
		return &reply{res.Status, res.StatusCode, res.Header, res.Close, body}, err
	}
}

// tell says whether to send the body, to a client that waits for it.
func (sh *shot) tell(proceed bool) {
	select {
	case sh.proceed <- proceed:
	default: // it has been told
	}
}

// mayBeCut says that the handler ends the connection itself.
func (sh *shot) mayBeCut() bool {
	return sh.on != nil && (sh.on.kind == "abort" || sh.on.kind == "panic late")
}

// spoils says that net/http resets the connection behind the body, if more of it has come: it is damaged and no parser has read it,
// or none to its end, or a middleware has cut it off and closes the connection.
func (sh *shot) spoils() bool {
	cut := sh.on != nil && !sh.on.parser && sh.on.shortens && sh.size > cutAt
	return cut || sh.broken && (sh.on == nil || !sh.on.parser || sh.on.shortens)
}

// unseen says that net/http does not see where a body is cut in its trailer, since a middleware has put a reader before it: it
// takes what is there for the next request, and refuses that. Where a parser reads the body, the connection is closed instead.
func (sh *shot) unseen() bool {
	return sh.missing && sh.on != nil && sh.on.replaces && !sh.on.parser
}

// end sees whether the connection is in order behind the request i.
func (conv *conversation) end(i int) {
	if conv.t.Failed() {
		return
	}
	sh := conv.shots[min(i, len(conv.shots)-1)]
	if !conv.closed && !sh.broken {
		probe := &shot{method: http.MethodGet, head: "GET /probe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"}
		_, _ = io.WriteString(conv.conn, probe.head)
		res, err := conv.answer(probe)
		switch {
		case err != nil && !sh.mayBeCut():
			conv.failf(sh, "the next request on the connection got no answer: %v", err)
		case err == nil && (res.StatusCode != http.StatusOK || string(res.body) != "probe"):
			conv.failf(sh, "the next request on the connection got %d %q", res.StatusCode, res.body)
		}
	}
	if tcp, ok := conv.conn.(*net.TCPConn); ok && (sh.on == nil || !sh.on.parser) {
		// net/http waits for the rest of a body that nobody has read.
		_ = tcp.CloseWrite()
	}
	_ = conv.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	rest, err := io.ReadAll(conv.in)
	if len(rest) > 0 && (!sh.unseen() || !strings.HasPrefix(string(rest), "HTTP/1.1 400 Bad Request\r\n")) {
		conv.failf(sh, "%d bytes behind the last answer: %.300q", len(rest), rest)
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		conv.failf(sh, "the connection was not closed")
	}
}

// check holds an answer against what was promised.
func (conv *conversation) check(sh *shot, res *reply, body []byte) {
	if res.Header.Get("Content-Encoding") == "gzip" && len(body) > 0 {
		plain, err := unzip(body)
		if err != nil && !sh.mayBeCut() {
			conv.failf(sh, "status %d, damaged gzip: %v", res.StatusCode, err)
			return
		}
		body = plain
	}
	if sh.on == nil {
		// With, other than New, is for requests without a route too.
		refused := res.StatusCode == http.StatusBadRequest || res.StatusCode == http.StatusRequestEntityTooLarge || res.StatusCode == http.StatusGatewayTimeout
		if res.StatusCode != http.StatusNotFound && (!refused || conv.site.top.layers == 0) {
			conv.failf(sh, "got %d instead of 404", res.StatusCode)
		}
		return
	}
	if !slices.Contains(sh.allowed(), res.StatusCode) {
		conv.failf(sh, "got %d %.80q, want one of %v", res.StatusCode, body, sh.allowed())
		return
	}
	conv.checkHeader(sh, res)
	if sh.method != http.MethodHead {
		conv.checkBody(sh, res, string(body))
	}
}

func unzip(body []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytesReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// allowed lists the statuses that are right for a request.
func (sh *shot) allowed() []int {
	t := sh.on
	if sh.answered() {
		own := []int{http.StatusForbidden}
		if sh.origin == t.asked {
			own[0] = http.StatusNoContent
		}
		for _, hop := range t.hops {
			if hop.asked != "" {
				break
			}
			if hop.deadline {
				own = append(own, http.StatusGatewayTimeout) // on a busy machine
			}
		}
		return own
	}
	own := []int{http.StatusOK}
	switch status := statuses[t.kind]; {
	case status != 0:
		own[0] = status
	case t.kind == "mute", t.kind == "abort":
		own[0] = t.unsaid()
	}
	if t.page && sh.missing {
		own = append(own, http.StatusServiceUnavailable) // who sends no more may be gone, and waits for no render
	}
	slow := t.kind == "slow" || t.kind == "heed"
	if t.kind == "abort" || t.kind == "panic late" {
		own = append(own, http.StatusInternalServerError)
	}
	refusals := []int{http.StatusBadRequest}
	switch {
	case !t.parser:
		refusals = nil
	case sh.verdict == tooLarge && sh.broken, sh.verdict == either:
		refusals = []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge}
	case sh.verdict == tooLarge:
		refusals = []int{http.StatusRequestEntityTooLarge}
	case sh.verdict == good && !sh.broken:
		refusals = nil
	}
	switch {
	case t.shortens:
		own = append(own, http.StatusBadRequest, http.StatusRequestEntityTooLarge)
		own = append(own, refusals...)
	case refusals != nil:
		own, slow = refusals, false
	}
	if t.deadline {
		if slow && !t.shortens {
			return []int{http.StatusGatewayTimeout}
		}
		own = append(own, http.StatusGatewayTimeout) // on a busy machine
	}
	return own
}

// checkHeader looks for headers that were lost, and at those of CORS.
func (conv *conversation) checkHeader(sh *shot, res *reply) {
	hops, err := sh.reached(res.Header)
	if err != nil {
		conv.failf(sh, "status %d: %v", res.StatusCode, err)
		return
	}
	var stamps, known []string
	origin := ""
	for i, hop := range hops {
		known = slices.Concat(known, hop.outer, hop.inner)
		if stamps = append(stamps, hop.outer...); i < len(hops)-1 {
			stamps = append(stamps, hop.inner...)
		}
		if hop.spoke {
			origin = hop.origin
		}
	}
	if sh.answered() && res.StatusCode != http.StatusGatewayTimeout {
		stamps, origin = sh.on.first, sh.on.asked
	}
	if handled := res.Header.Get("X-Handler") != ""; handled {
		stamps = append(stamps, sh.on.last().inner...)
		if got := res.Header.Get("X-Handler"); got != sh.id {
			conv.failf(sh, "the answer is of the handler of %s", got)
		}
	}
	for name := range res.Header {
		if strings.HasPrefix(name, "X-Stamp") && !slices.Contains(known, name) {
			conv.failf(sh, "status %d: the header %s is of another answer", res.StatusCode, name)
		}
	}
	vary := strings.Join(res.Header.Values("Vary"), ",")
	for _, name := range stamps {
		if res.Header.Get(name) == "" || !strings.Contains(","+vary+",", ","+name+",") {
			conv.failf(sh, "status %d: the header %s is lost: %v", res.StatusCode, name, res.Header)
		}
	}
	want := ""
	if origin == sh.origin {
		want = origin
	}
	if got := res.Header.Get("Access-Control-Allow-Origin"); got != want {
		conv.failf(sh, "status %d: allows the origin %q, want %q", res.StatusCode, got, want)
	}
	if origin != "" && !strings.Contains(vary, "Origin") {
		conv.failf(sh, "status %d: Vary is %q", res.StatusCode, vary)
	}
}

// checkBody holds the body against the status.
func (conv *conversation) checkBody(sh *shot, res *reply, body string) {
	t := sh.on
	contentType := res.Header.Get("Content-Type")
	var fields struct {
		N, Again int
		Failed   bool
		Status   int
	}
	if strings.Contains(contentType, "json") {
		if err := json.Unmarshal([]byte(body), &fields); err != nil {
			conv.failf(sh, "status %d: no JSON: %.80q", res.StatusCode, body)
			return
		}
	}
	wrong := false
	switch status := res.StatusCode; {
	case status == http.StatusNoContent:
		wrong = body != ""
	case status == http.StatusGatewayTimeout, status == http.StatusRequestEntityTooLarge, status == http.StatusBadRequest && t.parser:
		text := strings.HasPrefix(body, "Body exceeded") || body == "Invalid JSON" || body == "Invalid body" || body == "Gateway Timeout"
		wrong = true
		for _, hop := range sh.refusers(res) {
			if hop.problem && fields.Status == status || !hop.problem && text {
				wrong = false
			}
		}
	case (status == http.StatusOK || status == http.StatusAccepted) && !t.shortens && !sh.broken:
		wrong = !rightBody(sh, body, fields.N, fields.Again)
	}
	if wrong {
		conv.failf(sh, "status %d with the body %.120q", res.StatusCode, body)
	}
}

// rightBody says whether a handler answered what it should.
func rightBody(sh *shot, body string, first, again int) bool {
	switch sh.on.kind {
	case "echo":
		return !sh.on.last().parser && first == 0 || first == sh.size
	case "twice":
		return first == sh.size && (!sh.on.parser || again == sh.size)
	case "mute":
		return body == "mute"
	case "stream":
		return body == "part part part "
	case "slow", "heed":
		return body == "late"
	case "big":
		return body == string(make([]byte, 300<<10))
	case "page":
		return body == "page "+sh.on.last().path
	}
	return true
}
