package bodyparser

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/innerwriter"
)

// unread describes what a refused request still has on the wire.
type unread struct {
	body    io.ReadCloser
	size    int64 // -1 if unknown
	waiting bool  // the client sends nothing before it hears "100 Continue"
}

// unreadBody returns what is left of the body of an HTTP/1 request, or nil if that is nothing. HTTP/2 resets the
// stream after the answer, so there is nothing to do for it.
func unreadBody(r *http.Request) *unread {
	if r.ProtoMajor != 1 || hasNoBody(r) {
		return nil
	}
	if _, ok := r.Body.(*replay); ok {
		return nil
	}
	u := &unread{body: r.Body, size: r.ContentLength, waiting: strings.EqualFold(r.Header.Get("Expect"), "100-continue")}
	if st, ok := r.Context().Value(stateKey{}).(*state); ok {
		if st.ended {
			return nil
		}
		if st.begun {
			u.waiting = false // it has heard it
		}
	}
	return u
}

// answerFirst answers a request whose body has not been read to the end, and then makes the connection clean or has it closed.
func (p *Parser) answerFirst(c *gin.Context, err error, u *unread) {
	rc := innerwriter.Controller(c.Writer)
	drain := !u.waiting && u.size <= p.drainBytes && p.drainBytes > 0
	if drain {
		// Without it net/http reads up to 256 KiB of the body before it sends the answer, without a time limit.
		drain = rc.EnableFullDuplex() == nil
	}
	own := isServers(u.body)
	if !drain || !own {
		c.Header("Connection", "close")
	}
	answered := false
	defer func() {
		if !answered {
			// The hook panicked. On a connection that reads and writes at once, net/http must not look for another request
			// behind a body that nobody has read.
			cutOff(c.Writer, rc)
		}
	}()
	size := p.answerWhole(c, err)
	answered = true
	flush(c.Writer, size)
	if !drain || rc.SetReadDeadline(time.Now().Add(p.drainTime)) != nil {
		cutOff(c.Writer, rc)
		return
	}
	if drainBody(u.body, p.drainBytes) && own {
		_ = rc.SetReadDeadline(time.Time{}) // middleware around may take longer
		return
	}
	cutOff(c.Writer, rc)
}

// flush sends an answer of size bytes. A writer that compresses adds to what it is told to send on, even where it has let all
// of it pass as it was: then the server's writer is told, and nobody else.
func flush(w gin.ResponseWriter, size int) {
	if own := innerwriter.Of(w); size > 0 && own.Size() == size {
		w = own
	}
	w.Flush()
}

// drainBody reads body to its end, most bytes at most, and tells whether it got there.
func drainBody(body io.Reader, most int64) bool {
	segment := getSegment()
	defer segments.Put(segment)
	for most >= 0 {
		n, err := body.Read(segment[:])
		if most -= int64(n); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
	return false
}

// isServers tells whether a body is the one that net/http gave to the request. A reader that another middleware has put
// around it may end before it does; on a connection that reads and writes at once, net/http must not look for another
// request behind the rest. The type is not exported: under another name connections are closed that could have been kept.
func isServers(body io.Reader) bool {
	t := reflect.TypeOf(body)
	if t.Kind() != reflect.Pointer {
		return false
	}
	t = t.Elem()
	return t.PkgPath() == "net/http" && (t.Name() == "body" || t.Name() == "expectContinueReader")
}

// cutOff has net/http close the connection after this request: its own direction at once, the other one after a pause in
// which the client can still read the answer.
//
// The way to it is http.MaxBytesReader: one that hits its limit marks the connection. The server's own writer must be
// told, since wrappers hide the method behind it. The deadline, which has passed, keeps net/http from waiting for the rest of
// a body up to 256 KiB, which may never come.
func cutOff(outer gin.ResponseWriter, rc *http.ResponseController) {
	w := http.ResponseWriter(innerwriter.Of(outer))
	for {
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			break
		}
		w = u.Unwrap()
	}
	over := http.MaxBytesReader(w, io.NopCloser(strings.NewReader(".")), 0)
	_, _ = over.Read(make([]byte, 1))
	_ = rc.SetReadDeadline(time.Unix(1, 0))
}

// answerWhole answers with a Content-Length, so that the client knows the end of the answer while the server is
// still reading: the answer is held until it is complete. Its size is returned.
func (p *Parser) answerWhole(c *gin.Context, err error) int {
	held := &heldWriter{ResponseWriter: c.Writer}
	c.Writer = held
	defer func() { c.Writer = held.ResponseWriter }()
	p.answer(c, err)
	held.send()
	return held.body.Len()
}

// heldWriter keeps an answer until it is complete.
type heldWriter struct {
	gin.ResponseWriter
	body    bytes.Buffer
	written bool // the hook thinks that the headers are out
}

// Unwrap is for http.ResponseController.
func (w *heldWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *heldWriter) Write(b []byte) (int, error) {
	w.written = true
	return w.body.Write(b)
}

func (w *heldWriter) WriteString(s string) (int, error) {
	w.written = true
	return w.body.WriteString(s)
}

func (w *heldWriter) WriteHeader(status int) {
	if !w.written {
		w.ResponseWriter.WriteHeader(status) // Gin's writer keeps it until the first byte
	}
}

func (w *heldWriter) WriteHeaderNow() { w.written = true }
func (w *heldWriter) Flush()          { w.written = true }

// FlushError keeps http.ResponseController from flushing the writer below.
func (w *heldWriter) FlushError() error {
	w.written = true
	return nil
}

func (w *heldWriter) Written() bool { return w.written || w.ResponseWriter.Written() }

func (w *heldWriter) Size() int {
	if !w.written {
		return w.ResponseWriter.Size()
	}
	return w.body.Len()
}

// send passes the answer on. After the hook has taken the connection over there is none.
func (w *heldWriter) send() {
	if w.ResponseWriter.Written() {
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(w.body.Len()))
	if w.body.Len() == 0 {
		w.ResponseWriter.WriteHeaderNow()
		return
	}
	// The header goes out with the body: a writer that compresses decides then whether it does.
	_, _ = w.ResponseWriter.Write(w.body.Bytes())
}
