package respond

import (
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/gin-apiroutes/apiroutes/internal/httpcache"
	"github.com/gin-apiroutes/apiroutes/internal/respond/stringify"
)

const (
	jsonType   = "application/json; charset=utf-8"
	binaryType = "application/octet-stream"
)

// Send answers with v, as res.send does:
//
//   - nil: no body; the headers stay as they are
//   - string: the text, without a Content-Type unless the handler set one
//   - []byte: the bytes, application/octet-stream unless the handler set a type
//   - [io.Reader]: the bytes until its end, typed like []byte and without a
//     length and a tag; a reader that is an [io.Closer] is closed
//   - everything else: its JSON text, application/json whatever was set
//
// With the status 204 or 304 nothing but headers goes out. A body has a
// Content-Length and an entity tag, which replaces one that the handler set;
// a request that has this tag already is answered 304, whatever its method.
//
// An error means that nothing was sent: a *stringify.Error for a value JSON
// has no text for, a *StatusError, or ErrSent. The one exception is an error of
// the reader, which comes back as it is, possibly after some bytes. A client
// that has left is no error, as it is none in Node.
func Send(w http.ResponseWriter, r *http.Request, status int, v any) error {
	if reader, ok := v.(io.Reader); ok {
		return stream(w, r, status, reader)
	}
	if err := ready(w, status); err != nil {
		return err
	}
	switch v := v.(type) {
	case nil:
		head(w, status)
	case string:
		text(w, r, status, v)
	case []byte:
		binary(w, r, status, v)
	default:
		if bodiless(status) {
			strip(w, status)
			return nil
		}
		return sendJSON(w, r, status, v)
	}
	return nil
}

// JSON answers with the JSON text of v, as res.json does; nil is null. It is Send
// otherwise.
func JSON(w http.ResponseWriter, r *http.Request, status int, v any) error {
	if err := ready(w, status); err != nil {
		return err
	}
	return sendJSON(w, r, status, v)
}

// End answers with a text that has neither type nor tag, as res.end does. A
// length goes with it, so that the answer to HEAD has the headers of GET.
func End(w http.ResponseWriter, status int, body string) error {
	if err := ready(w, status); err != nil {
		return err
	}
	if bodiless(status) || body == "" {
		head(w, status)
		return nil
	}
	Untyped(w.Header())
	w.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
	return nil
}

// Untyped leaves a body without a Content-Type where the handler set none, as
// Node does: net/http would guess one from the first bytes, and would guess
// text/html for markup that a client sent. Since a browser guesses as well, it
// is told not to (X-Content-Type-Options: nosniff), which Next.js forgets.
func Untyped(h http.Header) {
	if h.Get("Content-Type") != "" {
		return
	}
	h["Content-Type"] = nil
	if _, set := h["X-Content-Type-Options"]; !set {
		h["X-Content-Type-Options"] = []string{"nosniff"}
	}
}

// ready checks what must hold before a response starts.
func ready(w http.ResponseWriter, status int) error {
	if sent, ok := w.(interface{ Written() bool }); ok && sent.Written() {
		return ErrSent
	}
	return CheckStatus(status)
}

// bodiless are the statuses whose body Next.js strips.
func bodiless(status int) bool {
	return status == http.StatusNoContent || status == http.StatusNotModified
}

// strip sends a status without a body and without the headers of one.
func strip(w http.ResponseWriter, status int) {
	h := w.Header()
	delete(h, "Content-Type")
	delete(h, "Content-Length")
	delete(h, "Transfer-Encoding")
	head(w, status)
}

// head sends the status and the headers alone. The writer of Gin only notes
// the status until it is told to write.
func head(w http.ResponseWriter, status int) {
	if !bodiless(status) {
		w.Header()["Content-Length"] = []string{"0"}
	}
	w.WriteHeader(status)
	if deferred, ok := w.(interface{ WriteHeaderNow() }); ok {
		deferred.WriteHeaderNow()
	}
}

// tagged sets the headers of a body and reports whether it has to be sent; if
// not, the client has it and has been answered 304. The header lines share one
// allocation and nothing with other responses.
func tagged(w http.ResponseWriter, r *http.Request, etag string, size int) bool {
	h := w.Header()
	lines := &[...]string{etag, strconv.Itoa(size)}
	h["Etag"] = lines[0:1:1]
	if httpcache.Fresh(r.Header, etag) {
		strip(w, http.StatusNotModified)
		return false
	}
	h["Content-Length"] = lines[1:2:2]
	return true
}

func text(w http.ResponseWriter, r *http.Request, status int, body string) {
	if bodiless(status) {
		strip(w, status)
		return
	}
	if !tagged(w, r, httpcache.ETag(body), len(body)) {
		return
	}
	Untyped(w.Header())
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func binary(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	if bodiless(status) {
		strip(w, status)
		return
	}
	if !tagged(w, r, httpcache.BufferETag(body), len(body)) {
		return
	}
	setBinary(w.Header())
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func setBinary(h http.Header) {
	if h.Get("Content-Type") == "" {
		h["Content-Type"] = []string{binaryType}
	}
}

// stream sends what a reader holds. Bytes are not held back to count them, so
// there is no length and no tag, as for a stream in Next.js.
func stream(w http.ResponseWriter, r *http.Request, status int, body io.Reader) error {
	if closer, ok := body.(io.Closer); ok {
		defer func() { _ = closer.Close() }() // what was read has been sent
	}
	if err := ready(w, status); err != nil {
		return err
	}
	if bodiless(status) {
		strip(w, status)
		return nil
	}
	setBinary(w.Header())
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		_, _ = w.Write(nil)
		return nil
	}
	source := &source{Reader: body}
	_, _ = io.Copy(w, source)
	return source.err
}

// source remembers the error of its reader, to tell it from one of the
// connection.
type source struct {
	io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// buffers hold JSON texts until they are written. Larger ones are left to the
// garbage collector.
var buffers sync.Pool

const maxBuffer = 64 << 10

type buffer struct{ text []byte }

func sendJSON(w http.ResponseWriter, r *http.Request, status int, v any) error {
	b, ok := buffers.Get().(*buffer)
	if !ok {
		b = new(buffer)
	}
	text, err := stringify.Append(b.text[:0], v)
	if err == nil {
		writeJSON(w, r, status, text)
		b.text = text
	}
	if cap(b.text) <= maxBuffer {
		buffers.Put(b)
	}
	return err
}

func writeJSON(w http.ResponseWriter, r *http.Request, status int, text []byte) {
	if bodiless(status) {
		strip(w, status)
		return
	}
	etag := httpcache.ETag(text)
	h := w.Header()
	lines := &[...]string{etag, jsonType, strconv.Itoa(len(text))}
	h["Etag"] = lines[0:1:1]
	if httpcache.Fresh(r.Header, etag) {
		strip(w, http.StatusNotModified)
		return
	}
	h["Content-Type"], h["Content-Length"] = lines[1:2:2], lines[2:3:3]
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
