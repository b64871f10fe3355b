package bytesize_test

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/bytesize"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want bytesize.Size
	}{
		{"0", 0},
		{"1000", 1000},
		{"+1000", 1000},
		{"1b", 1},
		{"1kb", 1024},
		{"1mb", 1 << 20},
		{"1gb", 1 << 30},
		{"1tb", 1 << 40},
		{"1pb", 1 << 50},
		{"500kb", 500 * bytesize.KB},
		{"4MB", 4 * bytesize.MB},
		{"4 Mb", 4 * bytesize.MB},
		{"4    mB", 4 * bytesize.MB},
		{"+4mb", 4 * bytesize.MB},
		{"007kb", 7 * bytesize.KB},
		{"1.5kb", 1536},
		{"0.3kb", 307},
		{"1.9", 1},
		{"0.9b", 0},
		{"0kb", 0},
		{"9223372036854775807", math.MaxInt64},
		{"8191pb", 8191 * bytesize.PB},
	}
	for _, tt := range tests {
		if got, err := bytesize.Parse(tt.in); err != nil || got != tt.want {
			t.Errorf("Parse(%q) = %d, %v; want %d", tt.in, got, err, tt.want)
		}
	}
}

// TestExact has sizes for which the original, which calculates with float64, is a byte or more off.
func TestExact(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want bytesize.Size
	}{
		{"0.99999999999999999kb", 1023},                               // 1024 there
		{"0.99999999999999999pb", bytesize.PB - 1},                    // 1pb there
		{"9007199254740993", 1<<53 + 1},                               // …992 there
		{"8.000000000000001pb", 8*bytesize.PB + 1},                    // …000 there
		{"4095.9999999999999999999pb", 4096*bytesize.PB - 1},          // 4096pb there
		{"0.00000000000000088817841970012523233890533447265625pb", 1}, // 2^-50, to its last decimal
		{"0.00000000000000088817841970012523233890533447265624pb", 0},
		{"0.00000000000000088817841970012523233890533447265624999999999999999pb", 0},
		{"0.5" + strings.Repeat("0", 5000) + "1kb", 512},
		{strings.Repeat("0", 5000) + "1kb", 1024},
		{"8191." + strings.Repeat("9", 5000) + "pb", math.MaxInt64},
	}
	for _, tt := range tests {
		if got, err := bytesize.Parse(tt.in); err != nil || got != tt.want {
			t.Errorf("Parse(%.80q) = %d, %v; want %d", tt.in, got, err, tt.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	const general = `write a number of bytes or a number with one of b, kb, mb, gb, tb, pb, such as "1mb"`
	const small = `write at most "9223372036854775807", which is just below "8192pb"`
	tests := []struct{ in, want string }{
		{"", `bytesize: "" is no size; ` + general},
		{"abc", `bytesize: "abc" does not begin with a number; ` + general},
		{"NaN", `bytesize: "NaN" does not begin with a number; ` + general},
		{"kb", `bytesize: "kb" does not begin with a number; ` + general},
		{".5kb", `bytesize: ".5kb" does not begin with a number; write "0.5kb"`},
		{".kb", `bytesize: ".kb" does not begin with a number; ` + general},
		{"5.kb", `bytesize: "5.kb" has no digits after the point; write "5kb"`},
		{"5.", `bytesize: "5." has no digits after the point; write "5"`},
		{"1.2.3kb", `bytesize: "1.2.3kb" has no unit that is known; ` + general},
		{"1k", `bytesize: "1k" has no unit that is known; write "1kb"`},
		{"1.50M", `bytesize: "1.50M" has no unit that is known; write "1.50mb"`},
		{"1kib", `bytesize: "1kib" has no unit that is known; write "1kb"`},
		{"2 GiB", `bytesize: "2 GiB" has no unit that is known; write "2gb"`},
		{"2 tbytes", `bytesize: "2 tbytes" has no unit that is known; write "2tb"`},
		{"20 bytes", `bytesize: "20 bytes" has no unit that is known; write "20b"`},
		{"12abc", `bytesize: "12abc" has no unit that is known; ` + general},
		{"1e3", `bytesize: "1e3" has no unit that is known; ` + general},
		{"0x10", `bytesize: "0x10" has no unit that is known; ` + general},
		{"1,5kb", `bytesize: "1,5kb" has no unit that is known; ` + general},
		{"1\u00a0kb", `bytesize: "1\u00a0kb" has no unit that is known; ` + general},
		{"1\tkb", `bytesize: "1\tkb" has no unit that is known; ` + general},
		{"1\u212ab", `bytesize: "1` + "\u212a" + `b" has no unit that is known; ` + general}, // the sign of Kelvin, which folds to k
		{"-1kb", `bytesize: "-1kb" is negative; write "1kb"`},
		{"-1k", `bytesize: "-1k" is negative; write "1kb"`},
		{"--1", `bytesize: "--1" is negative; write "1"`},
		{"-x", `bytesize: "-x" is negative; ` + general},
		{"-", `bytesize: "-" is negative; ` + general},
		{"+", `bytesize: "+" does not begin with a number; ` + general},
		{" 1kb", `bytesize: " 1kb" has blanks around it; write "1kb"`},
		{"1mb\n", `bytesize: "1mb\n" has blanks around it; write "1mb"`},
		{" ", `bytesize: " " has blanks around it; ` + general},
		{"9223372036854775808", `bytesize: "9223372036854775808" is too large; ` + small},
		{"99999999999999999999999", `bytesize: "99999999999999999999999" is too large; ` + small},
		{"8192pb", `bytesize: "8192pb" is too large; ` + small},
		{"9007199254740992kb", `bytesize: "9007199254740992kb" is too large; ` + small},
	}
	for _, tt := range tests {
		size, err := bytesize.Parse(tt.in)
		if err == nil || err.Error() != tt.want || size != 0 {
			t.Errorf("Parse(%q) = %d, %v; want %s", tt.in, size, err, tt.want)
		}
		for _, text := range advised(err) {
			if _, err := bytesize.Parse(text); err != nil {
				t.Errorf("Parse(%q) advises %q, but %v", tt.in, text, err)
			}
		}
	}
}

var advice = regexp.MustCompile(`write (?:at most )?"([^"]+)"`)

// advised returns what an error says to write.
func advised(err error) []string {
	if err == nil {
		return nil
	}
	match := advice.FindStringSubmatch(err.Error())
	return match[min(1, len(match)):]
}

func TestMustParse(t *testing.T) {
	t.Parallel()
	if got := bytesize.MustParse("1mb"); got != bytesize.MB {
		t.Errorf("MustParse gave %d", got)
	}
	defer func() {
		err, _ := recover().(error)
		if err == nil || !strings.Contains(err.Error(), `write "1kb"`) {
			t.Errorf("MustParse panicked with %v", err)
		}
	}()
	bytesize.MustParse("1k")
}

func TestString(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   bytesize.Size
		want string
	}{
		{0, "0B"},
		{1000, "1000B"},
		{1023, "1023B"},
		{1024, "1KB"},
		{1029, "1KB"},
		{1030, "1.01KB"},
		{1152, "1.13KB"}, // 1.125: halves go up, in JavaScript
		{512000, "500KB"},
		{1<<20 - 1, "1024KB"}, // rounded up to the next unit, but not into it
		{4 << 20, "4MB"},
		{1000000000, "953.67MB"},
		{3 * bytesize.GB / 2, "1.5GB"},
		{math.MaxInt64, "8192PB"},
		{-1152, "-1.13KB"},
		{math.MinInt64, "-8192PB"},
	}
	for _, tt := range tests {
		if got := tt.in.String(); got != tt.want {
			t.Errorf("Size(%d).String() = %q, want %q", int64(tt.in), got, tt.want)
		}
	}
}

func TestAllocations(t *testing.T) {
	for _, in := range []string{"1048576", "1mb", "1.5 GB"} {
		if n := testing.AllocsPerRun(100, func() { _, _ = bytesize.Parse(in) }); n != 0 {
			t.Errorf("Parse(%q) allocates %v times", in, n)
		}
	}
	size := bytesize.Size(1234567)
	if n := testing.AllocsPerRun(100, func() { _ = size.String() }); n > 1 {
		t.Errorf("String allocates %v times", n)
	}
}
