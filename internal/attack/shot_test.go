package attack_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
)

// shot is one request, and what must come of it.
type shot struct {
	id     string
	on     *target // nil: no route
	method string
	head   string
	body   []byte // as it goes over the wire
	size   int    // of the body itself
	plain  []byte // that body

	preflight bool // of a browser, which asks before it sends a request of another origin

	pieces  int  // the body is sent in so many, with pauses
	waits   bool // the body is sent after "100 Continue" only
	reset   bool // the connection may be while the answer is on its way
	broken  bool // the framing of the body is: the connection must not go on
	missing bool // the end of the body is never sent
	verdict verdict
	origin  string

	malformed bool // the body is, which the verdict says only where a parser reads it
	zipped    bool // the client accepts gzip

	proceed chan bool // whether to send the body, for a client that waits
	asked   bool      // "100 Continue" has come
	got     string    // the status of the answer
}

// verdict says what is right of a body.
type verdict int

const (
	good verdict = iota
	tooLarge
	malformed
	either // refused or not, as it comes
)

// smuggled is what bodies consist of: where the end of one is lost, it becomes a request.
const smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\nX-Id: smuggled\r\n\r\n"

// filler returns n bytes of smuggled requests.
func filler(n int) []byte {
	return []byte(strings.Repeat(smuggled, n/len(smuggled)+1)[:n])
}

// aim makes a random request for a random route.
func aim(rnd *rand.Rand, s *site, id string) *shot {
	sh := &shot{id: id, method: "POST", proceed: make(chan bool, 1)}
	path := "/nowhere"
	if rnd.IntN(20) > 0 {
		sh.on = s.routes[rnd.IntN(len(s.routes))]
		path = sh.on.path
		sh.method = sh.on.methods[rnd.IntN(len(sh.on.methods))]
	}
	sh.preflight = sh.method == http.MethodOptions && rnd.IntN(3) > 0
	contentType := sh.fill(rnd)
	var h strings.Builder
	fmt.Fprintf(&h, "%s %s HTTP/1.1\r\nHost: x\r\nX-Id: %s\r\n", sh.method, path, id)
	if contentType != "" {
		fmt.Fprintf(&h, "Content-Type: %s\r\n", contentType)
	}
	if sh.preflight {
		h.WriteString("Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: x-a,,\r\n")
	}
	if sh.preflight || rnd.IntN(3) == 0 {
		sh.origin = []string{originA, originB, "https://evil.example"}[rnd.IntN(3)]
		fmt.Fprintf(&h, "Origin: %s\r\n", sh.origin)
	}
	if sh.zipped = rnd.IntN(3) == 0; sh.zipped {
		h.WriteString("Accept-Encoding: gzip\r\n")
	}
	sh.frame(rnd, &h)
	h.WriteString("\r\n")
	sh.head = h.String()
	return sh
}

// upgrades says that the handler takes the connection over.
func (sh *shot) upgrades() bool { return sh.on != nil && sh.on.kind == "upgrade" }

// answered says that a policy answers the request in place of the handler.
func (sh *shot) answered() bool { return sh.preflight && sh.on.asked != "" }

// fill makes the body and its verdict, and returns its Content-Type.
func (sh *shot) fill(rnd *rand.Rand) (contentType string) {
	limit := int64(unlimited)
	if sh.on != nil && sh.on.parser {
		limit = sh.on.limit
	}
	sizes := []int64{0, 0, 1, 100, 40 << 10, 300 << 10}
	if limit > 0 {
		sizes = append(sizes, limit-1, limit, limit, limit+1, limit+1, limit+50, 3*limit)
	}
	n := int(sizes[rnd.IntN(len(sizes))])
	if sh.preflight || sh.upgrades() {
		n = 0
	}
	kind := rnd.IntN(6)
	if sh.on != nil && sh.on.kind == "form" {
		kind = 5
	}
	switch {
	case n == 0:
	case kind == 0:
		contentType, sh.body = "application/json", []byte(`"`+strings.Repeat("x", max(n-2, 0))+`"`)
	case kind == 1:
		contentType, sh.body, sh.verdict = "application/json", append([]byte("{"), filler(n-1)...), malformed
	case kind == 2:
		contentType, sh.body = "application/x-www-form-urlencoded", append([]byte("a="), filler(max(n-2, 0))...)
	case kind == 3:
		contentType, sh.body, sh.verdict = "text/plain; charset=x-unknown", filler(n), malformed
	case kind == 4:
		contentType, sh.body = "text/plain", filler(n)
	default:
		contentType = "multipart/form-data; boundary=b"
		sh.body = []byte("--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n" + string(filler(n)) + "\r\n--b--\r\n")
	}
	sh.size, sh.plain, sh.malformed = len(sh.body), sh.body, sh.verdict == malformed
	switch {
	case limit == unlimited:
		sh.verdict = good // nobody looks at it
	case int64(sh.size) > limit && sh.verdict == malformed:
		sh.verdict = either // a length that is declared is looked at before the rest, one that is not after it
	case int64(sh.size) > limit:
		sh.verdict = tooLarge
	}
	return contentType
}

// frame writes the headers for the body and puts it into its wire form.
func (sh *shot) frame(rnd *rand.Rand, h *strings.Builder) {
	if sh.size == 0 {
		if rnd.IntN(2) == 0 {
			h.WriteString("Content-Length: 0\r\n")
		}
		return
	}
	sh.pieces = 1 + rnd.IntN(3)
	chunked := rnd.IntN(3) == 0
	// Where a middleware has replaced the body and nobody reads it, net/http waits for it without asking.
	if sh.waits = rnd.IntN(8) == 0 && sh.on != nil && (sh.on.parser || !sh.on.replaces); sh.waits {
		h.WriteString("Expect: 100-continue\r\n")
	}
	if !chunked {
		fmt.Fprintf(h, "Content-Length: %d\r\n", sh.size)
		return
	}
	h.WriteString("Transfer-Encoding: chunked\r\n")
	var out bytes.Buffer
	for rest := sh.body; len(rest) > 0; {
		n := 1 + rnd.IntN(len(rest))
		out.WriteString(strconv.FormatInt(int64(n), 16) + "\r\n")
		out.Write(rest[:n])
		out.WriteString("\r\n")
		rest = rest[n:]
	}
	switch rnd.IntN(8) {
	case 0:
		out.WriteString("zz\r\n" + smuggled)
		sh.broken = true
	case 1:
		out.WriteString("0\r\nX-Trailer: 1\r\n\r\n")
	default:
		out.WriteString("0\r\n\r\n")
	}
	sh.body = out.Bytes()
}

// truncate takes the end of the body away.
func (sh *shot) truncate(rnd *rand.Rand) {
	if len(sh.body) < 2 || sh.waits {
		return
	}
	sh.body = sh.body[:rnd.IntN(len(sh.body)-1)]
	sh.missing, sh.broken = true, true
}

func (sh *shot) String() string {
	kind := "no route"
	var text []string
	if sh.on != nil {
		kind, text = sh.on.kind, sh.on.text
	}
	head, _, _ := strings.Cut(sh.head, "\r\n\r\n")
	return fmt.Sprintf("%s\n\t%d bytes (%d on the wire, in %d pieces), waits %t, broken %t, missing %t, verdict %d\n\thandler %s behind %q, got %s",
		strings.ReplaceAll(head, "\r\n", "\n\t"), sh.size, len(sh.body), sh.pieces, sh.waits, sh.broken, sh.missing, sh.verdict, kind, text, sh.got)
}
