package querystring_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

func TestParse(t *testing.T) {
	t.Parallel()
	type values = querystring.Values
	tests := []struct {
		name string
		in   string
		want values
	}{
		{"nothing", "", values{}},
		{"one", "a=1", values{"a": {"1"}}},
		{"repeated", "a=1&b=2&a=3&a=", values{"a": {"1", "3", ""}, "b": {"2"}}},
		{"empty pairs", "&&a=1&&", values{"a": {"1"}}},
		{"no value", "a&b=", values{"a": {""}, "b": {""}}},
		{"no key", "=c", values{"": {"c"}}},
		{"neither", "=", values{"": {""}}},
		{"second equals sign", "a=b=c", values{"a": {"b=c"}}},
		{"semicolon separates nothing", "a=1;b=2", values{"a": {"1;b=2"}}},
		{"flat names", "a[]=1&b[c]=2&d[999999999]=3&e.f=4", values{"a[]": {"1"}, "b[c]": {"2"}, "d[999999999]": {"3"}, "e.f": {"4"}}},
		{"ordinary names", "__proto__=1&constructor=2&__proto__[x]=3", values{"__proto__": {"1"}, "constructor": {"2"}, "__proto__[x]": {"3"}}},
		{"blanks", "a+b=c+d%20e", values{"a b": {"c d e"}}},
		{"decoded once", "%2541=%2541", values{"%41": {"%41"}}},
		{"escaped separators", "a%26b%3D=%26%3d%2B", values{"a&b=": {"&=+"}}},
		{"malformed escapes", "a=%&b=%4&c=%zz&d=%%41&e=100%25%", values{"a": {"%"}, "b": {"%4"}, "c": {"%zz"}, "d": {"%A"}, "e": {"100%%"}}},
		{"escaped UTF-8", "a=%E2%82%AC", values{"a": {"€"}}},
		{"plain UTF-8", "a=€", values{"a": {"€"}}},
		{"half a character escaped", "a=%E2%82", values{"a": {"\ufffd"}}},
		{"half a character", "a=\xe2\x82&b=\xe2\x82x\xff\xff", values{"a": {"\ufffd"}, "b": {"\ufffdx\ufffd\ufffd"}}},
		{"invalid key", "\xff=1&%FF=2", values{"\ufffd": {"1", "2"}}},
		{"surrogates", "a=%ED%A0%BD%ED%B8%80", values{"a": {strings.Repeat("\ufffd", 6)}}},
		{"zero byte", "a%00=%00", values{"a\x00": {"\x00"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := querystring.Parse(tt.in, 0)
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("Parse(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestPairs(t *testing.T) {
	t.Parallel()
	got, err := querystring.Pairs("&b=2&a=1&&b=%33&c\xff", 4)
	want := []querystring.Pair{{"b", "2"}, {"a", "1"}, {"b", "3"}, {"c\ufffd", ""}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Pairs gave %q, %v; want %q", got, err, want)
	}
	for _, in := range []string{"", "&", "&&&"} {
		if got, err := querystring.Pairs(in, 1); got != nil || err != nil {
			t.Errorf("Pairs(%q) = %q, %v", in, got, err)
		}
	}
}

func TestCap(t *testing.T) {
	t.Parallel()
	many := func(n int) string { return strings.Repeat("&a=1", n)[min(1, n):] }
	tests := []struct {
		name  string
		in    string
		cap   int
		limit int // in the error; 0 for no error
	}{
		{"none", "", 1, 0},
		{"as many as allowed", "a&b", 2, 0},
		{"one more", "a&b&c", 2, 2},
		{"the same key counts each time", "a&a&a", 2, 2},
		{"empty pairs do not count", "&&a&&&b&&", 2, 0},
		{"after empty pairs", "&&&&&&a&b&c", 2, 2},
		{"an equals sign is a pair", "=&=&=", 2, 2},
		{"default", many(1000), 0, 0},
		{"over the default", many(1001), 0, 1000},
		{"negative means the default", many(1001), -1, 1000},
		{"raised", many(100_000), 100_000, 0},
		{"far over", many(100_000), 1000, 1000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			values, err1 := querystring.Parse(tt.in, tt.cap)
			pairs, err2 := querystring.Pairs(tt.in, tt.cap)
			for _, err := range []error{err1, err2} {
				tooMany, _ := errors.AsType[*querystring.TooManyError](err)
				if tt.limit == 0 && err != nil || tt.limit > 0 && (tooMany == nil || tooMany.Limit != tt.limit) {
					t.Errorf("got the error %v; want the limit %d", err, tt.limit)
				}
			}
			if tt.limit > 0 && (values != nil || pairs != nil) {
				t.Errorf("with an error came %d keys and %d pairs", len(values), len(pairs))
			}
		})
	}
	_, err := querystring.Parse("a&b&c", 2)
	if want := "querystring: more than 2 parameters; send fewer or raise the cap"; err == nil || err.Error() != want {
		t.Errorf("the error reads %v", err)
	}
}

// TestRepeatedKeysAreApart checks that the values of two keys do not share memory that grows.
func TestRepeatedKeysAreApart(t *testing.T) {
	t.Parallel()
	values, err := querystring.Parse("a=1&b=2&c=3", 0)
	if err != nil {
		t.Fatal(err)
	}
	values["a"] = append(values["a"], "x")
	if got := values.Get("b"); got != "2" {
		t.Errorf("appending to a made b %q", got)
	}
}

func TestAllocations(t *testing.T) {
	tests := []struct {
		name string
		in   string
		cap  int
		want float64
	}{
		{"nothing", "", 0, 2},
		{"one", "a=1", 0, 3},
		{"plain", "id=5f3c9a2e&name=kettle&size=large&tag=steel&tag=new", 0, 6}, // one of them for the second tag
		{"over the cap", strings.Repeat("a=%41&", 5000), 0, 1},                  // the error
	}
	for _, tt := range tests {
		if got := testing.AllocsPerRun(100, func() { _, _ = querystring.Parse(tt.in, tt.cap) }); got > tt.want {
			t.Errorf("%s: Parse allocates %v times, want %v", tt.name, got, tt.want)
		}
	}
	plain := "id=5f3c9a2e&name=kettle&size=large&tag=steel&tag=new"
	if got := testing.AllocsPerRun(100, func() { _, _ = querystring.Pairs(plain, 0) }); got > 1 {
		t.Errorf("Pairs allocates %v times, want the slice only", got)
	}
}

// hostile are texts of about a megabyte that slow other parsers down.
var hostile = map[string]string{
	"nested names":     strings.Repeat("a[a]", 1<<18) + "=1",
	"separators":       strings.Repeat("&", 1<<20),
	"equals signs":     strings.Repeat("=", 1<<20),
	"plus signs":       strings.Repeat("+", 1<<20),
	"percent signs":    strings.Repeat("%", 1<<20),
	"half escapes":     strings.Repeat("%4", 1<<19),
	"malformed UTF-8":  strings.Repeat("%FF", 1<<18),
	"beyond ASCII":     strings.Repeat("é%FF%", 1<<17),
	"invalid bytes":    strings.Repeat("\xff", 1<<20),
	"one key repeated": strings.Repeat("a&", 1<<19),
	"many keys":        manyKeys(1 << 17),
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(string(rune('a'+i%26)) + string(rune(0x400+i%1000)) + string(rune(0x4e00+i/1000)) + "&")
	}
	return b.String()
}

// TestHostileIsLinear compares the memory of a text with that of a text of half the length.
func TestHostileIsLinear(t *testing.T) {
	for name, text := range hostile {
		half := memory(t, text[:len(text)/2])
		whole := memory(t, text)
		if whole > 3*half+4096 {
			t.Errorf("%s: %d bytes for half of the text, %d for all of it", name, half, whole)
		}
		if whole > 64*uint64(len(text)) {
			t.Errorf("%s: %d bytes for a text of %d", name, whole, len(text))
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	values := querystring.Values{"a": {"1", "2"}, "empty": {""}, "none": nil}
	tests := []struct {
		name string
		get  string
		all  []string
		has  bool
	}{
		{"a", "1", []string{"1", "2"}, true},
		{"empty", "", []string{""}, true},
		{"none", "", nil, true},
		{"absent", "", nil, false},
	}
	for _, tt := range tests {
		if got := values.Get(tt.name); got != tt.get {
			t.Errorf("Get(%q) = %q", tt.name, got)
		}
		if got := values.All(tt.name); !slices.Equal(got, tt.all) {
			t.Errorf("All(%q) = %q", tt.name, got)
		}
		if got := values.Has(tt.name); got != tt.has {
			t.Errorf("Has(%q) = %v", tt.name, got)
		}
	}
	if got := querystring.Values(nil); got.Get("a") != "" || got.All("a") != nil || got.Has("a") {
		t.Error("nil values hold something")
	}
}
