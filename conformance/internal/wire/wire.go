// Package wire is an HTTP/1.1 client that hides nothing: it sends bytes and
// reports each answer as it came, with the reason phrase, the headers in their
// order and spelling, duplicates and all. net/http tidies up too much of that
// to compare two servers.
package wire

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Timeout is how long an exchange may take as a whole.
const Timeout = 20 * time.Second

// patience is how long a server may take over a request with bytes missing.
const patience = time.Second

// watchTime is how long an idle connection is watched for being closed.
const watchTime = 300 * time.Millisecond

// Header is one header line.
type Header struct{ Name, Value string }

// Framing says how the end of a body was marked.
type Framing string

// The ways to end a body.
const (
	None    Framing = "none"
	Length  Framing = "length"
	Chunked Framing = "chunked"
	Close   Framing = "close"
)

// Answer is one response.
type Answer struct {
	Interim []int // statuses of the 1xx answers before it
	Status  int
	Reason  string
	Headers []Header
	Framing Framing
	Body    []byte
}

// Get returns the values of a header, whatever its spelling, joined by ", ".
func (a *Answer) Get(name string) string {
	var values []string
	for _, h := range a.Headers {
		if strings.EqualFold(h.Name, name) {
			values = append(values, h.Value)
		}
	}
	return strings.Join(values, ", ")
}

// Has says whether a header is there.
func (a *Answer) Has(name string) bool {
	for _, h := range a.Headers {
		if strings.EqualFold(h.Name, name) {
			return true
		}
	}
	return false
}

// End says what became of the connection after the last answer.
type End string

// What Request.Watch and Request.Hangs tell apart, and what is an end in any
// case; Unwatched is that of all others.
const (
	Unwatched End = ""
	Open      End = "open"
	Closed    End = "closed"
	// Cut is the end of an exchange whose last answer is not complete.
	Cut End = "cut"
	// Waiting is the end of an exchange in which the server waits for bytes
	// that do not come.
	Waiting End = "waiting"
)

// Request is what is sent on one connection.
type Request struct {
	Bytes     []byte
	Methods   []string // one for each answer expected
	HalfClose bool
	Watch     bool
	Hangs     bool
}

// Do connects, sends, and reads until every expected answer is there or the
// server closes the connection: fewer answers are not an error.
func Do(ctx context.Context, addr string, r Request) ([]Answer, End, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, "", fmt.Errorf("wire: %w", err)
	}
	return Exchange(ctx, conn, r)
}

// Exchange is Do on a connection that is there; it closes it, and gives up when
// ctx ends.
func Exchange(ctx context.Context, conn net.Conn, r Request) ([]Answer, End, error) {
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	timeout := Timeout
	if r.Hangs {
		timeout = patience
	}
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return nil, "", fmt.Errorf("wire: %w", err)
	}
	go send(conn, r)
	in := bufio.NewReader(conn)
	var answers []Answer
	for _, method := range r.Methods {
		answer, err := read(in, method)
		if errors.Is(err, errCut) {
			return append(answers, answer), Cut, nil
		}
		if gone(err) {
			return answers, Closed, nil
		}
		if r.Hangs && late(err) {
			return answers, Waiting, nil
		}
		if err != nil {
			return answers, "", fmt.Errorf("wire: answer %d: %w", len(answers)+1, err)
		}
		answers = append(answers, answer)
	}
	if !r.Watch {
		return answers, Unwatched, nil
	}
	return watch(conn, in, answers)
}

// send writes in the background: a server may answer before it has read
// everything, and then not read on. Errors show in what is read.
func send(conn net.Conn, r Request) {
	if _, err := conn.Write(r.Bytes); err != nil || !r.HalfClose {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
}

func watch(conn net.Conn, in *bufio.Reader, answers []Answer) ([]Answer, End, error) {
	if err := conn.SetReadDeadline(time.Now().Add(watchTime)); err != nil {
		return answers, "", fmt.Errorf("wire: %w", err)
	}
	_, err := in.ReadByte()
	switch {
	case err == nil:
		return answers, "", errors.New("wire: the server sent more answers than there were requests")
	case late(err):
		return answers, Open, nil
	default:
		return answers, Closed, nil
	}
}

// gone is the end of a connection between two answers.
func gone(err error) bool {
	return err != nil && !errors.Is(err, errMalformed) && !late(err)
}

func late(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

var (
	errMalformed = errors.New("malformed answer")
	errCut       = errors.New("the body is cut off")
)

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errMalformed}, args...)...)
}

