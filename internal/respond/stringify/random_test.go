package stringify_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/respond/stringify"
)

// builder makes random types and values of them.
type builder struct{ *rand.Rand }

// leaves are types without parts, with and without methods.
var leaves = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint64](),
	reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[string](), reflect.TypeFor[any](), reflect.TypeFor[[]byte](),
	reflect.TypeFor[Loud](), reflect.TypeFor[number](), reflect.TypeFor[loud](), reflect.TypeFor[quiet](), reflect.TypeFor[text](),
	reflect.TypeFor[word](), reflect.TypeFor[octet](), reflect.TypeFor[loudZero](), reflect.TypeFor[shyZero](), reflect.TypeFor[plain](),
}

var keyTypes = []reflect.Type{
	reflect.TypeFor[string](), reflect.TypeFor[Loud](), reflect.TypeFor[int](), reflect.TypeFor[uint8](), reflect.TypeFor[text](),
}

func (b builder) typ(depth int) reflect.Type {
	if depth == 0 || b.IntN(3) == 0 {
		return leaves[b.IntN(len(leaves))]
	}
	switch b.IntN(5) {
	case 0:
		return reflect.SliceOf(b.typ(depth - 1))
	case 1:
		return reflect.ArrayOf(b.IntN(3), b.typ(depth-1))
	case 2:
		return reflect.MapOf(keyTypes[b.IntN(len(keyTypes))], b.typ(depth-1))
	case 3:
		return reflect.PointerTo(b.typ(depth - 1))
	}
	return b.structure(depth)
}

// structure makes a struct whose names in tags meet often.
func (b builder) structure(depth int) reflect.Type {
	options := []string{"", "", ",omitempty", ",omitzero", ",string", ",omitempty,string", ",omitzero,string", ",unknown", ",string-x", ",omitempty "}
	names := []string{"", "", "a", "b", "c", "-", "é", "bad\\name", "x y", "it's"}
	fields := make([]reflect.StructField, b.IntN(6))
	for i := range fields {
		fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: b.typ(depth - 1)}
		if b.IntN(4) > 0 {
			tag := names[b.IntN(len(names))] + options[b.IntN(len(options))]
			fields[i].Tag = reflect.StructTag(`json:"` + tag + `"`)
		}
	}
	return reflect.StructOf(fields)
}

// fill sets a value; about a third of what can be nil or empty is.
func (b builder) fill(v reflect.Value, depth int) {
	if depth > 8 || b.IntN(3) == 0 {
		return
	}
	switch v.Kind() { //nolint:exhaustive // the types above have no others
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8:
		v.SetInt(b.Int64N(256) - 128)
	case reflect.Uint8, reflect.Uint16, reflect.Uint64:
		v.SetUint(b.Uint64N(128)) // what octet writes stays UTF-8
	case reflect.Float32, reflect.Float64:
		v.SetFloat([]float64{1, 0.1, 1e21, 1e-7, 123456.789, 3e-6, 1 << 53}[b.IntN(7)] * (b.Float64() + 0.5))
	case reflect.String:
		v.SetString([]string{"a", "<é>", `q"\`, "\n\x00", "😀"}[b.IntN(5)])
	case reflect.Interface:
		v.Set(reflect.ValueOf([]any{1, "x", map[string]any{"b": nil, "a": 1.5}, []any{true}, map[int]bool{2: true, 10: false}}[b.IntN(5)]))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), b.IntN(4), 4))
		b.each(v, depth)
	case reflect.Array:
		b.each(v, depth)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		b.fill(v.Elem(), depth+1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range b.IntN(4) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			b.fill(key, depth+1)
			b.fill(value, depth+1)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				b.fill(field, depth+1)
			}
		}
	}
}

func (b builder) each(v reflect.Value, depth int) {
	for i := range v.Len() {
		b.fill(v.Index(i), depth+1)
	}
}

// Thousands of types with random tags have the text of encoding/json, by value and
// by pointer, where methods of pointers come into play.
func TestRandomTypesAreWrittenAsByEncodingJSON(t *testing.T) {
	t.Parallel()
	rounds, failures := 4000, 0
	if testing.Short() {
		rounds = 400
	}
	for seed := range rounds {
		b := builder{rand.New(rand.NewPCG(uint64(seed), 7))}
		v := reflect.New(b.typ(4))
		b.fill(v.Elem(), 0)
		for _, value := range []any{v.Interface(), v.Elem().Interface()} {
			want, wantErr := standard(value)
			got, err := stringify.Append(nil, value)

			if (err != nil) != (wantErr != nil) || err == nil && string(got) != want {
				failures++
				t.Errorf("seed %d, %T:\n got %s, %v\nwant %s, %v", seed, value, got, err, want, wantErr)
			}
		}
		if failures > 3 {
			t.Fatal("and more")
		}
	}
}

// Strings of each length and kind of content, cut at each byte.
func TestStringsCutAnywhere(t *testing.T) {
	t.Parallel()
	whole := "a\"é\n日😀\u2028<\x00\x7f\\z"
	for i := range len(whole) + 1 {
		for j := i; j <= len(whole); j++ {
			part := whole[i:j]
			got, err := stringify.Append(nil, part)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := standard(part)
			want = strings.NewReplacer(`\u2028`, "\u2028", `\ufffd`, "\ufffd").Replace(want)
			if string(got) != want {
				t.Errorf("%q: %s, want %s", part, got, want)
			}
		}
	}
}
