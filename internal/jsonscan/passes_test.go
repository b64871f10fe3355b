package jsonscan_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
)

// holds requires that JSON that PassesIfValid is sure of passes Check, and returns whether it is sure.
func holds(t *testing.T, text []byte, o jsonscan.Options) bool {
	t.Helper()
	if !jsonscan.PassesIfValid(text, o) {
		return false
	}
	if err := jsonscan.Check(text, o); err != nil && json.Valid(text) {
		t.Fatalf("PassesIfValid(%q) with a depth of %d, but Check says %v", text, o.MaxDepth, err)
	}
	return true
}

// TestPassesIfValid has texts that are to be known at a glance, and some that are not.
func TestPassesIfValid(t *testing.T) {
	t.Parallel()
	list := func(n int, element string) string { return "[" + strings.Repeat(element+",", n) + "0]" }
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	tests := []struct {
		name, text string
		o          jsonscan.Options
		want       bool
	}{
		{"an order", string(orders(1 << 10)), jsonscan.Options{}, true},
		{"many orders", string(orders(100 << 10)), jsonscan.Options{}, true},
		{"indented", string(indented(orders(100 << 10))), jsonscan.Options{}, true},
		{"nothing", "", jsonscan.Options{}, true},
		{"a digit", "1", jsonscan.Options{}, true},
		{"small exponents", `[1e2,1E+30,-1.5e-300,1e99,0.1e+99,1e-400]`, jsonscan.Options{}, true},
		{"identifiers", `{"id":"5f9e1234-9e400-00e4000","4e567abc":"v1e400","hash":"9E999-1e400"}`, jsonscan.Options{}, true},
		{"numbers in a text", `"weighs 1e400 kg, or -1e400"`, jsonscan.Options{}, false},
		{"large exponents", `[1e300]`, jsonscan.Options{}, false},
		{"a digit too much", strings.Repeat("9", 210), jsonscan.Options{}, false},
		{"many digits", strings.Repeat("9", 209), jsonscan.Options{}, true},
		{"as deep as may be", nested(1000), jsonscan.Options{}, true},
		{"deeper", nested(1001), jsonscan.Options{}, false},
		{"deeper in objects", strings.Repeat(`{"a":`, 1001) + "0" + strings.Repeat("}", 1001), jsonscan.Options{}, false},
		{"small and deep", `[[[]]]`, jsonscan.Options{MaxDepth: 2}, false},
		{"small enough", `[[],[]]`, jsonscan.Options{MaxDepth: 3}, true},
		{"all of it late", `"` + strings.Repeat("x", 5000) + `",` + nested(1001), jsonscan.Options{}, false},
		{"all of it early", list(1, nested(1000)+strings.Repeat(" ", 5000)), jsonscan.Options{}, false},
		{"flat and long", list(1900, "[0]"), jsonscan.Options{}, true},
		{"flat and longer", list(3000, "[0]"), jsonscan.Options{}, false},
		{"keys that may repeat", `{"a":1}`, jsonscan.Options{DisallowDuplicateKeys: true}, false},
	}
	for _, test := range tests {
		if got := holds(t, []byte(test.text), test.o); got != test.want {
			t.Errorf("%s: got %v", test.name, got)
		}
	}
}

// TestPassesAnywhere puts numbers of any size at each place of a word, behind and before what may be there.
func TestPassesAnywhere(t *testing.T) {
	t.Parallel()
	numbers := []string{"1e400", "-1E400", "1e+309", "1.5E+0400", "0e999", "9e308", "1e-400", "5e99", "1e0000001", "0.1e310", "-0.5E+310"}
	for _, digits := range []int{1, 207, 208, 209, 210, 211, 307, 308, 309, 310, 420, 700} {
		for _, end := range []string{"", "e9", "e99", "e+99", "E100", "e-99", ".5", ".5e99"} {
			numbers = append(numbers, strings.Repeat("9", digits)+end, "-1"+strings.Repeat("0", digits)+end, "0."+strings.Repeat("9", digits)+end)
		}
	}
	around := [][2]string{{"", ""}, {"[", "]"}, {`["e1",`, `,"1e400"]`}, {`{"a":`, `,"b":1e5}`}, {"[0,\n", "\t]"}, {"[\r", "]"}, {`["\\\"",`, "]"}}
	for _, number := range numbers {
		for _, frame := range around {
			for before := 0; before < 220; before += 1 + before/50 {
				text := strings.Repeat(" ", before) + frame[0] + number + frame[1] + strings.Repeat(" ", before%19)
				holds(t, []byte(text), jsonscan.Options{})
			}
		}
	}
}

