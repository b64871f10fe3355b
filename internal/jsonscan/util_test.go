package jsonscan_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// update records the answers of JSON.parse again.
var update = flag.Bool("update", false, "record what JSON.parse of Node.js answers")

const recording = "testdata/node.json"

// record asks Node.js and writes what it answers to testdata.
func record(t *testing.T, inputs any) {
	t.Helper()
	in, err := json.Marshal(inputs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/record.js")
	cmd.Stdin = bytes.NewReader(in)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("install Node.js: %v", err)
	}
	if err := os.WriteFile(recording, out, 0o600); err != nil {
		t.Fatal(err)
	}
}

// texts are inputs whose answers are recorded besides random ones.
var texts = []string{
	"", " ", "\n\t\r ", "null", "true", "false", " null ", "\t\r\n[]\n", "nul", "nulll", "Null", "NULL", "tru",
	"truefalse", "true false", "undefined", "NaN", "Infinity", "-Infinity",
	"\ufeff1", "\ufeff", "1\ufeff", "\u00a01", "1\u00a0", "\v1", "1\f", "\x00", "1\x00", "\u20281", "1\u2029", "// c\n1",
	"1 // c", "/* c */1", "#", "'a'", "`a`", "a", "{", "}", "[", "]", ",", ":", `"`, `\`,
	"0", "-0", "-", "+1", "1", "01", "00", "-01", "-1", "--1", "1.0", "1.", ".5", "-.5", "1..2", "1.2.3", "1e5", "1E5",
	"1e+5", "1e-5", "1e", "1e+", "1e5.5", "1e5e5", "1e 5", "1 e5", "0e0", "0.0e-0", "00.1", "0x10", "1_000", "1,", "1,2",
	"1 , 2", "1 2", "1a", "1n",
	"1e308", "1.7976931348623157e308", "1.7976931348623158e308", "1.797693134862315807e308", "1.797693134862315808e308",
	"1.7976931348623159e308", "1.8e308", "1e309", "-1e309", "1e400", "-1e400", "1E+400", "1e-400", "0e400", "0.0e999",
	"-0e400",
	"17976931348623157e292", "17976931348623159e292", "0.00017976931348623157e312", "0.00017976931348623159e312",
	"0.0001e312", "0.0001e313", "10000e304", "10000e305", "1e0000000000000000000000000000000308",
	"1e0000000000000000000000000000000309",
	"1e99999999999999999999999", "-1e-99999999999999999999999", "0e99999999999999999999999",
	"1" + strings.Repeat("0", 308), "1" + strings.Repeat("0", 309), strings.Repeat("9", 308), strings.Repeat("9", 309),
	strings.Repeat("9", 400), strings.Repeat("1", 309), "0." + strings.Repeat("0", 400) + "1e400",
	"0." + strings.Repeat("0", 400) + "1e800", strings.Repeat("9", 400) + "e-100", strings.Repeat("9", 210) + "e99",
	strings.Repeat("9", 209) + "e99",
	limitDigits, limitDigits + ".0", "-" + limitDigits, belowLimit, belowLimit + ".9999",
	limitDigits[:200] + "." + limitDigits[200:] + "e109", limitDigits[:308] + "e1", limitDigits[:300] + "e9",
	limitDigits + "e-0",
	`""`, `"a"`, `"a`, `a"`, `"a""b"`, `"\"\\\/\b\f\n\r\t"`, `"\u0000\uFFFF\uabcd\uABCD"`, `"\ud800"`, `"\udc00\ud800"`,
	`"\u12"`, `"\u12g4"`, `"\uu123"`, `"\U1234"`, `"\a"`, `"\x41"`, `"\0"`, `"\'"`, `"\`, `"\"`, `"\u`, `"\u1`, `"\u123`,
	`"\u1234`,
	"\"\x00\"", "\"\x1f\"", "\"\t\"", "\"\n\"", "\"\r\n\"", "\"\x7f\"", "\"\u2028\u2029\"", "\"é€😀\"", "\"\ufeff\"",
	`"a` + "\n" + `b"`, `"1234567` + "\x1f" + `"`, `"12345678"`, `"12345678` + "\x01" + `"`, `"1234567\n"`,
	`"é€😀é€😀é€😀\"x"`, "\"!#[]^~\x7f\u0080\u00a2\u00dc\"",
	"[]", "[ ]", "[1]", "[1,2]", "[ 1 , 2 ]", "[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]", "[1", "[1,", "[1}", "[]]", "[[]",
	"[[],[]]", "[[1],[2,[3]]]", "[] []", "[],[]", "{},{}", "[]1", "[\"a\"]", "[\"a\",]", "[null,true,false,1,\"\",[],{}]",
	"{}", "{ }", `{"a":1}`, ` { "a" : 1 , "b" : 2 } `, `{"a":1,}`, `{,"a":1}`, `{"a"}`, `{"a":}`, `{"a":1,"b"}`,
	`{"a" 1}`, `{"a"::1}`, `{"a":1:2}`, `{"a":1 "b":2}`, `{"a":1;"b":2}`, `{a:1}`, `{'a':1}`, `{1:1}`, `{null:1}`,
	`{"a":1`, `{"a":1]`, `{"a":[1}`, `{"a":{}}`, `{"a":{"b":{"c":[]}}}`, `{"":0}`, `{"a":1}}`, `{"a":1}{}`,
	`{"a":1,"a":2}`, `{"__proto__":1,"constructor":2}`, `{"a":undefined}`, `{"a":NaN}`, `{"a":0x1}`, `{"a":1,/**/"b":2}`,
	`{"a\u0000":1}`, `{["a"]:1}`, `{{}:1}`,
	strings.Repeat("[", 500) + strings.Repeat("]", 500), strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500),
	strings.Repeat("[", 500) + strings.Repeat("]", 499), strings.Repeat("[", 500) + strings.Repeat("]", 501),
}

