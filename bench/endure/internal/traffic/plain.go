package traffic

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
)

func fast(ctx context.Context, v *visitor) error {
	begun := time.Now()
	err := fastAfter(ctx, v)
	if err == nil {
		v.crowd.Lag.Took(time.Now(), time.Since(begun))
	}
	return err
}

// fastAfter is a fast request that may have to wait for one before it.
func fastAfter(ctx context.Context, v *visitor) error {
	_, err := v.expect(ctx, request{path: "/fast?id=" + v.id}, http.StatusOK, "fast "+v.id)
	return err
}

// newOrder is a JSON body, and the answer that it deserves.
func (v *visitor) newOrder(items int) (string, subject.Echo) {
	o := subject.Order{ID: v.id, Items: make([]int, items)}
	want := subject.Echo{ID: v.id}
	for i := range o.Items {
		o.Items[i] = v.rng.IntN(1000)
		want.Total += o.Items[i]
	}
	text, _ := json.Marshal(o) //nolint:errchkjson // it has nothing that could fail
	want.Bytes = len(text)
	return string(text), want
}

// echoed compares an answer with what was sent.
func echoed(text string, want subject.Echo) error {
	var got subject.Echo
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		return lost(ledger.Wrong, "%.100q: %v", text, err)
	}
	switch {
	case got.ID != want.ID:
		return lost(ledger.Swapped, "it answers %q, not %q", got.ID, want.ID)
	case got.Bytes != want.Bytes || got.Sum != want.Sum || got.Total != want.Total || got.Who != want.Who || !slices.Equal(got.Slug, want.Slug):
		return lost(ledger.Wrong, "%+v, not %+v", got, want)
	}
	return nil
}

// echo sends a request whose answer repeats it.
func (v *visitor) echo(ctx context.Context, r request, want subject.Echo) error {
	text, err := v.expect(ctx, r, http.StatusOK, "{")
	if err != nil {
		return err
	}
	return echoed(text, want)
}

func jsonType() map[string]string { return map[string]string{"Content-Type": "application/json"} }

func order(ctx context.Context, v *visitor) error {
	body, want := v.newOrder(v.rng.IntN(400))
	return v.echo(ctx, request{http.MethodPost, "/json", jsonType(), strings.NewReader(body)}, want)
}

func malformed(ctx context.Context, v *visitor) error {
	body, _ := v.newOrder(20)
	body = body[:len(body)-1-v.rng.IntN(len(body)-2)]
	_, err := v.expect(ctx, request{http.MethodPost, "/json", jsonType(), strings.NewReader(body)}, http.StatusBadRequest, "Invalid JSON")
	return err
}

func form(ctx context.Context, v *visitor) error {
	text := strings.Repeat("é&=+ ", v.rng.IntN(200))
	body := url.Values{"id": {v.id}, "text": {text}}.Encode()
	want := subject.Echo{ID: v.id, Bytes: len(text), Sum: crc32.ChecksumIEEE([]byte(text))}
	return v.echo(ctx, request{
		http.MethodPost, "/form", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(body),
	}, want)
}

// multipartForm has a file that is too large for the memory of the form.
func multipartForm(ctx context.Context, v *visitor) error {
	file := v.bytes(20_000 + v.rng.IntN(200_000))
	const boundary = "endure-boundary"
	body := fmt.Sprintf("--%[1]s\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n%[2]s\r\n--%[1]s\r\n"+
		"Content-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: application/octet-stream\r\n\r\n%[3]s\r\n--%[1]s--\r\n",
		boundary, v.id, file)
	begun := time.Now()
	err := v.echo(ctx, request{
		http.MethodPost, "/multipart", map[string]string{"Content-Type": "multipart/form-data; boundary=" + boundary}, strings.NewReader(body),
	}, subject.Echo{ID: v.id, Bytes: len(file), Sum: crc32.ChecksumIEEE(file)})
	if v.status == http.StatusBadRequest && !v.target.World.Shared && v.crowd.Ledger.During(ledger.Disk, begun, time.Now(), 0) {
		return nil // its temporary files have no room, either
	}
	return err
}

// bytes are as good as random, and cheap.
func (v *visitor) bytes(n int) []byte {
	b := make([]byte, n)
	state := v.rng.Uint64() | 1
	for i := range b {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		b[i] = 'a' + byte(state%23)
	}
	return b
}

func preflight(ctx context.Context, v *visitor) error {
	a, err := v.do(ctx, request{method: http.MethodOptions, path: "/cors", header: map[string]string{
		"Origin": subject.Origin, "Access-Control-Request-Method": http.MethodPut,
	}})
	if err != nil {
		return err
	}
	if allowed := a.header.Get("Access-Control-Allow-Origin"); allowed != subject.Origin {
		return lost(ledger.Wrong, "the origin %q is allowed", allowed)
	}
	if err := a.check(http.StatusNoContent, ""); err != nil {
		return err
	}
	_, err = v.expect(ctx, request{method: http.MethodPut, path: "/cors?id=" + v.id, header: map[string]string{"Origin": subject.Origin}},
		http.StatusOK, "cors "+v.id)
	return err
}

func refusedPreflight(ctx context.Context, v *visitor) error {
	_, err := v.expect(ctx, request{method: http.MethodOptions, path: "/cors", header: map[string]string{
		"Origin": "https://evil.example.org", "Access-Control-Request-Method": http.MethodPut,
	}}, http.StatusForbidden, "")
	return err
}

func catchAll(ctx context.Context, v *visitor) error {
	slug := []string{"a b", "ü/x", "new", v.id, "100%"}[:v.rng.IntN(6)]
	var path strings.Builder
	path.WriteString("/docs")
	for _, segment := range slug {
		path.WriteString("/" + url.PathEscape(segment))
	}
	return v.echo(ctx, request{path: path.String() + "?id=" + v.id}, subject.Echo{ID: v.id, Slug: slug})
}

func cookies(ctx context.Context, v *visitor) error {
	a, err := v.do(ctx, request{path: "/cookie?id=" + v.id, header: map[string]string{"Cookie": "theme=dark; who=%C3%A9" + v.id}})
	if err != nil {
		return err
	}
	if err := a.check(http.StatusOK, "{"); err != nil {
		return err
	}
	if set := (&http.Response{Header: a.header}).Cookies(); len(set) != 1 || set[0].Name != "last" || set[0].Value != v.id {
		return lost(ledger.Swapped, "it sets the cookies %v, not last=%s", set, v.id)
	}
	return echoed(a.text, subject.Echo{ID: v.id, Who: "é" + v.id})
}

func unknown(ctx context.Context, v *visitor) error {
	_, err := v.expect(ctx, request{http.MethodPost, "/nowhere/" + v.id, jsonType(), strings.NewReader("{")}, http.StatusNotFound, "")
	return err
}
