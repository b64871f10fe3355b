package oracle_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	codec "github.com/gin-gonic/gin/codec/json"

	"github.com/gin-apiroutes/apiroutes/bytesize"
	"github.com/gin-apiroutes/apiroutes/internal/contenttype"
	"github.com/gin-apiroutes/apiroutes/internal/cookie"
	"github.com/gin-apiroutes/apiroutes/internal/httpcache"
	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
	"github.com/gin-apiroutes/apiroutes/internal/location"
	"github.com/gin-apiroutes/apiroutes/internal/respond/stringify"
	"github.com/gin-apiroutes/apiroutes/querystring"
)

// question is an input with the answer of the original.
type question struct {
	Input  json.RawMessage `json:"input"`
	Answer json.RawMessage `json:"answer"`
}

// answer is what oracle.mjs prints.
type answer struct {
	Value json.RawMessage `json:"value"`
	Error bool            `json:"error"`
}

// input reads the question.
func input[T any](q question) T { return decode[T](q.Input) }

// decode reads JSON that this package or oracle.mjs has written.
func decode[T any](data json.RawMessage) T {
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		panic(fmt.Sprintf("%s: %v", data, err))
	}
	return v
}

// theirs reads the answer; threw says that there is none.
func theirs[T any](q question) (v T, threw bool) {
	a := decode[answer](q.Answer)
	if a.Error {
		return v, true
	}
	return decode[T](a.Value), false
}

// differ compares two results by their text.
func differ(want, got any) string {
	w, g := fmt.Sprintf("%#v", want), fmt.Sprintf("%#v", got)
	if w == g {
		return ""
	}
	return "want " + w + ", got " + g
}

// checkSize: what bytes recognises means the same here; everything else is an
// error, on purpose.
func checkSize(q question) string {
	text := input[string](q)
	a := decode[answer](q.Answer)
	size, err := bytesize.Parse(text)
	want, number := strconv.ParseFloat(strings.Trim(string(a.Value), `"`), 64)
	if err != nil {
		if sound(text) && want < math.MaxInt64 {
			return fmt.Sprintf("a sound size is refused: %v", err)
		}
		return ""
	}
	if number != nil {
		return fmt.Sprintf("the original says %s, ours %d", a.Value, size)
	}
	// bytes calculates with float64 and is off by a little for large fractions.
	if math.Abs(want-float64(size)) > want*1e-14 {
		return differ(int64(want), int64(size))
	}
	return ""
}

// sound is what the documentation of bytes allows, without a minus.
func sound(text string) bool {
	text = strings.TrimPrefix(text, "+")
	number := strings.TrimRight(strings.ToLower(text), "bkmgtp")
	unit := strings.ToLower(text)[len(number):]
	number = strings.TrimRight(number, " ")
	whole, fraction, dot := strings.Cut(number, ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	if number == text[:min(len(text), len(number))] && unit == "" && len(number) != len(text) {
		return false // blanks and no unit
	}
	return digits(whole) && (!dot || digits(fraction)) && slices.Contains([]string{"", "b", "kb", "mb", "gb", "tb", "pb"}, unit)
}

func checkFormat(q question) string {
	want, _ := theirs[string](q)
	return differ(want, bytesize.Size(input[int64](q)).String())
}

// flatten makes the pairs of the original a map, as ours are.
func flatten(q question) map[string][]string {
	list, _ := theirs[[][2]any](q)
	values := map[string][]string{}
	for _, pair := range list {
		for _, value := range pair[1].([]any) {
			key := pair[0].(string)
			values[key] = append(values[key], value.(string))
		}
	}
	return values
}

// latin1 writes characters as the bytes that Node reads as these characters.
func latin1(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
	}
	return b.String()
}

func checkCookies(q question) string {
	got, err := cookie.Parse([]string{latin1(input[string](q))}, 0)
	if err != nil {
		return err.Error()
	}
	lists := map[string][]string{}
	for name, value := range got {
		lists[name] = []string{value}
	}
	return differ(flatten(q), lists)
}

func checkContentType(q question) string {
	type parsed struct{ Type, Charset string }
	want, _ := theirs[parsed](q)
	mediaType, charset := contenttype.Parse(latin1(input[string](q)))
	// The original keeps the characters of the header, ours its bytes.
	want.Charset = latin1(want.Charset)
	return differ(want, parsed{mediaType, charset})
}

func checkFresh(q question) string {
	c := input[conditional](q)
	header := http.Header{}
	for name, value := range c.Headers {
		header.Set(name, value)
	}
	want, _ := theirs[bool](q)
	return differ(want, httpcache.Fresh(header, c.ETag))
}

func checkTextTag(q question) string {
	want, _ := theirs[string](q)
	return differ(want, httpcache.ETag(input[string](q)))
}

func checkBufferTag(q question) string {
	b, err := hex.DecodeString(input[string](q))
	if err != nil {
		return err.Error()
	}
	want, _ := theirs[string](q)
	return differ(want, httpcache.BufferETag(b))
}

func checkPairs(q question) string { return comparePairs(q, input[string](q)) }

// checkPairBytes reads bytes as a parser of bodies does: as UTF-8, with U+FFFD
// for what is none.
func checkPairBytes(q question) string {
	b, err := hex.DecodeString(input[string](q))
	if err != nil {
		return err.Error()
	}
	return comparePairs(q, string(b))
}

func comparePairs(q question, text string) string {
	got, err := querystring.Parse(text, 0)
	if err != nil {
		return err.Error()
	}
	return differ(flatten(q), map[string][]string(got))
}

// place is where a browser goes.
type place struct{ Origin, Rest string }

// checkTarget: a target that is taken for a local one leads to the same origin, and what is sent in its place to the same page.
func checkTarget(q question) string {
	target := input[[]string](q)
	local, err := location.Local(target[0])
	if err != nil {
		return ""
	}
	if local != target[1] {
		return fmt.Sprintf("it is sent as %q now; record it again with -update", local)
	}
	want, threw := theirs[[]place](q)
	if threw || want[0].Origin != "https://app.example" || strings.HasPrefix(want[0].Rest, "//") {
		return fmt.Sprintf("it is accepted and leads to %+v", want)
	}
	return differ(want[0], want[1])
}

// lone is half a surrogate pair, which JSON.stringify writes as an escape, or
// an escaped backslash, which may stand before the letters of one.
var lone = regexp.MustCompile(`\\\\|\\ud[89a-f][0-9a-f]{2}`)

// replaceLone puts U+FFFD where half a surrogate pair is: Go strings are UTF-8.
func replaceLone(text string) string {
	return lone.ReplaceAllStringFunc(text, func(found string) string {
		if found == `\\` {
			return found
		}
		return "\uFFFD"
	})
}

// checkJSON: the same texts are JSON, and the values print alike; numbers that
// overflow are refused, on purpose.
func checkJSON(q question) string {
	text := []byte(input[string](q))
	want, threw := theirs[string](q)
	err := jsonscan.Check(text, jsonscan.Options{})
	if _, overflow := errors.AsType[*jsonscan.RangeError](err); overflow {
		return ""
	}
	if threw != (err != nil) {
		return fmt.Sprintf("the original throws: %v, ours says %v", threw, err)
	}
	if threw {
		return ""
	}
	var v any
	if err := codec.API.Unmarshal(bytes.Clone(text), &v); err != nil {
		return fmt.Sprintf("valid, but not decoded: %v", err)
	}
	got, err := stringify.Append(nil, v)
	if err != nil {
		return err.Error()
	}
	return differ(replaceLone(want), string(got))
}
