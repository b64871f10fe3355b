package floor_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/load"
	"github.com/gin-apiroutes/apiroutes/internal/cputime"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// BenchmarkRefusal takes S4 apart: 2 MB with a Content-Length, from a client that sends everything before it reads the answer,
// on a connection that is kept. What is measured is the processor time of client and server together. Whoever wants that client
// to read the answer must take the body off the wire; "socket" does that and nothing else, "net-http" with the least handler.
func BenchmarkRefusal(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	body := job.TooLargeBody()
	ours := gin.New()
	ours.Use(middleware.Must(middleware.Config{}))
	ours.POST("/", func(*gin.Context) {})
	processor := func(f func()) time.Duration {
		took, known := cputime.Of(f)
		if !known {
			b.Skip("this system does not tell the processor time of a process")
		}
		return took
	}
	turnsBy(b, processor, 20*time.Millisecond,
		refusal(b, "socket", body, socket(b, len(body))),
		refusal(b, "net-http", body, served(b, drained(32<<10))),
		refusal(b, "net-http64", body, served(b, drained(64<<10))),
		refusal(b, "apiroutes", body, served(b, ours)),
	)
}

const tooLarge = "Body exceeded 1mb limit"

// drained answers before it reads, and throws the body away.
func drained(size int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		_ = control.EnableFullDuplex()
		w.Header().Set("Content-Length", strconv.Itoa(len(tooLarge)))
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		_, _ = io.WriteString(w, tooLarge)
		_ = control.Flush()
		_, _ = io.CopyBuffer(onlyWriter{io.Discard}, onlyReader{r.Body}, make([]byte, size))
	}
}

// These keep io.Copy from ways of its own.
type (
	onlyWriter struct{ io.Writer }
	onlyReader struct{ io.Reader }
)

func served(b *testing.B, handler http.Handler) net.Addr {
	b.Helper()
	server := httptest.NewServer(handler)
	b.Cleanup(server.Close)
	return server.Listener.Addr()
}

// socket is no server: it knows where a request ends, and reads up to there.
func socket(b *testing.B, size int) net.Addr {
	b.Helper()
	listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		place := make([]byte, 32<<10)
		for {
			left := size
			n, err := conn.Read(place)
			if err != nil {
				return
			}
			head := bytes.Index(place[:n], []byte("\r\n\r\n"))
			if head < 0 {
				return
			}
			left -= n - head - 4
			_, _ = io.WriteString(conn, "HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: "+strconv.Itoa(len(tooLarge))+"\r\n\r\n"+tooLarge)
			for left > 0 {
				n, err := conn.Read(place[:min(len(place), left)])
				if err != nil {
					return
				}
				left -= n
			}
		}
	}()
	return listener.Addr()
}

func refusal(b *testing.B, name string, body []byte, address net.Addr) step {
	b.Helper()
	request := load.Raw(&job.Request{Method: http.MethodPost, Path: "/", Header: http.Header{"Content-Type": {"application/json"}}, Body: body}, address.String())
	conn, err := new(net.Dialer).DialContext(b.Context(), "tcp", address.String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	reader := bufio.NewReader(conn)
	return step{name, func() {
		if _, err := conn.Write(request); err != nil {
			b.Fatal(name, err)
		}
		response, err := http.ReadResponse(reader, nil)
		if err == nil && response.StatusCode != http.StatusRequestEntityTooLarge {
			err = errors.New(response.Status)
		}
		if err == nil {
			_, copyErr := io.Copy(io.Discard, response.Body)
			err = errors.Join(copyErr, response.Body.Close())
		}
		if err != nil {
			b.Fatal(name, err)
		}
	}}
}
