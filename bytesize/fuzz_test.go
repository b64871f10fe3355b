package bytesize_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/bytesize"
)

func FuzzParse(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		size, err := bytesize.Parse(text)
		for _, other := range advised(err) {
			// What is advised is a size, if perhaps too large a one in turn.
			if _, err := bytesize.Parse(other); err != nil && !strings.Contains(err.Error(), "is too large") {
				t.Fatalf("Parse(%q) advises %q, but %v", text, other, err)
			}
		}
		if err != nil {
			if size != 0 || !strings.HasPrefix(err.Error(), "bytesize: ") {
				t.Fatalf("Parse(%q) = %d, %v", text, size, err)
			}
			return
		}
		if size < 0 {
			t.Fatalf("Parse(%q) = %d", text, size)
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
