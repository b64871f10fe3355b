package traffic

import (
	"bytes"
	"compress/gzip"
	"context"
	"hash/crc32"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
)

func (v *visitor) oversize() string {
	return `{"id":"` + v.id + `","note":"` + strings.Repeat("x", subject.JSONLimit+v.rng.IntN(2*subject.JSONLimit)) + `"}`
}

func tooLarge(ctx context.Context, v *visitor) error {
	_, err := v.expect(ctx, request{http.MethodPost, "/json", jsonType(), strings.NewReader(v.oversize())}, http.StatusRequestEntityTooLarge, "Body exceeded")
	return err
}

// tooLargeChunked does not say how much it sends.
func tooLargeChunked(ctx context.Context, v *visitor) error {
	body := struct{ io.Reader }{strings.NewReader(v.oversize())}
	_, err := v.expect(ctx, request{http.MethodPost, "/json", jsonType(), body}, http.StatusRequestEntityTooLarge, "Body exceeded")
	return err
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	_, _ = w.Write(b) // to memory
	_ = w.Close()
	return out.Bytes()
}

func (v *visitor) inflate(body []byte) request {
	return request{
		http.MethodPost, "/inflate?id=" + v.id,
		map[string]string{"Content-Type": "application/octet-stream", "Content-Encoding": "gzip"},
		bytes.NewReader(body),
	}
}

func compressed(ctx context.Context, v *visitor) error {
	body := v.bytes(1 + v.rng.IntN(20_000))
	return v.echo(ctx, v.inflate(gzipped(body)), subject.Echo{ID: v.id, Bytes: len(body), Sum: crc32.ChecksumIEEE(body)})
}

// theBomb is a small body that would be a large one.
var theBomb = sync.OnceValue(func() []byte { return gzipped(make([]byte, 64*subject.InflateLimit)) })

func bomb(ctx context.Context, v *visitor) error {
	_, err := v.expect(ctx, v.inflate(theBomb()), http.StatusRequestEntityTooLarge, "")
	return err
}

func damaged(ctx context.Context, v *visitor) error {
	body := gzipped(v.bytes(5000))
	_, err := v.expect(ctx, v.inflate(body[:len(body)/2]), http.StatusBadRequest, "")
	return err
}

func panics(ctx context.Context, v *visitor) error {
	_, err := v.expect(ctx, request{path: "/panic"}, http.StatusInternalServerError, "")
	return err
}

// cut is an answer that breaks off: the client must be able to tell.
func cut(ctx context.Context, v *visitor) error {
	a, err := v.do(ctx, request{path: "/cut"})
	if err == nil {
		return lost(ledger.Wrong, "an answer that broke off looks whole: %q", a.text)
	}
	if v.status == 0 {
		return err
	}
	return nil
}

func hanging(ctx context.Context, v *visitor) error {
	_, err := v.expect(ctx, request{path: "/hang"}, http.StatusGatewayTimeout, "")
	return err
}

// ignoring has another request on its connection, while the handler of the
// first may still run.
func ignoring(ctx context.Context, v *visitor) error {
	body, _ := v.newOrder(10)
	begun := time.Now()
	_, err := v.expect(ctx, request{http.MethodPost, "/ignore?id=" + v.id, jsonType(), strings.NewReader(body)}, http.StatusGatewayTimeout, "")
	if v.status == http.StatusOK && v.crowd.Lag.Between(begun, time.Now()) > subject.IgnoreTime/2 {
		return nil // the machine slept through the deadline
	}
	if err != nil {
		return err
	}
	status := v.status
	defer func() { v.status = status }()
	return fastAfter(ctx, v)
}