// limitDigits is 2^1024 - 2^970, the least number that is infinite as a float64, and belowLimit the whole number before it.
const limitDigits = "17976931348623158079372897140530341507993413271003782693617377898044496829276475094664901797758720709633028641" +
	"66928879109465555478519404026306574886715058206819089020007083836762738548458177115317644757302700698555713669" +
	"59622842914819860834936475292719074168444365510704342711559699508093042880177904174497792"

var belowLimit = strings.TrimSuffix(limitDigits, "2") + "1"

// randomTexts returns the texts above and n more: random JSON, of which most has one to three faults put in.
func randomTexts(n int) []string {
	r := rand.New(rand.NewPCG(9, 10))
	all := append([]string(nil), texts...)
	for range n {
		text := []rune(randomValue(r, 3))
		for range r.IntN(4) {
			at := r.IntN(len(text) + 1)
			piece := faults[r.IntN(len(faults))]
			switch end := min(at+r.IntN(3), len(text)); r.IntN(4) {
			case 0:
				text = slices.Delete(text, at, end)
			case 1:
				text = slices.Insert(text, at, []rune(piece)...)
			case 2:
				text = slices.Replace(text, at, end, []rune(piece)...)
			case 3: // correct as often as not
				text = slices.Insert(text, at, rune(" \n\t\r"[r.IntN(4)]))
			}
		}
		all = append(all, string(text))
	}
	return all
}

var faults = strings.Split(`"|\|\\|\"|\u|\u00e9|\ud800|\x|{|}|[|]|:|,|,,|0|1|9|-|+|.|e|E|e5|e400|e-400|.0|00|null|tru|NaN|//|/*|'|a|é|`+"\x00|\x01|\x1f|\x7f|\ufeff|\u00a0|\u2028|\v|\f", "|")

// randomValue returns the text of a random value without white space; its keys differ.
func randomValue(r *rand.Rand, depth int) string {
	scalars := []string{"null", "true", "false", "0", "-1", "1.5", "-0.25e-3", "1e308", "12345678901234567890", `""`, `"a"`, `"longer than eight bytes"`, `"\u00e9\n\\"`, `"é€😀"`, `"12345678"`}
	count := r.IntN(4)
	parts := make([]string, 0, count)
	switch kind := r.IntN(4); {
	case kind == 0 && depth > 0:
		for range count {
			parts = append(parts, randomValue(r, depth-1))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case kind == 1 && depth > 0:
		for i := range count {
			parts = append(parts, fmt.Sprintf(`"key %d":%s`, i, randomValue(r, depth-1)))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return scalars[r.IntN(len(scalars))]
}

// memory returns how many bytes f allocates, and whatever runs beside it.
func memory(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
