package bodyparser

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"

	"github.com/gin-apiroutes/apiroutes/bytesize"
)

const (
	// segmentSize is what a header alone makes the server allocate, at most.
	segmentSize = 32 << 10
	// exactSize is the largest declared length that is allocated at once, after a full segment has arrived.
	exactSize = 1 << 20
)

// segments are buffers for the first bytes of large bodies, for bodies of unknown length and for draining.
var segments = sync.Pool{New: func() any { return new([segmentSize]byte) }}

func getSegment() *[segmentSize]byte {
	if s, ok := segments.Get().(*[segmentSize]byte); ok {
		return s
	}
	return new([segmentSize]byte)
}

func (p *Parser) tooLarge() error { return &TooLargeError{Limit: p.limit, Text: p.limitText} }

// read fills st.raw from the body of r.
func (st *state) read(r *http.Request) error {
	if hasNoBody(r) {
		st.ended = true
		return nil
	}
	if again, ok := r.Body.(*replay); ok {
		st.begun, st.ended = true, true
		if int64(len(again.data)) > st.parser.limit {
			return st.parser.tooLarge()
		}
		st.raw = again.data
		return nil
	}
	st.begun = true
	var err error
	st.raw, err = readAll(r.Body, r.ContentLength, st.parser.limit)
	switch {
	case err == nil:
		st.ended = true
	case errors.Is(err, errTooLong):
		return st.parser.tooLarge()
	default:
		st.ended = true // nothing more can come
		if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
			// A limit that another middleware set.
			return &TooLargeError{Limit: e.Limit, Text: bytesize.Size(e.Limit).String()}
		}
		st.damaged = true
		return &ReadError{err}
	}
	return nil
}

// errTooLong says that a reader held more than the limit.
var errTooLong = errors.New("too long")

// readAll reads src to its end, limit+1 bytes at most. declared is the length to expect, or -1; it is not trusted.
func readAll(src io.Reader, declared, limit int64) ([]byte, error) {
	if declared >= 0 && declared <= segmentSize {
		return readExact(src, nil, int(declared), limit)
	}
	first := getSegment()
	n, err := readFull(src, limited(first[:], limit))
	switch {
	case err != nil:
		data, err := finish(bytes.Clone(first[:n]), err, limit)
		segments.Put(first)
		return data, err
	case int64(n) > limit:
		segments.Put(first)
		return nil, errTooLong
	case declared > int64(n) && declared <= exactSize:
		data, err := readExact(src, first[:n], int(declared), limit)
		segments.Put(first)
		return data, err
	}
	return readSegments(src, first, limit)
}

// readExact reads what a body of the declared length still misses into a buffer of that size.
func readExact(src io.Reader, head []byte, declared int, limit int64) ([]byte, error) {
	data := make([]byte, declared)
	have := copy(data, head)
	n, err := readFull(src, data[have:])
	if data = data[:have+n]; err != nil {
		return finish(data, err, limit)
	}
	// A body of net/http ends where it was declared to end and says so in one more Read. Another middleware may have replaced it.
	segment := getSegment()
	defer segments.Put(segment)
	for {
		n, err = src.Read(limited(segment[:], limit-int64(len(data))))
		data = append(data, segment[:n]...)
		if err != nil || int64(len(data)) > limit {
			return finish(data, err, limit)
		}
	}
}

// readSegments reads the rest of a body whose length is unknown, or too large to allocate it on the word of a header. The pieces
// are joined when all have arrived: a body that turns out to be too large has cost only buffers that are used again.
func readSegments(src io.Reader, first *[segmentSize]byte, limit int64) ([]byte, error) {
	full := []*[segmentSize]byte{first}
	defer func() {
		for _, s := range full {
			segments.Put(s)
		}
	}()
	for {
		s := getSegment()
		full = append(full, s)
		before := int64(len(full)-1) * segmentSize
		n, err := readFull(src, limited(s[:], limit-before))
		switch {
		case before+int64(n) > limit:
			return nil, errTooLong
		case err == nil:
			continue
		case !errors.Is(err, io.EOF):
			return nil, err
		}
		data := make([]byte, 0, before+int64(n))
		for _, s := range full[:len(full)-1] {
			data = append(data, s[:]...)
		}
		return append(data, s[:n]...), nil
	}
}

// finish turns the end of a body into the result.
func finish(data []byte, err error, limit int64) ([]byte, error) {
	switch {
	case int64(len(data)) > limit:
		return nil, errTooLong
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	}
	return data, nil
}

// limited cuts p so that no more than left+1 bytes are read.
func limited(p []byte, left int64) []byte {
	if left++; int64(len(p)) > left {
		return p[:left]
	}
	return p
}

// readFull fills p. The error is that of the reader, even when p is full: readers that tell their end together with the last
// bytes need not be asked again.
func readFull(src io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = src.Read(p[n:])
		n += m
	}
	return n, err
}
