package bytesize_test

import (
	"encoding/json"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/bytesize"
)

// size is the grammar of a size. Letters fold as in ASCII: no other character is a k.
var size = regexp.MustCompile(`^\+?([0-9]+(?:\.[0-9]+)?)(?: *([kKmMgGtTpP]?)[bB])?$`)

// reference computes a size with fractions of any length, as the grammar has it. Blanks are allowed only before a unit.
func reference(text string) (n int64, ok bool) {
	match := size.FindStringSubmatch(text)
	if match == nil {
		return 0, false
	}
	value, ok := new(big.Rat).SetString(match[1])
	if !ok {
		return 0, false
	}
	if match[2] != "" {
		shift := 10 * (1 + strings.Index("kmgtp", strings.ToLower(match[2])))
		value.Mul(value, new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), uint(shift))))
	}
	floor := new(big.Int).Quo(value.Num(), value.Denom())
	return floor.Int64(), floor.IsInt64()
}

// FuzzParse holds Parse to exact arithmetic, and its advice to being a size.
func FuzzParse(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Add("+0.99999999999999999999 PB")
	f.Add("9007199254740993.4999999999999999999999999999kb")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := bytesize.Parse(text)
		if want, ok := reference(text); len(text) < 1000 && (ok != (err == nil) || int64(got) != want && ok) {
			t.Fatalf("Parse(%q) = %d, %v; want %d, %v", text, got, err, want, ok)
		}
		for _, other := range advised(err) {
			// What is advised is a size, if perhaps too large a one in turn.
			if _, err := bytesize.Parse(other); err != nil && !strings.Contains(err.Error(), "is too large") {
				t.Fatalf("Parse(%q) advises %q, but %v", text, other, err)
			}
		}
		if err != nil && (got != 0 || !strings.HasPrefix(err.Error(), "bytesize: ")) {
			t.Fatalf("Parse(%q) = %d, %v", text, got, err)
		}
	})
}

// FuzzSize checks that printing a printed size changes nothing, and that encodings lose nothing.
func FuzzSize(f *testing.F) {
	for _, number := range numbers {
		f.Add(number)
	}
	f.Fuzz(func(t *testing.T, number int64) {
		size := bytesize.Size(number)
		text, err := size.MarshalText()
		if number < 0 {
			if err == nil {
				t.Fatalf("Size(%d) has the text %q", number, text)
			}
			return
		}
		var back, fromJSON bytesize.Size
		if err := back.UnmarshalText(text); err != nil || back != size {
			t.Fatalf("%d became %q and then %d, %v", number, text, int64(back), err)
		}
		encoded, err := json.Marshal(size)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(encoded, &fromJSON); err != nil || fromJSON != size {
			t.Fatalf("%d became %s and then %d, %v", number, encoded, int64(fromJSON), err)
		}
		printed := size.String()
		again, err := bytesize.Parse(printed)
		if err == nil && again.String() != printed && !strings.HasPrefix(printed, "1024") {
			t.Fatalf("%d prints as %q, which prints as %q", number, printed, again)
		}
		if err != nil && number < int64(8191*bytesize.PB) {
			t.Fatalf("%d prints as %q, but %v", number, printed, err)
		}
	})
}
