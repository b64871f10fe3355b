package bodyparser_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// coded compresses text with the codings in the order of the header.
func coded(tb testing.TB, text string, codings ...string) string {
	tb.Helper()
	for _, name := range codings {
		var b bytes.Buffer
		var w io.WriteCloser
		switch name {
		case "gzip", "x-gzip", "GZIP":
			w = gzip.NewWriter(&b)
		case "br":
			w = brotli.NewWriterLevel(&b, brotli.BestSpeed)
		case "zstd":
			e, err := zstd.NewWriter(&b)
			if err != nil {
				tb.Fatal(err)
			}
			w = e
		case "identity":
			continue
		}
		if _, err := io.WriteString(w, text); err != nil {
			tb.Fatal(err)
		}
		if err := w.Close(); err != nil {
			tb.Fatal(err)
		}
		text = b.String()
	}
	return text
}

var allCodings = bodyparser.InflateConfig{Encodings: []string{"gzip", "br", "zstd"}}

func TestInflate(t *testing.T) {
	const body = `{"a":"é"}`
	s := server(t, must(t, bodyparser.Config{Inflate: allCodings}), func(c *gin.Context) {
		again, _ := c.GetRawData()
		if string(again) != body || string(bodyparser.Raw(c)) != body || c.Request.ContentLength != int64(len(body)) {
			t.Errorf("%q, %d", again, c.Request.ContentLength)
		}
		if c.GetHeader("X-Coded") != "" && (c.GetHeader("Content-Encoding") != "" || c.GetHeader("Content-Length") != strconv.Itoa(len(body))) {
			t.Errorf("%q, %d, %v", again, c.Request.ContentLength, c.Request.Header)
		}
		echo(c)
	})
	for _, header := range []string{"gzip", "br", "zstd", "x-gzip", "GZIP", "gzip, br", "zstd,gzip , br", "identity", "identity, gzip", ""} {
		names := strings.FieldsFunc(header, func(r rune) bool { return r == ',' || r == ' ' })
		for _, r := range []io.Reader{strings.NewReader(coded(t, body, names...)), chunked(coded(t, body, names...))} {
			isCoded := strings.TrimPrefix(header, "identity")
			a := send(t, http.MethodPost, s.URL, r, "Content-Type", jsonType, "Content-Encoding", header, "X-Coded", isCoded)
			if a.status != 200 || a.body != `{"a":"é"}` {
				t.Errorf("%s: got %d %s", header, a.status, a.body)
			}
		}
	}
	// One header may be sent in several lines.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, strings.NewReader(coded(t, body, "gzip", "br")))
	if err != nil {
		t.Fatal(err)
	}
	req.Header["Content-Encoding"] = []string{"gzip", "br"}
	req.Header.Set("Content-Type", jsonType)
	if a := do(t, s.Client(), req); a.status != 200 {
		t.Errorf("two lines: got %d %s", a.status, a.body)
	}
}

func TestInflateNoBody(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{Inflate: allCodings}), echo)
	for _, coding := range []string{"gzip", "br", "zstd"} {
		if a := send(t, http.MethodPost, s.URL, http.NoBody, "Content-Encoding", coding, "Content-Type", jsonType); a.body != "{}" {
			t.Errorf("%s: got %d %s", coding, a.status, a.body)
		}
	}
}

func TestUnsupportedEncoding(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{Inflate: bodyparser.InflateConfig{Encodings: []string{"br", "gzip"}}}), echo)
	for _, header := range []string{"deflate", "zstd", "gzip, lzma", "gzip, gzip, gzip, gzip", "gzip;q=1", "*"} {
		a := send(t, http.MethodPost, s.URL, strings.NewReader("{}"), "Content-Encoding", header)
		if a.status != 415 || a.body != "Unsupported Content-Encoding" || a.header.Get("Accept-Encoding") != "br, gzip" {
			t.Errorf("%s: got %d %s %v", header, a.status, a.body, a.header)
		}
	}
}

func TestCorruptEncoding(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{Inflate: allCodings}), echo)
	for _, coding := range []string{"gzip", "br", "zstd"} {
		good := coded(t, `{"a":"some text that is long enough"}`, coding)
		broken := []byte(good)
		broken[len(broken)/2] ^= 0xff
		bodies := map[string]string{"cut off": good[:len(good)-3], "junk": "this is no compressed text", "behind": good + "junk", "broken": string(broken)}
		if coding == "br" {
			delete(bodies, "broken") // it has no checksum
		}
		for name, body := range bodies {
			a := send(t, http.MethodPost, s.URL, strings.NewReader(body), "Content-Encoding", coding)
			if a.status != 400 || a.body != "Invalid body" {
				t.Errorf("%s, %s: got %d %s", coding, name, a.status, a.body)
			}
		}
	}
}

