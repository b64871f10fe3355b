package jsonscan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
)

// FuzzCheck compares with encoding/json: what is valid, where the fault is, and which keys and numbers are refused.
func FuzzCheck(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text), 0)
	}
	f.Add([]byte(`{"a":1,"\u0061":2,"b":[{"a":1}]}`), 2)
	f.Add([]byte("{\"\xff\":1,\"\xfe\":2}"), 1)
	f.Fuzz(func(t *testing.T, data []byte, maxDepth int) {
		before := bytes.Clone(data)
		err := jsonscan.Check(data, jsonscan.Options{MaxDepth: maxDepth})
		if !bytes.Equal(data, before) {
			t.Fatalf("Check changed %q to %q", before, data)
		}
		switch fault := err.(type) { //nolint:errorlint // the errors are not wrapped, and the type is what is tested
		case nil:
			inspect(t, data, maxDepth)
		case *jsonscan.SyntaxError:
			if !firstFault(data, fault.Offset) {
				t.Fatalf("Check(%q) = %v; encoding/json sees the first fault elsewhere", data, fault)
			}
		case *jsonscan.RangeError:
			if n := number.FindString(string(data[fault.Offset:])); !isInfinite(n) {
				t.Fatalf("Check(%q) refuses the number %s", data, n)
			}
		case *jsonscan.DepthError:
			if fault.Limit != maxDepth && fault.Limit != jsonscan.DefaultMaxDepth {
				t.Fatalf("Check(%q) has the limit %d", data, fault.Limit)
			}
		default:
			t.Fatalf("Check(%q) = %v", data, err)
		}
	})
}

// FuzzNumber compares numbers of many digits with strconv.ParseFloat.
func FuzzNumber(f *testing.F) {
	f.Add(false, uint64(1), 0, 308, 0)
	f.Add(true, uint64(17976931348623157), 0, 0, 292)
	f.Add(false, uint64(17976931348623159), 400, 0, 692)
	f.Add(false, uint64(1), 0, 309, -1)
	f.Add(false, uint64(0), 3, 3, 400)
	f.Fuzz(func(t *testing.T, negative bool, digits uint64, leading, trailing, exponent int) {
		leading, trailing = leading&0x1ff, trailing&0x1ff
		text := strconv.FormatUint(digits, 10) + strings.Repeat("0", trailing)
		if digits == 0 || leading > 0 {
			text = "0." + strings.Repeat("0", leading) + text
		}
		if negative {
			text = "-" + text
		}
		if exponent != 0 {
			text += "e" + strconv.Itoa(exponent)
		}
		err := jsonscan.Check([]byte(text), jsonscan.Options{})
		if _, refused := errors.AsType[*jsonscan.RangeError](err); refused != isInfinite(text) || err != nil && !refused {
			t.Fatalf("Check(%q) = %v", text, err)
		}
	})
}

// firstFault reports whether at is the first byte of text that no JSON can have there, or the end of a text that ends too early.
// Where encoding/json says that the fault is differs between releases of Go, so it is asked about the texts that end there.
func firstFault(text []byte, at int64) bool {
	return at <= int64(len(text)) && canGoOn(text[:at]) && (at == int64(len(text)) || !canGoOn(text[:at+1]))
}

// canGoOn reports whether a text is JSON or the beginning of JSON.
func canGoOn(text []byte) bool {
	if json.Valid(text) {
		return true
	}
	err := json.NewDecoder(bytes.NewReader(text)).Decode(new(json.RawMessage))
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// number matches the number that a text begins with.
var number = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?`)

func isInfinite(number string) bool {
	x, err := strconv.ParseFloat(number, 64)
	return math.IsInf(x, 0) && errors.Is(err, strconv.ErrRange)
}

// inspect reads JSON that has passed, token by token: its depth, its numbers and its keys.
func inspect(t *testing.T, data []byte, maxDepth int) {
	t.Helper()
	if !json.Valid(data) {
		t.Fatalf("%q passes", data)
	}
	if maxDepth <= 0 {
		maxDepth = jsonscan.DefaultMaxDepth
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	w := walker{t: t, decoder: decoder}
	if w.value(); w.deepest > maxDepth {
		t.Fatalf("%q passes with a depth of %d", data, w.deepest)
	}
	err := jsonscan.Check(data, jsonscan.Options{MaxDepth: maxDepth, DisallowDuplicateKeys: true})
	if _, ok := errors.AsType[*jsonscan.DuplicateKeyError](err); ok != w.duplicate || err != nil && !ok {
		t.Fatalf("Check(%q) = %v; has a key twice: %v", data, err, w.duplicate)
	}
}

// walker goes through a value by the tokens of encoding/json.
type walker struct {
	t              *testing.T
	decoder        *json.Decoder
	depth, deepest int
	duplicate      bool
}

func (w *walker) token() json.Token {
	token, err := w.decoder.Token()
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

func (w *walker) value() {
	switch token := w.token(); token {
	case json.Delim('['):
		w.open()
		for w.decoder.More() {
			w.value()
		}
		w.close()
	case json.Delim('{'):
		w.open()
		keys := map[json.Token]bool{}
		for w.decoder.More() {
			key := w.token()
			w.duplicate = w.duplicate || keys[key]
			keys[key] = true
			w.value()
		}
		w.close()
	default:
		if n, ok := token.(json.Number); ok && isInfinite(n.String()) {
			w.t.Fatalf("the number %s passes", n)
		}
	}
}

func (w *walker) open() {
	w.depth++
	w.deepest = max(w.deepest, w.depth)
}

func (w *walker) close() {
	w.token()
	w.depth--
}
