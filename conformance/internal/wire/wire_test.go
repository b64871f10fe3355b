package wire_test

import (
	"context"
	"net"
	"reflect"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/wire"
)

// answering starts a server that reads up to an empty line and sends text.
func answering(t *testing.T, text string, hold bool) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(func() {
		cancel()
		_ = listener.Close()
	})
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		buffer := make([]byte, 4096)
		if _, err := conn.Read(buffer); err != nil {
			return
		}
		if _, err := conn.Write([]byte(text)); err != nil || !hold {
			return
		}
		<-ctx.Done()
	}()
	return listener.Addr().String()
}

func TestDo(t *testing.T) {
	for _, tt := range []struct {
		name    string
		text    string
		methods []string
		want    []wire.Answer
	}{
		{
			"length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
			[]string{"GET"},
			[]wire.Answer{{Status: 200, Reason: "OK", Headers: []wire.Header{{"Content-Length", "2"}}, Framing: wire.Length, Body: []byte("hi")}},
		},
		{
			"order, spelling and repetition of headers are kept", "HTTP/1.1 413 Too big for us\r\nx-B: 1\r\nX-a:  2 \r\nx-b: 3\r\nContent-Length: 0\r\n\r\n",
			[]string{"POST"},
			[]wire.Answer{{Status: 413, Reason: "Too big for us", Headers: []wire.Header{{"x-B", "1"}, {"X-a", "2"}, {"x-b", "3"}, {"Content-Length", "0"}}, Framing: wire.Length, Body: []byte{}}},
		},
		{
			"chunks with extension and trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nhi\r\n1\r\n!\r\n0\r\nX-T: 1\r\n\r\n",
			[]string{"GET"},
			[]wire.Answer{{Status: 200, Reason: "OK", Headers: []wire.Header{{"Transfer-Encoding", "chunked"}}, Framing: wire.Chunked, Body: []byte("hi!")}},
		},
		{
			"until the connection closes", "HTTP/1.1 200 \r\n\r\nhi",
			[]string{"GET"},
			[]wire.Answer{{Status: 200, Framing: wire.Close, Body: []byte("hi")}},
		},
		{
			"no body for HEAD, 204 and 304; two answers", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n",
			[]string{"HEAD", "GET"},
			[]wire.Answer{
				{Status: 200, Reason: "OK", Headers: []wire.Header{{"Content-Length", "9"}}, Framing: wire.None},
				{Status: 304, Reason: "Not Modified", Framing: wire.None},
			},
		},
		{
			"interim answers", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
			[]string{"POST"},
			[]wire.Answer{{Interim: []int{100}, Status: 204, Reason: "No Content", Framing: wire.None}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _, err := wire.Do(t.Context(), answering(t, tt.text, false), wire.Request{Bytes: []byte("GET / HTTP/1.1\r\n\r\n"), Methods: tt.methods})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// TestEnd: fewer answers than requests are told by how the connection ended.
func TestEnd(t *testing.T) {
	const one = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	for _, tt := range []struct {
		name    string
		text    string
		hold    bool
		request wire.Request
		answers int
		end     wire.End
	}{
		{"closed after the answer", one, false, wire.Request{Methods: []string{"GET"}, Watch: true}, 1, wire.Closed},
		{"open after the answer", one, true, wire.Request{Methods: []string{"GET"}, Watch: true}, 1, wire.Open},
		{"not watched", one, true, wire.Request{Methods: []string{"GET"}}, 1, wire.Unwatched},
		{"closed before the second", one, false, wire.Request{Methods: []string{"GET", "GET"}}, 1, wire.Closed},
		{"waiting for the second", one, true, wire.Request{Methods: []string{"GET", "GET"}, Hangs: true}, 1, wire.Waiting},
		{"no answer at all", "", false, wire.Request{Methods: []string{"GET"}, HalfClose: true}, 0, wire.Closed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.request.Bytes = []byte("x")
			got, end, err := wire.Do(t.Context(), answering(t, tt.text, tt.hold), tt.request)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != tt.answers || end != tt.end {
				t.Errorf("got %d answers and %q, want %d and %q", len(got), end, tt.answers, tt.end)
			}
		})
	}
}

// TestMalformed: what is no HTTP/1.1 is an error, not an answer.
func TestMalformed(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"other protocol", "HTTP/2 200 OK\r\n\r\n"},
		{"no status", "HTTP/1.1 abc\r\n\r\n"},
		{"bare line feed", "HTTP/1.1 200 OK\n\r\n"},
		{"blank before colon", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n"},
		{"no colon", "HTTP/1.1 200 OK\r\nAb\r\n\r\n"},
		{"cut headers", "HTTP/1.1 200 OK\r\nA: b\r\n"},
		{"cut line", "HTTP/1.1 2"},
		{"bad length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"},
		{"bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
		{"chunk without end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := wire.Do(t.Context(), answering(t, tt.text, false), wire.Request{Bytes: []byte("x"), Methods: []string{"GET"}})
			if err == nil || !strings.Contains(err.Error(), "malformed answer") {
				t.Errorf("error %v, want a malformed answer", err)
			}
		})
	}
}

// TestCut: of a body that is cut off there is what arrived.
func TestCut(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi"},
		{"chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi"},
		{"chunks without an end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n"},
		{"the end without its end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n"},
		{"chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, end, err := wire.Do(t.Context(), answering(t, tt.text, false), wire.Request{Bytes: []byte("x"), Methods: []string{"GET"}})
			if err != nil || end != wire.Cut || len(got) != 1 || string(got[0].Body) != "hi" {
				t.Errorf("got %+v, %q, %v", got, end, err)
			}
		})
	}
}

// TestMoreAnswers: an answer nobody asked for is an error.
func TestMoreAnswers(t *testing.T) {
	const one = "HTTP/1.1 204 No Content\r\n\r\n"
	_, _, err := wire.Do(t.Context(), answering(t, one+one, true), wire.Request{Bytes: []byte("x"), Methods: []string{"GET"}, Watch: true})
	if err == nil || !strings.Contains(err.Error(), "more answers") {
		t.Errorf("error %v, want one about more answers", err)
	}
}

func TestNoServer(t *testing.T) {
	if _, _, err := wire.Do(t.Context(), "127.0.0.1:1", wire.Request{Methods: []string{"GET"}}); err == nil {
		t.Error("no error without a server")
	}
}

func TestHeaders(t *testing.T) {
	a := wire.Answer{Headers: []wire.Header{{"x-a", "1"}, {"X-A", "2"}}}
	if got := a.Get("X-a"); got != "1, 2" {
		t.Errorf("Get: %q", got)
	}
	if a.Has("X-B") || !a.Has("X-A") {
		t.Error("Has is wrong")
	}
}
