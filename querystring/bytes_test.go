package querystring_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

// TestEachByte puts every byte into a key and a value, plain and escaped in both cases.
func TestEachByte(t *testing.T) {
	t.Parallel()
	plain := map[byte]querystring.Values{
		'&': {"a": {""}, "b": {"c"}, "d": {""}},
		'=': {"a": {"b=c=d"}},
		'+': {"a b": {"c d"}},
	}
	for i := range 256 {
		c := byte(i)
		text := string([]byte{c})
		if c >= 0x80 {
			text = "\ufffd" // alone it is no character
		}
		want := querystring.Values{"a" + text + "b": {"c" + text + "d"}}
		for _, escaped := range []string{fmt.Sprintf("%%%02x", c), fmt.Sprintf("%%%02X", c)} {
			in := "a" + escaped + "b=c" + escaped + "d"
			if got, err := querystring.Parse(in, 0); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("Parse(%q) = %q, %v; want %q", in, got, err, want)
			}
		}
		if other, found := plain[c]; found {
			want = other
		}
		in := "a" + string([]byte{c}) + "b=c" + string([]byte{c}) + "d"
		if got, err := querystring.Parse(in, 0); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Parse(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

// TestEachPairOfDigits puts every two bytes after a percent sign: two hexadecimal digits are decoded, all else stays.
func TestEachPairOfDigits(t *testing.T) {
	t.Parallel()
	digits := map[byte]int{}
	for i, c := range []byte("0123456789abcdef") {
		digits[c] = i
	}
	for i, c := range []byte("ABCDEF") {
		digits[c] = 10 + i
	}
	for first := byte(' '); first < 0x7f; first++ {
		for second := byte(' '); second < 0x7f; second++ {
			if first == '&' || first == '+' || second == '&' || second == '+' {
				continue
			}
			in := "%" + string([]byte{first, second})
			want := in
			hi, ok1 := digits[first]
			lo, ok2 := digits[second]
			if ok1 && ok2 {
				want = string(rune(hi<<4 | lo))
				if hi >= 8 {
					want = "\ufffd"
				}
			}
			if got, err := querystring.Parse("x="+in, 0); err != nil || got.Get("x") != want {
				t.Errorf("Parse(%q) = %q, %v; want %q", in, got, err, want)
			}
		}
	}
}
