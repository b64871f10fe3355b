package traffic

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
)

// post is the text of a POST of JSON.
func post(path, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: endure\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
}

// read reads one answer.
func (v *visitor) read(r *bufio.Reader, method string) (*answer, error) {
	response, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		return nil, err
	}
	return v.whole(response)
}

// with opens a connection, sends what is said, and has do go on with it.
func (v *visitor) with(ctx context.Context, text string, do func(net.Conn, *bufio.Reader) error) error {
	connection, err := v.dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	defer context.AfterFunc(ctx, func() { _ = connection.Close() })()
	if _, err := io.WriteString(connection, text); err != nil {
		return err
	}
	return do(connection, bufio.NewReader(connection))
}

// pipelining sends all at once. The answers come in the order of the requests.
func pipelining(ctx context.Context, v *visitor) error {
	body, want := v.newOrder(30)
	number, language := v.anyPage()
	w := v.wishFor(number, language)
	text := "GET /fast?id=" + v.id + "-1 HTTP/1.1\r\nHost: endure\r\n\r\n" + post("/json", body) +
		"GET " + pagePath(number) + " HTTP/1.1\r\nHost: endure\r\nAccept-Language: " + Languages[language] + "\r\n\r\n" +
		post("/json", `{"id":`) + "GET /fast?id=" + v.id + "-2 HTTP/1.1\r\nHost: endure\r\n\r\n"
	return v.with(ctx, text, func(_ net.Conn, r *bufio.Reader) error {
		for i := range 5 {
			a, err := v.read(r, http.MethodGet)
			if err != nil {
				return fmt.Errorf("answer %d: %w", i+1, err)
			}
			switch i {
			case 0:
				err = a.check(http.StatusOK, "fast "+v.id+"-1")
			case 1:
				if err = a.check(http.StatusOK, "{"); err == nil {
					err = echoed(a.text, want)
				}
			case 2:
				err = v.judge(&w, a)
			case 3:
				err = a.check(http.StatusBadRequest, "Invalid JSON")
			case 4:
				err = a.check(http.StatusOK, "fast "+v.id+"-2")
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// slowSender sends its body bit by bit.
func slowSender(ctx context.Context, v *visitor) error {
	body, want := v.newOrder(100)
	text := post("/json", body)
	head, rest := text[:len(text)-len(body)+10], text[len(text)-len(body)+10:]
	return v.with(ctx, head, func(connection net.Conn, r *bufio.Reader) error {
		for len(rest) > 0 && ctx.Err() == nil {
			pause(ctx, v.some(5*time.Millisecond, 40*time.Millisecond))
			n := min(len(rest), 60)
			if _, err := io.WriteString(connection, rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		a, err := v.read(r, http.MethodPost)
		if err != nil {
			return err
		}
		if err := a.check(http.StatusOK, "{"); err != nil {
			return err
		}
		return echoed(a.text, want)
	})
}

func (v *visitor) half() string {
	body, _ := v.newOrder(200)
	text := post("/json", body)
	return text[:len(text)-len(body)/2]
}

// halfBody says that there is no more to come, but still listens.
func halfBody(ctx context.Context, v *visitor) error {
	return v.with(ctx, v.half(), func(connection net.Conn, r *bufio.Reader) error {
		pause(ctx, v.some(0, 50*time.Millisecond))
		if tcp, ok := connection.(*net.TCPConn); ok {
			_ = tcp.CloseWrite()
		}
		a, err := v.read(r, http.MethodPost)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil // net/http may take it for gone
		}
		if err != nil {
			return err
		}
		return a.check(http.StatusBadRequest, "Invalid body")
	})
}

func halfBodyGone(ctx context.Context, v *visitor) error {
	return v.with(ctx, v.half(), func(net.Conn, *bufio.Reader) error {
		pause(ctx, v.some(time.Millisecond, 200*time.Millisecond))
		return nil
	})
}

func halfHeader(ctx context.Context, v *visitor) error {
	return v.with(ctx, "POST /json HTTP/1.1\r\nHost: end", func(net.Conn, *bufio.Reader) error {
		pause(ctx, v.some(time.Millisecond, 300*time.Millisecond))
		return nil
	})
}

// goneEarly leaves once its request is sent.
func goneEarly(ctx context.Context, v *visitor) error {
	number, _ := v.anyPage()
	body, _ := v.newOrder(50)
	texts := []string{
		"GET " + pagePath(number) + " HTTP/1.1\r\nHost: endure\r\nAccept-Language: en\r\n\r\n",
		"GET /slow?for=100ms&id=" + v.id + " HTTP/1.1\r\nHost: endure\r\n\r\n",
		"GET /large?id=" + v.id + " HTTP/1.1\r\nHost: endure\r\n\r\n", post("/json", body), post("/ignore", body),
	}
	return v.with(ctx, texts[v.rng.IntN(len(texts))], func(net.Conn, *bufio.Reader) error {
		pause(ctx, v.some(0, 5*time.Millisecond)+1)
		return nil
	})
}

// expectContinue sends nothing of a body that would be refused.
func expectContinue(ctx context.Context, v *visitor) error {
	text := "POST /json HTTP/1.1\r\nHost: endure\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"
	return v.with(ctx, text, func(_ net.Conn, r *bufio.Reader) error {
		a, err := v.read(r, http.MethodPost)
		if err != nil {
			return err
		}
		return a.check(http.StatusRequestEntityTooLarge, "Body exceeded")
	})
}

// slowReader takes a large answer in small bites.
func slowReader(ctx context.Context, v *visitor) error {
	text := "GET /large?id=" + v.id + " HTTP/1.1\r\nHost: endure\r\nConnection: close\r\n\r\n"
	return v.with(ctx, text, func(connection net.Conn, _ *bufio.Reader) error {
		if tcp, ok := connection.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(32 << 10)
		}
		a, err := v.read(bufio.NewReaderSize(&sipping{ctx, connection}, 16<<10), http.MethodGet)
		if err != nil {
			return err
		}
		return a.repeats("large " + v.id)
	})
}

type sipping struct {
	ctx  context.Context //nolint:containedctx // lives as long as one request
	from io.Reader
}

func (s *sipping) Read(p []byte) (int, error) {
	pause(s.ctx, 2*time.Millisecond)
	return s.from.Read(p[:min(len(p), 16<<10)])
}

// repeats checks an answer that has the same line again and again.
func (a *answer) repeats(line string) error {
	if err := a.check(http.StatusOK, line+"\n"); err != nil {
		return err
	}
	if lines := strings.Count(a.text, line+"\n"); len(a.text) != lines*(len(line)+1) {
		return lost(ledger.Swapped, "some lines are not %q", line)
	}
	return nil
}
