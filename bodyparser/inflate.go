package bodyparser

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	// ratioFrom is the inflated size up to which the ratio does not matter: small bodies of blanks are harmless.
	ratioFrom = 64 << 10
	// maxWindow caps what a zstd frame can make the decoder allocate by its header. 8 MiB is what RFC 9659 allows for HTTP.
	maxWindow = 8 << 20
	// maxCodings caps how many codings one header can stack. One is usual.
	maxCodings = 3
)

// decoders open a content coding.
var decoders = map[string]func(io.Reader) (io.ReadCloser, error){
	"gzip": func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) },
	"br":   func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(brotli.NewReader(r)), nil },
	"zstd": func(r io.Reader) (io.ReadCloser, error) {
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	},
}

// encodings copies the names and reports those that are not known.
func (f *configFaults) encodings(names []string) (list []string) {
	for _, name := range names {
		switch _, known := decoders[name]; {
		case !known:
			f.addf(`Inflate.Encodings has %q; write some of "gzip", "br", "zstd"`, name)
		case slices.Contains(list, name):
			f.addf("Inflate.Encodings has %q twice; write it once", name)
		default:
			list = append(list, name)
		}
	}
	return list
}

// codings returns the content codings of a request in the order in which they have to be undone, or a
// *UnsupportedEncodingError. It is empty when inflating is off.
func (s *settings) codings(h http.Header) ([]string, error) {
	if len(s.encodings) == 0 {
		return nil, nil
	}
	var list []string
	header := strings.Join(h.Values("Content-Encoding"), ",")
	for name := range strings.SplitSeq(header, ",") {
		name = strings.ToLower(strings.Trim(name, " \t"))
		switch name {
		case "", "identity":
			continue
		case "x-gzip": // RFC 9110, section 8.4.1.3
			name = "gzip"
		}
		if !slices.Contains(s.encodings, name) || len(list) == maxCodings {
			return nil, &UnsupportedEncodingError{Encoding: header, Accepted: slices.Clone(s.encodings)}
		}
		list = append(list, name)
	}
	slices.Reverse(list)
	return list, nil
}

// inflate undoes the codings of a body that was read. Every step is held to the limit and the ratio, so that a bomb inside a
// bomb costs no more than one.
func (s *settings) inflate(wire []byte, codings []string) ([]byte, error) {
	data := wire
	for _, name := range codings {
		if len(data) == 0 {
			return data, nil // some clients name a coding without sending a body
		}
		most := min(s.limit, max(int64(len(wire))*s.maxRatio, ratioFrom))
		out, err := inflateOne(name, data, most)
		switch {
		case errors.Is(err, errTooLong) && most == s.limit:
			return nil, &TooLargeError{Limit: s.limit, Text: s.limitText}
		case errors.Is(err, errTooLong):
			return nil, &RatioError{Limit: s.maxRatio}
		case err != nil:
			return nil, &EncodingError{Encoding: name, err: err}
		}
		data = out
	}
	return data, nil
}

func inflateOne(name string, data []byte, most int64) ([]byte, error) {
	src := bytes.NewReader(data)
	d, err := decoders[name](src)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }() // it has nothing to report: the data has been checked
	out, err := readAll(d, -1, most)
	if err == nil && src.Len() > 0 {
		return nil, errTrailing
	}
	return out, err
}

var errTrailing = errors.New("bytes after the end")

// uncoded makes the headers of r those of the inflated body. The map is copied: the request that the server holds keeps its own.
func uncoded(r *http.Request, size int) {
	r.Header = r.Header.Clone()
	r.Header.Del("Content-Encoding")
	r.Header.Set("Content-Length", strconv.Itoa(size))
}

// asUnsupportedEncoding returns the header Accept-Encoding for an error that calls for it.
func asUnsupportedEncoding(err error) (header string, ok bool) {
	e, ok := errors.AsType[*UnsupportedEncodingError](err)
	if !ok {
		return "", false
	}
	return strings.Join(e.Accepted, ", "), true
}
