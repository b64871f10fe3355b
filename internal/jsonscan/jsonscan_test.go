package jsonscan_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
)

func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in     string
		offset int64
		msg    string
	}{
		{"", 0, "unexpected end in place of a value"},
		{" \n", 2, "unexpected end in place of a value"},
		{"?", 0, "unexpected '?' in place of a value"},
		{"\ufeff1", 0, "unexpected byte 0xef in place of a value"},
		{"\x00", 0, `unexpected '\x00' in place of a value`},
		{"'a'", 0, `unexpected '\'' in place of a value`},
		{"1,2", 1, "unexpected ',' after the value"},
		{"1 2", 2, "unexpected '2' after the value"},
		{"[]]", 2, "unexpected ']' after the value"},
		{"null\x00", 4, `unexpected '\x00' after the value`},
		{"nul", 3, "unexpected end in the literal null"},
		{"trve", 2, "unexpected 'v' in the literal true"},
		{"-", 1, "unexpected end in a number"},
		{"-a", 1, "unexpected 'a' in a number"},
		{"1.", 2, "unexpected end in a number"},
		{"1.e5", 2, "unexpected 'e' in a number"},
		{"1e+", 3, "unexpected end in a number"},
		{"1ex", 2, "unexpected 'x' in a number"},
		{"01", 1, "unexpected '1' after the value"},
		{"[01]", 2, "unexpected '1' in place of a comma or a closing bracket"},
		{`"abc`, 4, "unexpected end in a string"},
		{`"abc\"`, 6, "unexpected end in a string"},
		{"\"ab\ncd\"", 3, `unexpected '\n' in a string`},
		{"\"" + strings.Repeat("x", 20) + "\x1f\"", 21, `unexpected '\x1f' in a string`},
		{`"\`, 2, "unexpected end in an escape"},
		{`"\x"`, 2, "unexpected 'x' in an escape"},
		{`"\u12`, 5, "unexpected end in an escape"},
		{`"\u12x4"`, 5, "unexpected 'x' in an escape"},
		{"[", 1, "unexpected end in place of a value"},
		{"[1", 2, "unexpected end in place of a comma or a closing bracket"},
		{"[1,]", 3, "unexpected ']' in place of a value"},
		{"[1}", 2, "unexpected '}' in place of a comma or a closing bracket"},
		{"[1 2]", 3, "unexpected '2' in place of a comma or a closing bracket"},
		{"{", 1, "unexpected end in place of a key"},
		{"{1:2}", 1, "unexpected '1' in place of a key"},
		{`{"a`, 3, "unexpected end in a string"},
		{`{"a"`, 4, "unexpected end in place of a colon"},
		{`{"a",1}`, 4, "unexpected ',' in place of a colon"},
		{`{"a":}`, 5, "unexpected '}' in place of a value"},
		{`{"a":1,}`, 7, "unexpected '}' in place of a key"},
		{`{"a":1]`, 6, "unexpected ']' in place of a comma or a closing bracket"},
		{`{"a":1 "b":2}`, 7, `unexpected '"' in place of a comma or a closing bracket`},
	}
	for _, tt := range tests {
		err := jsonscan.Check([]byte(tt.in), jsonscan.Options{})
		syntax, ok := errors.AsType[*jsonscan.SyntaxError](err)
		if !ok || syntax.Offset != tt.offset || syntax.Msg != tt.msg {
			t.Errorf("Check(%q) = %v; want %q at %d", tt.in, err, tt.msg, tt.offset)
			continue
		}
		if want := fmt.Sprintf("jsonscan: %s at byte %d; write one JSON value", tt.msg, tt.offset); err.Error() != want {
			t.Errorf("Check(%q) reads %q, want %q", tt.in, err, want)
		}
	}
}