func read(in *bufio.Reader, method string) (Answer, error) {
	var interim []int
	for {
		answer, err := readHead(in)
		if err != nil {
			return answer, err
		}
		if answer.Status >= 100 && answer.Status < 200 {
			interim = append(interim, answer.Status)
			continue
		}
		answer.Interim = interim
		err = readBody(in, method, &answer)
		return answer, err
	}
}

func readHead(in *bufio.Reader) (Answer, error) {
	line, err := readLine(in)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return Answer{}, noEnd(err)
	}
	if err != nil {
		return Answer{}, err
	}
	proto, rest, _ := strings.Cut(line, " ")
	code, reason, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if err != nil || proto != "HTTP/1.1" && proto != "HTTP/1.0" {
		return Answer{}, malformed("status line %q", line)
	}
	answer := Answer{Status: status, Reason: reason}
	for {
		line, err := readLine(in)
		if err != nil {
			return answer, noEnd(err)
		}
		if line == "" {
			return answer, nil
		}
		name, value, found := strings.Cut(line, ":")
		if !found || name == "" || strings.TrimSpace(name) != name {
			return answer, malformed("header line %q", line)
		}
		answer.Headers = append(answer.Headers, Header{name, strings.TrimSpace(value)})
	}
}

func readBody(in *bufio.Reader, method string, a *Answer) error {
	var err error
	switch {
	case method == http.MethodHead || a.Status == http.StatusNoContent || a.Status == http.StatusNotModified:
		a.Framing = None
	case strings.EqualFold(a.Get("Transfer-Encoding"), "chunked"):
		a.Framing = Chunked
		a.Body, err = readChunks(in)
	case a.Has("Content-Length"):
		a.Framing = Length
		size, parseErr := strconv.Atoi(a.Get("Content-Length"))
		if parseErr != nil || size < 0 {
			return malformed("Content-Length %q", a.Get("Content-Length"))
		}
		a.Body = make([]byte, size)
		var n int
		n, err = io.ReadFull(in, a.Body)
		a.Body = a.Body[:n]
	default:
		a.Framing = Close
		a.Body, err = io.ReadAll(in)
	}
	if ended(err) {
		return errCut
	}
	return err
}

func ended(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func readChunks(in *bufio.Reader) ([]byte, error) {
	body := []byte{}
	for {
		line, err := readLine(in)
		if err != nil {
			return body, err
		}
		digits, _, _ := strings.Cut(line, ";")
		size, err := strconv.ParseUint(strings.TrimSpace(digits), 16, 31)
		if err != nil {
			return body, malformed("chunk size %q", line)
		}
		chunk := make([]byte, size)
		n, err := io.ReadFull(in, chunk)
		body = append(body, chunk[:n]...)
		if err != nil {
			return body, err
		}
		for {
			line, err := readLine(in)
			if err != nil {
				return body, err
			}
			if line == "" {
				break
			}
			if size != 0 {
				return body, malformed("%q after a chunk", line)
			}
		}
		if size == 0 {
			return body, nil
		}
	}
}

// noEnd turns the end of the connection in the middle of a head into a fault of
// the answer.
func noEnd(err error) error {
	if ended(err) {
		return malformed("cut off")
	}
	return err
}

func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		if line != "" && ended(err) {
			return "", io.ErrUnexpectedEOF
		}
		return "", err
	}
	if !strings.HasSuffix(line, "\r\n") {
		return "", malformed("line %q without CR LF", line)
	}
	return strings.TrimSuffix(line, "\r\n"), nil
}
