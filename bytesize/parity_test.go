package bytesize_test

import (
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/bytesize"
)

// texts are inputs whose answers are recorded besides random ones.
var texts = []string{
	"", "0", "1", "+1", "-1", "1024", "1048576", "1.5", "1.9b", "1b", "1B", "5 b", "+5  B",
	"1kb", "1KB", "1Kb", "1kB", "1 kb", "1   kb", "+1kb", "-1kb", "- 1kb", "+ 1kb", "00010kb", "1.0kb", "1.5kb", "1.50kb",
	"0.3kb", "1.kb", ".5kb",
	"500kb", "1mb", "4mb", "10 MB", "1.5 GB", "2gb", "1tb", "1.1tb", "3pb", "0.1pb", "7pb", "0.000000000000001pb",
	"1k", "1m", "1kib", "1Ki", "1kbit", "1kbps", "12abc", "abc", "NaN", "Infinity", "1e3", "1e3kb", "0x10", "1_000",
	"1,5kb", "1,000", "1.2.3kb",
	" 1kb", "1kb ", "1\tkb", "1\u00a0kb", "1kb\n", "\n1kb", "1 024kb", "kb", "mb1", "1kb1", "++1kb", "+-1kb", "٣kb",
	"1\u212ab", "1mb, 2mb", "null", "true",
}

// numbers are sizes whose printed form is recorded, together with their neighbours.
var numbers = []int64{
	0, 1, 10, 100, 500, 1000, 1024, 1126, 1152, 1280, 1536, 10_000, 512_000, 1_000_000, 1 << 20, 1<<20 + 5243, 1_500_000, 4 << 20,
	4_194_304, 10 << 20, 999_999_999, 1_000_000_000, 1 << 30, 1<<30 + 1<<29, 1 << 40, 5 << 40, 1_234_567_890_123, 1 << 50, 7 << 50, 1<<53 - 2,
}

// sized matches what the package comment promises to accept; the rest of its words is covered by the recording.
var sized = regexp.MustCompile(`^\+?([0-9]+(?:\.[0-9]+)?)(?: *([bB]|[kKmMgGtTpP][bB]))?$`)

type pair[A, B any] struct {
	in  A
	out B
}

func (p *pair[A, B]) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&p.in, &p.out})
}

func TestSameAsNextJS(t *testing.T) {
	t.Parallel()
	if *update {
		record(t, map[string]any{"parse": randomTexts(300), "format": randomNumbers(300)})
	}
	data, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct {
		Parse  []pair[string, *float64]
		Format []pair[int64, string]
	}
	if err := json.Unmarshal(data, &recorded); err != nil {
		t.Fatal(err)
	}
	if len(recorded.Parse) < 300 || len(recorded.Format) < 300 {
		t.Fatalf("%s has %d and %d cases only", recording, len(recorded.Parse), len(recorded.Format))
	}
	for _, c := range recorded.Parse {
		checkParsed(t, c.in, c.out)
	}
	for _, c := range recorded.Format {
		if got := bytesize.Size(c.in).String(); got != c.out {
			t.Errorf("Size(%d).String() = %q, the original has %q", c.in, got, c.out)
		}
	}
}

// checkParsed compares the size of a text with the exact one, and with the original's, which may be another only where the
// original's rounding shows.
func checkParsed(t *testing.T, text string, original *float64) {
	t.Helper()
	size, err := bytesize.Parse(text)
	match := sized.FindStringSubmatch(text)
	if match == nil {
		if err == nil {
			t.Errorf("Parse(%q) = %d", text, size)
		}
		return
	}
	unit := int64(1) << (10 * max(0, strings.Index("bkmgtp", strings.ToLower(match[2] + "b")[:1])))
	exact, _ := new(big.Rat).SetString(match[1])
	exact.Mul(exact, new(big.Rat).SetInt64(unit))
	want := new(big.Int).Quo(exact.Num(), exact.Denom())
	if (err == nil) != want.IsInt64() || err == nil && int64(size) != want.Int64() {
		t.Errorf("Parse(%q) = %d, %v; exact is %s", text, size, err, want)
	}
	if err != nil || float64(size) == *original {
		return
	}
	number, _ := strconv.ParseFloat(match[1], 64)
	rounded := math.Floor(number * float64(unit))
	if rounded != *original || rounded-float64(size) > 1+float64(size)*0x1p-52 {
		t.Errorf("Parse(%q) = %d; the original has %v", text, size, *original)
	}
}

// randomTexts returns the texts above and n more that are or look like sizes.
func randomTexts(n int) []string {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	all := append([]string(nil), texts...)
	for range n {
		s := pick("", "", "", "", "+", "-") + strconv.Itoa(r.IntN(1<<r.IntN(20)))
		if r.IntN(2) == 0 {
			s += "." + strconv.Itoa(r.IntN(1<<r.IntN(25)))
		}
		s += strings.Repeat(" ", max(0, r.IntN(6)-3)) + pick("b", "kb", "mb", "gb", "tb", "pb", "KB", "mB", "Gb", "", "k", "kib", "x")
		if size := r.IntN(40); size == 0 {
			s += pick(" ", "s", "1", ".")
		}
		all = append(all, s)
	}
	return all
}

// randomNumbers returns the numbers above with their neighbours and n more of all magnitudes that a float64 holds.
func randomNumbers(n int) []int64 {
	r := rand.New(rand.NewPCG(3, 4))
	all := make([]int64, 0, 4*len(numbers)+n)
	for _, x := range numbers {
		all = append(all, max(0, x-1), x, x+1, -x)
	}
	for range n {
		x := r.Int64N(1 << (1 + r.IntN(53)))
		if unit := r.IntN(4); unit > 0 { // halves of a hundredth of a unit are where rounding is delicate
			x = x >> (10 * unit) << (10 * unit)
			x += int64(r.IntN(200)*2+1) * (1 << (10 * unit)) / 400
		}
		all = append(all, x)
	}
	return all
}
