package revalidate

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"net/http"
	"time"
)

// A file of a page is this line, the SHA-256 of the rest, and the rest: the
// fields of the page in the order below. Numbers are varints; strings and
// lists have their length in front. A change of the order needs another line.
const fileMagic = "apiroutes page 1\n"

var errDamaged = errors.New("revalidate: the file is no page, is damaged, or was written by another version")

// encodeFile writes a page as a file.
func encodeFile(p *Page) []byte {
	w := fileWriter{b: make([]byte, len(fileMagic)+sha256.Size, len(fileMagic)+sha256.Size+256+len(p.Body))}
	w.text(p.Key)
	w.text(p.URI)
	w.fields(p.Vary)
	w.texts(p.Splits)
	w.number(int64(p.Status))
	w.fields(p.Header)
	w.text(p.ETag)
	w.texts(p.Tags)
	w.number(p.Stored.UnixNano())
	w.number(int64(p.Window))
	w.number(int64(p.Expire))
	w.count(len(p.Body))
	w.b = append(w.b, p.Body...)
	sum := sha256.Sum256(w.b[len(fileMagic)+sha256.Size:])
	copy(w.b[copy(w.b, fileMagic):], sum[:])
	return w.b
}

type fileWriter struct{ b []byte }

func (w *fileWriter) number(n int64) { w.b = binary.AppendVarint(w.b, n) }
func (w *fileWriter) count(n int)    { w.number(int64(n)) }

func (w *fileWriter) text(s string) {
	w.count(len(s))
	w.b = append(w.b, s...)
}

func (w *fileWriter) texts(list []string) {
	w.count(len(list))
	for _, s := range list {
		w.text(s)
	}
}

func (w *fileWriter) fields(list []Field) {
	w.count(len(list))
	for _, field := range list {
		w.text(field.Name)
		w.texts(field.Values)
	}
}

// decodeFile reads a file. What it returns can be served as it is; it has no
// order, since the renders of its time are over.
func decodeFile(b []byte) (*Page, error) {
	rest, ok := bytes.CutPrefix(b, []byte(fileMagic))
	if !ok || len(rest) < sha256.Size {
		return nil, errDamaged
	}
	r := fileReader{b: rest[sha256.Size:]}
	if sha256.Sum256(r.b) != [sha256.Size]byte(rest) {
		return nil, errDamaged
	}
	p := &Page{
		Key: r.text(), URI: r.text(), Vary: r.fields(), Splits: r.texts(), Status: int(r.number()), Header: r.fields(), ETag: r.text(),
		Tags: r.texts(), Stored: time.Unix(0, r.number()), Window: time.Duration(r.number()), Expire: time.Duration(r.number()),
	}
	p.Body = r.bytes()
	if r.bad || len(r.b) > 0 || !p.sound() {
		return nil, errDamaged
	}
	p.prepare()
	return p, nil
}

// sound says whether a page is one that a cache could have made.
func (p *Page) sound() bool {
	key, vary, ok := splitKey(p.Key)
	if !ok || p.URI != pageURI(key) || len(vary) != len(p.Vary) {
		return false
	}
	if p.Status == 0 {
		return len(p.Splits) > len(vary) && len(p.Splits) <= maxVary
	}
	header := make(http.Header, len(p.Header))
	for _, field := range p.Header {
		if !isToken(field.Name) {
			return false
		}
		header[field.Name] = field.Values
	}
	return storable(p.Status, header)
}

// fileReader reads what fileWriter wrote. No length is trusted beyond what is
// left of the file.
type fileReader struct {
	b   []byte
	bad bool
}

func (r *fileReader) number() int64 {
	n, size := binary.Varint(r.b)
	if size <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

// count reads the length of what follows; each element takes a byte or more.
func (r *fileReader) count() int {
	n := r.number()
	if n < 0 || n > int64(len(r.b)) {
		r.bad, r.b = true, nil
		return 0
	}
	return int(n)
}

func (r *fileReader) bytes() []byte {
	n := r.count()
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

func (r *fileReader) text() string { return string(r.bytes()) }

func (r *fileReader) texts() []string {
	var list []string
	for range r.count() {
		list = append(list, r.text())
		if r.bad {
			return nil
		}
	}
	return list
}

func (r *fileReader) fields() []Field {
	var list []Field
	for range r.count() {
		list = append(list, Field{Name: r.text(), Values: r.texts()})
		if r.bad {
			return nil
		}
	}
	return list
}
