package querystring_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

// FuzzParse checks what is true of every text: nothing but the cap is an error, what comes out is valid UTF-8, Pairs and Parse agree,
// a text that is written again from its pairs says the same, and what net/url takes without a fault it takes for the same.
func FuzzParse(f *testing.F) {
	for _, text := range texts {
		f.Add(text, 0)
	}
	f.Add("a\xff=\xe2\x82%41", 2)
	f.Fuzz(func(t *testing.T, text string, maxPairs int) {
		values, err := querystring.Parse(text, maxPairs)
		pairs, err2 := querystring.Pairs(text, maxPairs)
		limit := maxPairs
		if limit <= 0 {
			limit = querystring.DefaultMaxPairs
		}
		written := slices.DeleteFunc(strings.Split(text, "&"), func(pair string) bool { return pair == "" })
		tooMany, refused := errors.AsType[*querystring.TooManyError](err)
		if refused != (len(written) > limit) || refused && tooMany.Limit != limit || !refused && err != nil || (err == nil) != (err2 == nil) {
			t.Fatalf("%d pairs of %d: Parse: %v, Pairs: %v", len(written), limit, err, err2)
		}
		if err != nil {
			return
		}
		if len(pairs) != len(written) {
			t.Fatalf("Pairs(%q) has %d pairs", text, len(pairs))
		}
		if standard, err := url.ParseQuery(text); err == nil && utf8.ValidString(text) && clean(standard) && !reflect.DeepEqual(values, querystring.Values(standard)) {
			t.Fatalf("Parse(%q) = %q, net/url has %q", text, values, standard)
		}
		collected := querystring.Values{}
		var again []string
		for _, pair := range pairs {
			if !utf8.ValidString(pair.Key) || !utf8.ValidString(pair.Value) {
				t.Fatalf("Pairs(%q) has the pair %q", text, pair)
			}
			collected[pair.Key] = append(collected[pair.Key], pair.Value)
			again = append(again, escape(pair.Key)+"="+escape(pair.Value))
		}
		if !reflect.DeepEqual(values, collected) {
			t.Fatalf("Parse(%q) = %q, but Pairs has %q", text, values, collected)
		}
		if got, err := querystring.Parse(strings.Join(again, "&"), maxPairs); err != nil || !reflect.DeepEqual(got, values) {
			t.Fatalf("%q is %q, but written again %q, %v", text, values, got, err)
		}
		out, err := values.MarshalJSON()
		if err != nil || !json.Valid(out) {
			t.Fatalf("%q has the JSON text %s, %v", text, out, err)
		}
	})
}

// FuzzEscaped checks that bytes mean the same whether they are escaped or not.
func FuzzEscaped(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Add("\xe2\x82\xff\xf0\x9f\x98\xf0\x9f\xf4\x90\xed\xa0\x80")
	f.Fuzz(func(t *testing.T, text string) {
		plain := strings.NewReplacer("&", "", "=", "", "%", "", "+", "").Replace(text)
		want, err := querystring.Parse("a="+plain, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := querystring.Parse("a="+escape(plain), 0); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%q is %q, but escaped %q, %v", plain, want, got, err)
		}
	})
}

// clean reports whether all is UTF-8: what is none, net/url keeps.
func clean(values url.Values) bool {
	for key, all := range values {
		if !utf8.ValidString(key) || !utf8.ValidString(strings.Join(all, "")) {
			return false
		}
	}
	return true
}

// escape escapes each byte of s.
func escape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}