func TestDepth(t *testing.T) {
	t.Parallel()
	arrays := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	objects := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	mixed := func(n int) string { return strings.Repeat(`[{"a":`, n) + "1" + strings.Repeat("}]", n) }
	tests := []struct {
		name  string
		in    string
		max   int
		limit int // in the error; 0 for no error
	}{
		{"scalar", "1", 1, 0},
		{"one level", "[1]", 1, 0},
		{"empty levels count", "[[]]", 1, 1},
		{"empty objects count", `[{}]`, 1, 1},
		{"beside one another", "[[],[],{},[{}]]", 3, 0},
		{"default", arrays(1000), 0, 0},
		{"over the default", arrays(1001), 0, 1000},
		{"objects over the default", objects(1001), 0, 1000},
		{"objects", objects(1000), 0, 0},
		{"negative means the default", arrays(1001), -1, 1000},
		{"the room at first", mixed(512), 1024, 0},
		{"one more level", "[" + mixed(512) + "]", 1025, 0},
		{"far more levels", mixed(100_000), 200_000, 0},
		{"not closed, but too deep first", strings.Repeat("[", 1_000_000), 0, 1000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, duplicates := range []bool{false, true} {
				err := jsonscan.Check([]byte(tt.in), jsonscan.Options{MaxDepth: tt.max, DisallowDuplicateKeys: duplicates})
				depth, _ := errors.AsType[*jsonscan.DepthError](err)
				if tt.limit == 0 && err != nil || tt.limit > 0 && (depth == nil || depth.Limit != tt.limit) {
					t.Errorf("got %v; want the limit %d", err, tt.limit)
				}
			}
		})
	}
	err := jsonscan.Check([]byte("[[[1]]]"), jsonscan.Options{MaxDepth: 2})
	if want := "jsonscan: nested more than 2 levels deep; write a flatter value"; err == nil || err.Error() != want {
		t.Errorf("the error reads %v", err)
	}
}

// TestLevelsAreRemembered closes levels in another order than they were opened, below and above what the scanner has room for at first.
func TestLevelsAreRemembered(t *testing.T) {
	t.Parallel()
	for n := 1; n < 2600; n = n*3/2 + 1 {
		in := []byte(strings.Repeat(`[{"a":`, n) + "1" + strings.Repeat("}]", n))
		o := jsonscan.Options{MaxDepth: 2 * n}
		if err := jsonscan.Check(in, o); err != nil {
			t.Errorf("%d levels: %v", 2*n, err)
		}
		for at := len(in) - 2*n; at < len(in); at += 1 + n/7 {
			in[at] ^= '}' ^ ']'
			if syntax, ok := errors.AsType[*jsonscan.SyntaxError](jsonscan.Check(in, o)); !ok || syntax.Offset != int64(at) {
				t.Errorf("%d levels: a wrong bracket at %d passes, %v", 2*n, at, syntax)
			}
			in[at] ^= '}' ^ ']'
		}
	}
}

func TestDuplicateKeys(t *testing.T) {
	t.Parallel()
	many := func(n int, last string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"key %d":[{"x":1}],`, i)
		}
		return "{" + b.String() + last + ":1}"
	}
	tests := []struct {
		name   string
		in     string
		key    string
		offset int64 // 0 for no error: a key cannot be there
	}{
		{"none", `{"a":1,"b":2}`, "", 0},
		{"two", `{"a":1,"a":2}`, "a", 7},
		{"empty", `{"":1,"":2}`, "", 6},
		{"not adjacent", `{"a":1,"b":2,"a":3}`, "a", 13},
		{"case matters", `{"a":1,"A":2}`, "", 0},
		{"prefixes", `{"a":1,"aa":2,"":3}`, "", 0},
		{"of other objects", `{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":1}}`, "", 0},
		{"after an inner object", `{"a":{"b":1},"b":2,"a":3}`, "a", 19},
		{"in an inner object", `[{"x":[{"a":1,"b":2,"b":3}]}]`, "b", 20},
		{"escaped", `{"a":1,"\u0061":2}`, "a", 7},
		{"both escaped", `{"\u00e9\n":1,"é\u000A":2}`, "é\n", 14},
		{"escaped differently", `{"a":1,"\\u0061":2}`, "", 0},
		{"surrogate pair", `{"\ud83d\ude00":1,"😀":2}`, "😀", 18},
		{"half surrogates", `{"\ud800":1,"\udfff":2}`, "\ufffd", 12},
		{"half surrogate and what it becomes", `{"\ud800":1,"` + "\ufffd" + `":2}`, "\ufffd", 12},
		{"invalid bytes", "{\"\xff\":1,\"\xfe\":2}", "\ufffd", 7},
		{"ordinary names", `{"__proto__":1,"constructor":2}`, "", 0},
		{"prototype", `{"__proto__":1,"__proto__":2}`, "__proto__", 15},
		{"many", many(1000, `"key"`), "", 0},
		{"first of those compared with each", many(31, `"key 0"`), "key 0", 1 + 10*18 + 21*19},
		{"last of those compared with each", many(32, `"key 31"`), "key 31", 1 + 10*18 + 22*19},
		{"first of one more", many(33, `"key 0"`), "key 0", 1 + 10*18 + 23*19},
		{"last of one more", many(33, `"key 32"`), "key 32", 1 + 10*18 + 23*19},
		{"first of many", many(1000, `"key 0"`), "key 0", 1 + 10*18 + 90*19 + 900*20},
		{"last of many", many(1000, `"key \u0039\u0039\u0039"`), "key 999", 1 + 10*18 + 90*19 + 900*20},
		{"syntax first", `{"a":1,"a"`, "a", 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := jsonscan.Check([]byte(tt.in), jsonscan.Options{DisallowDuplicateKeys: true})
			duplicate, _ := errors.AsType[*jsonscan.DuplicateKeyError](err)
			if tt.offset == 0 && err != nil || tt.offset > 0 && (duplicate == nil || duplicate.Key != tt.key || duplicate.Offset != tt.offset) {
				t.Errorf("got %v; want the key %q at %d", err, tt.key, tt.offset)
			}
			if err := jsonscan.Check([]byte(tt.in), jsonscan.Options{}); err != nil && tt.name != "syntax first" {
				t.Errorf("allowed, the error is %v", err)
			}
		})
	}
	err := jsonscan.Check([]byte(`{"a\n":1,"a\n":2}`), jsonscan.Options{DisallowDuplicateKeys: true})
	if want := `jsonscan: duplicate key "a\n" at byte 9; write it once`; err == nil || err.Error() != want {
		t.Errorf("the error reads %v", err)
	}
}

