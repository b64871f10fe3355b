package stringify_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/gin-apiroutes/apiroutes/internal/referee"
	"github.com/gin-apiroutes/apiroutes/internal/respond/stringify"
)

// standard is the text of encoding/json without the escapes for HTML.
func standard(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func TestFieldsAndMethodsAreThoseOfEncodingJSON(t *testing.T) {
	t.Parallel()
	for name, v := range zoo() {
		want, wantErr := standard(v)
		got, err := stringify.Append([]byte("kept"), v)
		switch {
		case (err != nil) != (wantErr != nil):
			t.Errorf("%s: error %v, encoding/json says %v", name, err, wantErr)
		case err != nil:
			typed, ok := errors.AsType[*stringify.Error](err)
			if !ok || typed.Type == nil || !strings.HasPrefix(err.Error(), "apiroutes: ") {
				t.Errorf("%s: error %v", name, err)
			}
			if string(got) != "kept" {
				t.Errorf("%s: %q left after an error", name, got)
			}
		case string(got) != "kept"+want:
			t.Errorf("%s:\n got %s\nwant kept%s", name, got, want)
		}
	}
}

// Tags that the releases of Go read differently mean what they mean in the one at hand.
func TestOddTags(t *testing.T) {
	t.Parallel()
	for _, tag := range []string{
		`'quoted'`, `back\\slash`, `it's,omitempty`, `\\`, `_a\"b,string`, `in\"valid`, `tab\tx`, `\xff`, `a,string `, `a,string:x`, `a,string-x`,
		`a, string`, `a,'string'`, `a,omitEmpty`, `a,omitempty `, `a,case:ignore`, `a,1string,string,string`, `a,omitzero-x`, `a,omitempty:x`,
		`,embed`, `a,embed`, `,embed,omitempty`, `,format:x`, `-,omitzero:x`,
	} {
		for _, value := range []any{0, 1, []int{}, []int{1}, inside{}, inside{1}, &inside{1}, "", "x", map[string]int{"b": 1}, map[string]int(nil), 1.5} {
			s := reflect.New(reflect.StructOf([]reflect.StructField{
				{Name: "F", Type: reflect.TypeOf(value), Tag: reflect.StructTag(`json:"` + tag + `"`)},
				{Name: "G", Type: reflect.TypeFor[int]()},
			})).Elem()
			s.Field(0).Set(reflect.ValueOf(value))
			want, wantErr := standard(s.Interface())
			got, err := stringify.Append(nil, s.Interface())
			if string(got) != want && err == nil || (err != nil) != (wantErr != nil) {
				t.Errorf("%T %s:\n got %s, %v\nwant %s, %v", value, tag, got, err, want, wantErr)
			}
		}
	}
}

// Where JavaScript writes something else than encoding/json.
func TestTextIsThatOfJavaScript(t *testing.T) {
	t.Parallel()
	zero := math.Copysign(0, -1)
	for _, c := range []struct {
		value any
		want  string
	}{
		{"<>&\u2028\u2029", "\"<>&\u2028\u2029\""},
		{"a\xffb\xed\xa0\x80", "\"a\ufffdb\ufffd\ufffd\ufffd\""},
		{map[string]any{"\xff": 1}, "{\"\ufffd\":1}"},
		{zero, "0"},
		{float32(zero), "0"},
		{math.NaN(), "null"},
		{math.Inf(1), "null"},
		{[]float64{math.Inf(-1), zero, 1e21, 1e-7}, "[null,0,1e+21,1e-7]"},
		{struct {
			N float64 `json:",string"`
			Z float64 `json:",string"`
		}{math.NaN(), zero}, `{"N":null,"Z":"0"}`},
		{map[string]any{"a": math.NaN()}, `{"a":null}`},
		{int64(1<<63 - 1), "9223372036854775807"},
		{struct {
			A string `json:"<&>"`
		}{"x"}, `{"<&>":"x"}`},
	} {
		got, err := stringify.Append(nil, c.value)
		if err != nil || string(got) != c.want {
			t.Errorf("Append(%v) = %s, %v, want %s", c.value, got, err, c.want)
		}
	}
}

func TestFloatsAreThoseOfNode(t *testing.T) {
	t.Parallel()
	// Bits travel as text: JSON would round nothing, but could not say -0.
	bits := func() []string {
		r := rand.New(rand.NewPCG(1, 2))
		edges := []float64{
			0, math.Copysign(0, -1), 1, -1, 0.1, 1e-6, 9.999999e-7, 1e-7, 1.5e-9, 1e-10, 1e20, 1e21, 123456789012345680000, 1.2e21,
			1e100, 1e-100, 5e-324, math.MaxFloat64, math.SmallestNonzeroFloat64, 1<<53 - 1, 1 << 53, 0.1 + 0.2, 4.35, 100, 1e5,
			math.NaN(), math.Inf(1), math.Inf(-1), 999999999999999900000, 0.000001, 0.0000011,
		}
		var list []string
		for _, f := range edges {
			list = append(list, strconv.FormatUint(math.Float64bits(f), 10))
		}
		for i := range 2000 {
			f := math.Float64frombits(r.Uint64())
			switch i % 3 {
			case 1:
				f = r.NormFloat64() * math.Pow10(r.IntN(60)-30)
			case 2:
				f = math.Round(r.NormFloat64()*1e6) / math.Pow10(r.IntN(20))
			}
			list = append(list, strconv.FormatUint(math.Float64bits(f), 10))
		}
		return list
	}
	table := referee.Table[string, string](t, "floats",
		`(bits) => JSON.stringify(new Float64Array(new BigUint64Array([BigInt(bits)]).buffer)[0])`, bits)
	for _, c := range table {
		n, err := strconv.ParseUint(c.Question, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		f := math.Float64frombits(n)
		if got, _ := stringify.Append(nil, f); string(got) != *c.Answer {
			t.Errorf("%v: %s, want %s", f, got, *c.Answer)
		}
	}
}

func TestStringsAreThoseOfNode(t *testing.T) {
	t.Parallel()
	questions := func() []string {
		r := rand.New(rand.NewPCG(3, 4))
		var all strings.Builder
		for c := range rune(0x180) {
			all.WriteRune(c)
		}
		list := []string{all.String(), "\u2028\u2029\ufeff\ufffd\uffff", "</script>", "😀"}
		for i := range 200 {
			var b strings.Builder
			for range i % 20 {
				b.WriteRune([]rune{'a', '"', '\\', r.Int32N(0x80), r.Int32N(0xd800), 0x10000 + r.Int32N(0xfffff)}[r.IntN(6)])
			}
			list = append(list, b.String())
		}
		return list
	}
	for _, c := range referee.Table[string, string](t, "strings", "JSON.stringify", questions) {
		if got, _ := stringify.Append(nil, c.Question); string(got) != *c.Answer {
			t.Errorf("%q: %s, want %s", c.Question, got, *c.Answer)
		}
	}
}

func TestDeepAndCyclicValues(t *testing.T) {
	t.Parallel()
	var deep any = "bottom"
	for range 5000 {
		deep = []any{map[string]any{"a": deep}}
	}
	if _, err := stringify.Append(nil, deep); err != nil {
		t.Errorf("10000 levels without a cycle: %v", err)
	}
	link := &tree{}
	for range 3000 {
		link = &tree{Next: link, Kids: []tree{{}}}
	}
	if _, err := stringify.Append(nil, link); err != nil {
		t.Errorf("3000 linked structs: %v", err)
	}
	for range 1100 {
		part := []any{"leaf", nil}
		part[1] = part[:1] // begins where part begins, but holds the leaf alone
		deep = []any{deep, part}
	}
	if _, err := stringify.Append(nil, deep); err != nil {
		t.Errorf("a slice inside the one it is the beginning of: %v", err)
	}
	shared := []any{1}
	if got, err := stringify.Append(nil, []any{shared, shared}); err != nil || string(got) != "[[1],[1]]" {
		t.Errorf("one slice in two places: %s, %v", got, err)
	}

	m, s, p, k := map[string]any{}, make([]any, 1), &tree{}, map[int]any{}
	m["m"], s[0], p.Next, k[1] = m, s, p, k
	for name, v := range map[string]any{"map": m, "slice": s, "pointer": p, "int map": k, "inside": []any{1, m}} {
		text, err := stringify.Append(nil, v)
		if err == nil {
			t.Fatalf("%s that contains itself: %d bytes and no error", name, len(text))
		}
		if !strings.Contains(err.Error(), "contains itself") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The encoder that failed serves again.
	if got, err := stringify.Append(nil, map[string]any{"a": []any{}}); err != nil || string(got) != `{"a":[]}` {
		t.Errorf("after the errors: %s, %v", got, err)
	}
}

func TestNumberGrammar(t *testing.T) {
	t.Parallel()
	for _, n := range []string{
		"", "0", "-0", "1", "-1", "10", "0.5", "1.5e10", "1E+5", "2e-3", "-0.0", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "1 ", " 1",
		"NaN", "--1", "1.5.5", "1e5e5", "-a", "00", "1_0",
	} {
		_, wantErr := json.Marshal(json.Number(n))
		if _, err := stringify.Append(nil, json.Number(n)); (err != nil) != (wantErr != nil) {
			t.Errorf("json.Number(%q): %v, encoding/json says %v", n, err, wantErr)
		}
	}
}

func TestMethodErrorsAreWrapped(t *testing.T) {
	t.Parallel()
	for _, v := range []any{broken{}, &broken{}, map[string]any{"x": []broken{{}}}} {
		if _, err := stringify.Append(nil, v); !errors.Is(err, errBroken) {
			t.Errorf("%T: %v does not wrap the error of MarshalJSON", v, err)
		}
	}
}

func TestConcurrentFirstUse(t *testing.T) {
	t.Parallel()
	type inner struct{ A, B []int }
	type outer struct {
		In   map[string]inner
		Self *outer
	}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			got, err := stringify.Append(nil, outer{In: map[string]inner{"x": {}}, Self: &outer{}})
			if want := `{"In":{"x":{"A":null,"B":null}},"Self":{"In":null,"Self":null}}`; err != nil || string(got) != want {
				t.Errorf("%s, %v", got, err)
			}
		})
	}
	wg.Wait()
}

// FuzzAppend holds the encoder to encoding/json on whatever JSON can say.
func FuzzAppend(f *testing.F) {
	for _, seed := range []string{
		`null`, `{"a":[1,-0,1e21,1e-7,"x\u2028<\ud800"],"":{}}`, `"\u0000\n"`, `[[],{},false]`, `1e308`, `-0.0`, `{"b":1,"a":2}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if json.Unmarshal(data, &v) != nil {
			return
		}
		got, err := stringify.Append(nil, v)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		if !utf8.Valid(got) {
			t.Fatalf("%q: %q is not UTF-8", data, got)
		}
		want, err := standard(v)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(want, "-0") {
			return // negative zero is written otherwise, by design
		}
		want = strings.NewReplacer(`\u2028`, "\u2028", `\u2029`, "\u2029", `\ufffd`, "\ufffd", `\\`, `\\`).Replace(want)
		if string(got) != want {
			t.Fatalf("%q:\n got %q\nwant %q", data, got, want)
		}
	})
}