// The limit holds for what was sent and for what comes out of it; so does the ratio, above 64 KiB.
func TestInflateLimits(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{SizeLimit: "1mb", Inflate: allCodings}), func(c *gin.Context) { c.String(200, "%d", len(bodyparser.Raw(c))) })
	varied := func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			b.WriteString(strconv.Itoa(i * 7919 % 100003))
		}
		return b.String()[:n]
	}
	for _, coding := range []string{"gzip", "br", "zstd"} {
		for _, test := range []struct {
			text   string
			status int
			want   string
		}{
			{varied(1 << 20), 200, "1048576"},
			{varied(1<<20 + 1), 413, "Body exceeded 1mb limit"},
			{strings.Repeat(" ", 64<<10), 200, "65536"},
			{strings.Repeat(" ", 900<<10), 413, "Body exceeded 100 times its compressed size"},
		} {
			a := send(t, http.MethodPost, s.URL, strings.NewReader(coded(t, test.text, coding)), "Content-Encoding", coding)
			if a.status != test.status || a.body != test.want {
				t.Errorf("%s of %d bytes: got %d %s", coding, len(test.text), a.status, a.body)
			}
		}
	}
	small := server(t, must(t, bodyparser.Config{SizeLimit: "100b", Inflate: allCodings}), echo)
	incompressible := varied(400)
	if a := send(t, http.MethodPost, small.URL, strings.NewReader(coded(t, incompressible, "gzip")), "Content-Encoding", "gzip"); a.status != 413 || a.body != "Body exceeded 100b limit" {
		t.Errorf("wire: got %d %s", a.status, a.body)
	}
}

// S27: 64 kB that become 64 MB, bombs inside bombs, many members and frames that ask for a large window cost no more than
// what is allowed.
func TestBombs(t *testing.T) {
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	if _, err := io.Copy(w, io.LimitReader(zeros{}, 64<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	window := append(binary.LittleEndian.AppendUint32(nil, 0xFD2FB528), 0x00, 0xA8) // a window of 2 GiB
	bombs := []struct{ name, coding, body string }{
		{"gzip", "gzip", gz.String()},
		{"gzip in br", "gzip, br", coded(t, gz.String(), "br")},
		{"gzip in gzip in gzip", "gzip, gzip, gzip", coded(t, gz.String(), "gzip", "gzip")},
		{"members", "gzip", strings.Repeat(coded(t, "", "gzip"), 30000) + coded(t, strings.Repeat(" ", 8<<20), "gzip")},
		{"zstd window", "zstd", string(window) + strings.Repeat("\x02\x00\x10 ", 100)},
		{"zstd", "zstd", coded(t, strings.Repeat(" ", 16<<20), "zstd")},
		{"br", "br", coded(t, strings.Repeat(" ", 16<<20), "br")},
	}
	for _, bomb := range bombs {
		p, err := bodyparser.NewParser(bodyparser.Config{Inflate: allCodings})
		if err != nil {
			t.Fatal(err)
		}
		c := newRequest(t, int64(len(bomb.body)), io.NopCloser(strings.NewReader(bomb.body)))
		c.Request.Header.Set("Content-Encoding", bomb.coding)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err = p.Parse(c)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: accepted", bomb.name)
		}
		if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; grown > 32 {
			t.Errorf("%s: %d MiB were allocated", bomb.name, grown)
		}
	}
}

// A zstd frame says how much memory its decoder needs. RFC 9659 allows 8 MiB.
func TestZstdWindow(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{Inflate: allCodings}), echo)
	frame := func(windowLog int) string {
		return "\x28\xb5\x2f\xfd\x00" + string([]byte{byte(windowLog-10) << 3}) + "\x09\x00\x00x" // one raw block of one byte
	}
	for windowLog, status := range map[int]int{10: 200, 23: 200, 24: 400, 31: 400} {
		if a := send(t, http.MethodPost, s.URL, strings.NewReader(frame(windowLog)), "Content-Encoding", "zstd"); a.status != status {
			t.Errorf("window of 2^%d: got %d %s", windowLog, a.status, a.body)
		}
	}
}

// The request that other parts of the server hold keeps its header.
func TestInflateCopiesTheHeader(t *testing.T) {
	p, err := bodyparser.NewParser(bodyparser.Config{Inflate: allCodings})
	if err != nil {
		t.Fatal(err)
	}
	body := coded(t, "x", "gzip")
	c := newRequest(t, int64(len(body)), io.NopCloser(strings.NewReader(body)))
	c.Request.Header.Set("Content-Encoding", "gzip")
	old := c.Request
	if err := p.Parse(c); err != nil {
		t.Fatal(err)
	}
	if old.Header.Get("Content-Encoding") != "gzip" || c.GetHeader("Content-Encoding") != "" {
		t.Errorf("%v %v", old.Header, c.Request.Header)
	}
}