func TestRange(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in     string
		offset int64 // -1 for no error
	}{
		{"1e308", -1},
		{"1e309", 0},
		{"-1e400", 0},
		{`[1, 1e400]`, 4},
		{`{"a":[-2E+308]}`, 6},
		{"1.7976931348623158e308", -1},
		{"1.7976931348623159e308", 0},
		{"1e-400", -1},
		{"0e400", -1},
		{strings.Repeat("9", 308), -1},
		{strings.Repeat("9", 309), 0},
		{"0." + strings.Repeat("0", 1000) + "1e1308", -1},
		{"0." + strings.Repeat("0", 1000) + "1e1310", 0},
		{"1e" + strings.Repeat("9", 1000), 0},
		{"1e-" + strings.Repeat("9", 1000), -1},
	}
	for _, tt := range tests {
		err := jsonscan.Check([]byte(tt.in), jsonscan.Options{})
		outOfRange, _ := errors.AsType[*jsonscan.RangeError](err)
		if tt.offset < 0 && err != nil || tt.offset >= 0 && (outOfRange == nil || outOfRange.Offset != tt.offset) {
			t.Errorf("Check(%.40q) = %v; want %d", tt.in, err, tt.offset)
		}
	}
	err := jsonscan.Check([]byte("[1e400]"), jsonscan.Options{})
	if want := "jsonscan: number at byte 1 is out of range; write one below 1.8e308"; err == nil || err.Error() != want {
		t.Errorf("the error reads %v", err)
	}
}

// TestEveryByteInAString puts each byte at each place of two words of eight bytes.
func TestEveryByteInAString(t *testing.T) {
	t.Parallel()
	for length := range 17 {
		for at := range length {
			for c := range 256 {
				in := []byte(`"` + strings.Repeat("\x80", length) + `"`)
				in[1+at] = byte(c)
				want := c >= ' ' && c != '"' && c != '\\'
				if err := jsonscan.Check(in, jsonscan.Options{}); (err == nil) != want {
					t.Fatalf("Check(%q) = %v", in, err)
				}
			}
		}
	}
}

func TestAllocations(t *testing.T) {
	for name, in := range map[string][]byte{
		"1KB":     orders(1 << 10),
		"100KB":   orders(100 << 10),
		"deep":    []byte(strings.Repeat("[", 1000) + strings.Repeat("]", 1000)),
		"numbers": []byte("[1e308," + strings.Repeat("1", 300) + "e8,1e-400,0e400]"),
		"escapes": []byte(`{"\u0061":"\u0061\n"}`),
	} {
		if n := testing.AllocsPerRun(10, func() { _ = jsonscan.Check(in, jsonscan.Options{}) }); n != 0 {
			t.Errorf("%s: Check allocates %v times", name, n)
		}
	}
	// With duplicate keys looked for, what is allocated does not grow with the number of small objects.
	o := jsonscan.Options{DisallowDuplicateKeys: true}
	small, large := orders(10<<10), orders(100<<10)
	few := testing.AllocsPerRun(10, func() { _ = jsonscan.Check(small, o) })
	if many := testing.AllocsPerRun(10, func() { _ = jsonscan.Check(large, o) }); many > few {
		t.Errorf("Check allocates %v times for 10 KB and %v times for 100 KB", few, many)
	}
}
