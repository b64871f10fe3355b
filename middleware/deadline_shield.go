package middleware

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"reflect"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/innerwriter"
)

// shield stands between Gin's writer and the server's while a deadline runs. A middleware before the layer may have kept the
// writer that it was given, past the deadlineWriter: a session does, and sets its cookie there when a handler saves it. The
// header of the server must not be touched at the moment when the timer answers, because a map that two goroutines use ends
// the program. So whoever asks for the header gets the handler's until it is known who answers.
type shield struct {
	http.ResponseWriter // the server's
	w                   *deadlineWriter
	slot                *http.ResponseWriter // where it has been put; nil: nowhere
}

// pushShield adds Push where the server has it, and only there.
type pushShield struct {
	*shield
	http.Pusher
}

var (
	_ http.Flusher    = (*shield)(nil)
	_ http.Hijacker   = (*shield)(nil)
	_ io.StringWriter = (*shield)(nil)
)

// ginWriter is the type of the writers that Gin makes, and serverField the place of the server's writer in them. No engine is
// made to learn of it: that would print, before a program has chosen Gin's mode.
var ginWriter, serverField = func() (reflect.Type, []int) {
	kept, ok := reflect.TypeFor[gin.Context]().FieldByName("writermem")
	if !ok || kept.Type.Kind() != reflect.Struct {
		return nil, nil
	}
	field, _ := kept.Type.FieldByName("ResponseWriter") // what embedding calls it
	return reflect.PointerTo(kept.Type), field.Index
}()

// slotOf returns the place of the server's writer in the one that Gin made, nil where that is out of sight. What was found is
// kept: Gin uses its writers again, and a writer of ours meets the same one mostly.
func (w *deadlineWriter) slotOf(inner gin.ResponseWriter) *http.ResponseWriter {
	if inner == w.known { // which is Gin's, so that nothing is compared that can't be
		return w.slot
	}
	own := innerwriter.Of(inner)
	v := reflect.ValueOf(own)
	if v.Type() != ginWriter {
		return nil
	}
	slot, ok := reflect.TypeAssert[*http.ResponseWriter](v.Elem().FieldByIndex(serverField).Addr()) //nolint:bodyclose // a writer, no response
	if !ok {
		return nil
	}
	w.known, w.slot = own, slot
	return slot
}

// raise puts the shield up in the writer that Gin made, unless that is out of sight. The timer of w may come to the writer of an
// outer route later than the whole request ends, so that one is never used for another request.
func (w *deadlineWriter) raise() {
	slot := w.slotOf(w.ResponseWriter) //nolint:bodyclose // a writer, no response
	if slot == nil {
		return
	}
	switch there := (*slot).(type) {
	case *shield:
		w.outer = there.w
	case pushShield:
		w.outer = there.w
	}
	if w.outer != nil {
		w.outer.reusable = false
	}
	w.shield = shield{*slot, w, slot}
	if pusher, ok := w.shield.ResponseWriter.(http.Pusher); ok {
		*slot = pushShield{&w.shield, pusher}
		return
	}
	*slot = &w.shield
}

// passStatus tells the writer that Gin made of a status that a handler has set: that of a route it sends the request on to may
// say nothing else. The timer does not use that writer where there is a shield.
func (w *deadlineWriter) passStatus(code int) {
	if w.shield.slot != nil {
		w.known.WriteHeader(code)
	}
}

// lower takes it away.
func (w *deadlineWriter) lower() {
	if w.shield.slot != nil {
		*w.shield.slot = w.shield.ResponseWriter
	}
}

// Unwrap lets http.ResponseController reach the server's writer.
func (s *shield) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *shield) Header() http.Header {
	switch s.w.state.Load() {
	case begun:
		return s.ResponseWriter.Header()
	case expired:
		s.w.await() // before Gin's writer keeps another status
	}
	return s.w.header
}

func (s *shield) WriteHeader(code int) {
	if s.w.begin() {
		s.ResponseWriter.WriteHeader(code)
	}
}

func (s *shield) Write(b []byte) (int, error) {
	if s.w.begin() {
		return s.ResponseWriter.Write(b)
	}
	return s.late(len(b))
}

func (s *shield) WriteString(text string) (int, error) {
	if s.w.begin() {
		return io.WriteString(s.ResponseWriter, text)
	}
	return s.late(len(text))
}

// late is for bytes that the timer has been before.
func (s *shield) late(n int) (int, error) {
	if s.w.telling {
		return n, nil // they are the timer's
	}
	return 0, http.ErrHandlerTimeout
}

func (s *shield) Flush() {
	if s.w.beginStream() {
		_ = http.NewResponseController(s.ResponseWriter).Flush() // Gin ignores writers that can't, too
	}
}

func (s *shield) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if !s.w.beginStream() {
		return nil, nil, http.ErrHandlerTimeout
	}
	return http.NewResponseController(s.ResponseWriter).Hijack()
}

// CloseNotify is asked for by Gin, which panics as this does where the server has it not.
func (s *shield) CloseNotify() <-chan bool {
	return s.ResponseWriter.(http.CloseNotifier).CloseNotify() //nolint:staticcheck,forcetypeassert // see above
}

// tell lets the writers around the layer know what the timer has answered, for a logger. It is for the goroutine of the
// handler: they are not made for two.
func (w *deadlineWriter) tell() {
	if w.told || w.shield.slot == nil {
		return
	}
	for o := w; o != nil; o = o.outer {
		o.told = true
	}
	w.telling = true
	w.ResponseWriter.WriteHeader(w.by.status)
	inner, _ := innerwriter.Past(w.ResponseWriter)
	_, _ = inner.Write(w.by.body) // goes no further than to the shield
	w.telling = false
}