// TestPassesDeepAnywhere puts levels before, across and behind the middle of a text.
func TestPassesDeepAnywhere(t *testing.T) {
	t.Parallel()
	for depth := range 6 {
		arrays := strings.Repeat("[", depth) + "0" + strings.Repeat("]", depth)
		objects := strings.Repeat(`{"":`, depth) + "0" + strings.Repeat("}", depth)
		for before := range 20 {
			for after := range 20 {
				for limit := 1; limit <= depth; limit++ {
					holds(t, []byte(strings.Repeat(" ", before)+arrays+strings.Repeat(" ", after)), jsonscan.Options{MaxDepth: limit})
					holds(t, []byte(strings.Repeat(" ", before)+objects+strings.Repeat(" ", after)), jsonscan.Options{MaxDepth: limit})
				}
			}
		}
	}
}

// TestPassesShortNumbers writes every text of up to six of the characters of numbers, with a bracket and a space.
func TestPassesShortNumbers(t *testing.T) {
	t.Parallel()
	const alphabet = "90eE+-.[ "
	var try func(text []byte, more int)
	try = func(text []byte, more int) {
		if json.Valid(text) {
			holds(t, text, jsonscan.Options{MaxDepth: 1})
		}
		if more == 0 {
			return
		}
		for i := range len(alphabet) {
			try(append(text, alphabet[i]), more-1)
		}
	}
	try(nil, 6)
}

// TestPassesRandom writes JSON of any shape, with depths about the limit, and strings that look like what is looked for.
func TestPassesRandom(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 14))
	sure, refused := 0, 0
	for range 8000 {
		w := writer{r: r, left: r.IntN(60), deep: r.IntN(9) + 1}
		w.value(0)
		text, o := []byte(w.String()), jsonscan.Options{MaxDepth: r.IntN(8) + 1}
		if !json.Valid(text) {
			t.Fatalf("wrote %q", text)
		}
		if holds(t, text, o) {
			sure++
		} else if jsonscan.Check(text, o) != nil {
			refused++
		}
	}
	if sure < 800 || refused < 800 {
		t.Errorf("sure of %d, and rightly not of %d: the texts are too much alike", sure, refused)
	}
}

// writer writes random JSON.
type writer struct {
	strings.Builder
	r    *rand.Rand
	left int // values to write
	deep int // levels at most
}

func (w *writer) value(depth int) {
	w.left--
	w.space()
	switch kind := w.r.IntN(8); {
	case kind < 5 && depth < w.deep && (depth == 0 || w.left > 0):
		w.list(depth, kind < 2)
	case kind < 6:
		w.str()
	default:
		w.number()
	}
	w.space()
}

func (w *writer) list(depth int, object bool) {
	ends := "[]"
	if object {
		ends = "{}"
	}
	w.WriteByte(ends[0])
	for i := 0; w.left > 0 && w.r.IntN(6) > 0; i++ {
		if i > 0 {
			w.WriteByte(',')
		}
		if object {
			w.str()
			w.WriteByte(':')
		}
		w.value(depth + 1)
	}
	w.WriteByte(ends[1])
}

func (w *writer) str() {
	pieces := []string{`\"`, `\\`, "[", "]", "{", "}", "]]]}}}", `\\\"`, "1e400", ",9e999", "é", "abcdefgh", `\u00e9`, `\\\\`, strings.Repeat("7", 215)}
	w.WriteByte('"')
	for range w.r.IntN(4) {
		w.WriteString(pieces[w.r.IntN(len(pieces))])
	}
	w.WriteByte('"')
}

func (w *writer) number() {
	if w.r.IntN(2) == 0 {
		w.WriteByte('-')
	}
	digits := []int{1, 2, 9, 208, 209, 210, 309}
	w.WriteString("1" + strings.Repeat("0", digits[w.r.IntN(len(digits))]))
	if w.r.IntN(2) == 0 {
		w.WriteString(".25")
	}
	if w.r.IntN(3) == 0 {
		fmt.Fprintf(w, "%c%s%d", "eE"[w.r.IntN(2)], []string{"", "+", "-"}[w.r.IntN(3)], w.r.IntN(400))
	}
}

func (w *writer) space() {
	if w.r.IntN(4) == 0 {
		w.WriteString([]string{" ", "\n  ", "\t", "\r\n"}[w.r.IntN(4)])
	}
}

// FuzzPasses holds that no JSON passes at a glance that Check refuses.
func FuzzPasses(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text), 0, uint8(0))
		f.Add([]byte(text), 3, uint8(17))
	}
	for _, text := range append(samples, string(orders(1<<10)), `["]]]","\\\"[[[",[[[]]]]`, `{"a":[{"b":[{}]}]}`, `{"x":"9e4","y":[4e309,1E+400]}`) {
		f.Add([]byte(text), 2, uint8(1))
	}
	f.Fuzz(func(t *testing.T, text []byte, maxDepth int, indent uint8) {
		text = append([]byte(strings.Repeat(" ", int(indent))), text...)
		for _, depth := range []int{maxDepth, 1, len(text) / 4} {
			holds(t, text, jsonscan.Options{MaxDepth: depth})
		}
		if jsonscan.PassesIfValid(text, jsonscan.Options{MaxDepth: maxDepth, DisallowDuplicateKeys: true}) {
			t.Fatal("keys are not looked at")
		}
	})
}
