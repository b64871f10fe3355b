package bodyparser

import "io"

// replay is a request body that starts over when it has been read to its end, so that every consumer in turn gets all of it:
// ShouldBindJSON twice, io.ReadAll twice, a logger and a handler. It is never told where one consumer ends and the next begins, so
// the rule is about what is left:
//
//   - The last bytes come together with io.EOF, and the next Read begins at the start. A decoder that stops at the end of a JSON
//     value never asks for a lone EOF; were that held back for it, the next consumer would find an empty body.
//   - Whoever cut its buffer to exactly the bytes that are left knows the length: io.LimitReader, as in the transport of
//     net/http. It asks once more whether that was all, so its EOF comes with that Read.
type replay struct {
	data []byte
	off  int
	eof  bool // the next Read is the one that wants to hear io.EOF
}

// Read implements io.Reader.
func (r *replay) Read(p []byte) (int, error) {
	if r.eof {
		r.rewind()
		return 0, io.EOF
	}
	n := copy(p, r.data[r.off:])
	r.off += n
	switch {
	case r.off < len(r.data) || len(p) == 0:
		return n, nil
	case len(p) == n && cap(p) > n:
		r.eof = true
		return n, nil
	}
	r.rewind()
	return n, io.EOF
}

// WriteTo implements io.WriterTo: one pass for io.Copy without a buffer.
func (r *replay) WriteTo(w io.Writer) (int64, error) {
	if r.eof {
		r.rewind()
		return 0, nil
	}
	rest := r.data[r.off:]
	n, err := w.Write(rest)
	r.off += n
	if err == nil && n < len(rest) {
		err = io.ErrShortWrite
	}
	if r.off == len(r.data) {
		r.rewind()
	}
	return int64(n), err
}

// Close starts over.
func (r *replay) Close() error {
	r.rewind()
	return nil
}

func (r *replay) rewind() { r.off, r.eof = 0, false }
