package bodyparser

import "io"

// replay is a request body that starts over when it has been read to its end, so that every consumer in turn gets all of it:
// ShouldBindJSON twice, io.ReadAll twice, a logger and a handler.
//
// The last bytes come together with io.EOF, and the next Read begins at the start. A lone io.EOF would not do: a decoder that
// stops at the end of a JSON value never asks for it, and so the next consumer would find an empty body.
//
// Who asks for exactly the bytes that are left knows the length and may look once more whether there is anything behind it, as
// the transport of net/http does for requests with a Content-Length. That look is answered with io.EOF. It is told from a new
// pass by its size, see isProbe: nobody announces either.
type replay struct {
	data  []byte
	off   int
	wide  bool // this pass had a Read of more than one byte
	exact bool // the last pass ended with a Read of exactly the bytes that were left
}

// probeSize is the buffer of io.Discard, by which the transport of net/http looks when something wraps the body.
const probeSize = 8 << 10

// copySize is the buffer of io.Copy, which a body of a multiple of it fills to the last byte.
const copySize = 32 << 10

// isProbe tells whether a Read after an exact one looks for more instead of beginning anew.
func (r *replay) isProbe(p []byte) bool {
	return r.exact && (len(p) == 1 || len(p) == probeSize)
}

// Read implements io.Reader.
func (r *replay) Read(p []byte) (int, error) {
	if r.isProbe(p) {
		r.exact = false
		return 0, io.EOF
	}
	left := len(r.data) - r.off
	n := copy(p, r.data[r.off:])
	r.off += n
	r.wide = r.wide || len(p) > 1
	r.exact = false
	if n < left {
		return n, nil
	}
	// Decoders with small buffers, and readers of single bytes, hit the end by chance. Who knows it asks for everything at once
	// or cuts a larger buffer, as io.LimitReader does, unless what is left fills it anyway.
	exact := n == len(p) && (n == len(r.data) || n == copySize || cap(p) > n && r.wide)
	r.rewind()
	r.exact = exact
	return n, io.EOF
}

// WriteTo implements io.WriterTo: one pass for io.Copy without a buffer.
func (r *replay) WriteTo(w io.Writer) (int64, error) {
	if r.exact && w == io.Discard {
		r.exact = false
		return 0, nil
	}
	rest := r.data[r.off:]
	n, err := w.Write(rest)
	if err == nil && n < len(rest) {
		err = io.ErrShortWrite
	}
	if r.off += n; r.off == len(r.data) {
		r.rewind()
	}
	r.exact = false
	return int64(n), err
}

// Close starts over.
func (r *replay) Close() error {
	r.rewind()
	return nil
}

func (r *replay) rewind() { r.off, r.wide, r.exact = 0, false, false }
