package stringify_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"time"
)

// Types of each shape that encoding/json treats in a way of its own.
type (
	plain struct {
		A int    `json:"a"`
		B string `json:"b,omitempty"`
		C *plain `json:"c,omitempty"`
		D any
		e int
		F float32 `json:"-"`
		G float64 `json:"-,"` //nolint:staticcheck // an odd tag, on purpose
		H []byte  `json:"h h"`
		I string  `json:"in\"valid"` //nolint:staticcheck // an odd tag, on purpose
	}
	options struct {
		Int    int         `json:",string"`
		Text   string      `json:",string"`
		Bool   *bool       `json:",string"`
		Float  float64     `json:",string"`
		Number json.Number `json:",string"`
		Struct plain       `json:",string"`          //nolint:staticcheck // an odd tag, on purpose
		Time   time.Time   `json:",string,omitzero"` //nolint:staticcheck // an odd tag, on purpose
		Zero   loudZero    `json:",omitzero"`
		Shy    shyZero     `json:",omitzero"`
		ShyP   *shyZero    `json:",omitzero"`
		Any    zeroer      `json:",omitzero"`
		Num    int         `json:",omitzero"`
		Empty  [0]int      `json:",omitempty"`
		Map    map[int]int `json:",omitempty"`
		Iface  any         `json:",omitempty"`
		Nested struct{}    `json:",omitempty"` //nolint:modernize // without effect, on purpose
		Temp   celsius     `json:",string"`
		Loud   loud        `json:",string"`
	}
	base  struct{ Name, Only string }
	Base2 struct {
		Name  string
		Other int `json:"other"`
	}
	tagged struct {
		X string `json:"Name"`
	}
	embedded struct {
		base
		*Base2
		Own int
	}
	shadowed struct {
		base
		tagged
		Other string `json:"other"`
		*Base2
	}
	left    struct{ Both }
	right   struct{ Both }
	Both    struct{ Twice int }
	diamond struct {
		left
		right
		N int
	}
	named struct {
		base `json:"inner"`
		Loud
	}
	Loud   string
	number int
	tree   struct {
		Kids []tree          `json:"kids"`
		More map[string]tree `json:"more,omitempty"`
		Next *tree           `json:"next"`
	}
	embeddedByTag struct {
		A int
		B Base2           `json:",embed"`
		C *plain          `json:",embed"`
		D int             `json:",embed"`
		E struct{ Z int } `json:"e,embed"`
		F map[string]int  `json:",embed"`
		G struct {
			M map[Loud]any `json:",embed"`
		} `json:",embed"`
	}
	twoMaps struct {
		A map[string]int `json:",embed"`
		B map[string]int `json:",embed"`
	}
	onlyMap struct {
		A *map[string]int `json:",embed"`
	}
	celsius  float64
	shout    string
	loud     string
	quiet    string // its methods belong to the pointer
	broken   struct{}
	text     struct{ s string }
	word     string
	octet    byte
	dict     map[string]any
	inside   struct{ N int }
	mute     struct{}
	zeroer   interface{ IsZero() bool }
	loudZero struct{ N int }
	shyZero  struct{ N int }
)

func (l loud) MarshalJSON() ([]byte, error) {
	return []byte("{ \"loud\" : \"<" + string(l) + ">\" }"), nil
}
func (q *quiet) MarshalJSON() ([]byte, error) { return []byte(`"quiet"`), nil }
func (broken) MarshalJSON() ([]byte, error)   { return nil, errBroken }
func (t text) MarshalText() ([]byte, error)   { return []byte("<" + t.s + ">"), nil }
func (w *word) MarshalText() ([]byte, error)  { return []byte("word:" + string(*w)), nil }
func (o octet) MarshalText() ([]byte, error)  { return []byte{'o', byte(o)}, nil }
func (z loudZero) IsZero() bool               { return z.N == 7 }
func (z *shyZero) IsZero() bool               { return z.N == 7 }

func (s shout) MarshalText() ([]byte, error) { return []byte(s + "!"), nil }

func (mute) MarshalText() ([]byte, error) { return nil, errBroken }

var errBroken = errors.New("broken on purpose")

// zoo are values for which encoding/json and stringify write the same text.
func zoo() map[string]any {
	at := time.Date(2026, 2, 3, 4, 5, 6, 789, time.FixedZone("", 3600))
	return map[string]any{
		"nil": nil, "true": true, "int": -5, "int8": int8(-8), "uint": uint(5), "uint64": uint64(1<<64 - 1), "int64": int64(-1 << 63),
		"uintptr": uintptr(3), "float": 1.5, "float32": float32(0.1), "float32 small": float32(1e-7), "float32 limit": float32(1e-6), "float32 large": float32(1e21),
		"string": "a\"b\\c\n\t\b\f\r\x00\x1f\x7f<>&é😀", "empty string": "", "number": json.Number("1.50"), "no number": json.Number(""),
		"named string": Loud("x"), "named int": number(4), "bytes": []byte("hi\xff"), "nil bytes": []byte(nil), "octets": []octet{1, 2},
		"map": map[string]any{"b": 1, "a": []any{1, "x", nil, map[string]any{}}, "": 2}, "nil map": map[string]any(nil),
		"named map": map[Loud]int{"b": 1, "a": 2}, "int keys": map[int]string{10: "x", 9: "y", -1: "z"}, "uint keys": map[uint8]int{200: 1, 3: 2},
		"text keys": map[text]int{{"b"}: 1, {"a"}: 2}, "pointer keys": map[*text]int{nil: 1}, "nil int map": map[int]int(nil),
		"slice": []int{1, 2}, "nil slice": []int(nil), "nil any slice": []any(nil), "array": [3]bool{true}, "nested": [][]string{{"a"}, nil, {}},
		"struct": plain{A: 1, D: 2.5, e: 3, H: []byte{0}}, "pointer": &plain{B: "x", C: &plain{}}, "nil pointer": (*plain)(nil),
		"options": options{Int: 1, Text: `q"q`, Bool: new(true), Float: 1e21, Number: "12", Temp: 3.5, Loud: "l"},
		"options set": &options{
			Time: at, Zero: loudZero{7}, Shy: shyZero{7}, ShyP: &shyZero{7}, Any: loudZero{7}, Num: 1,
			Map: map[int]int{1: 2}, Iface: 0,
		},
		"options off": options{Zero: loudZero{1}, Shy: shyZero{1}, ShyP: &shyZero{1}, Any: (*shyZero)(nil)},
		"embedded":    embedded{base: base{"n", "o"}, Own: 1}, "embedded pointer": embedded{Base2: &Base2{Other: 3}},
		"shadowed": shadowed{tagged: tagged{"x"}, Base2: &Base2{"b", 2}}, "diamond": diamond{N: 1}, "named": named{base: base{"a", "b"}},
		"tree":      tree{Kids: []tree{{}, {Next: &tree{}}}, More: map[string]tree{"k": {}}},
		"marshaler": loud("<x>"), "pointer to marshaler": new(loud("y")), "nil marshaler": (*loud)(nil),
		"quiet value": quiet("q"), "quiet pointer": new(quiet("q")), "quiet slice": []quiet{"q"}, "quiet map": map[string]quiet{"k": "q"},
		"quiet field": &struct{ Q quiet }{"q"}, "quiet field of a value": struct{ Q quiet }{"q"},
		"text": text{"t"}, "nil text": (*text)(nil), "word": word("w"), "word pointer": new(word("w")), "words": []word{"w"},
		"raw": json.RawMessage(` { "a" : [ 1 , 2 ] } `), "nil raw": json.RawMessage(nil), "time": at, "time pointer": &at, "utc": at.UTC(),
		"big": big.NewInt(1 << 62), "addr": netip.MustParseAddr("::1"), "interface slice": []error{nil}, "nil interface": [1]zeroer{},
		"any pointer": new(any(new(3))), "func": func() {}, "chan": make(chan int), "complex": complex(1, 2),
		"func in map": map[string]any{"f": func() {}}, "bad keys": map[float64]int{1: 1}, "dict": dict{"b": 1, "a": dict{}}, "nil dict": dict(nil), "mute": mute{}, "mute keys": map[mute]int{{}: 1}, "broken": broken{},
		"broken deep": []any{map[string]any{"b": struct{ B broken }{}}}, "bad raw": json.RawMessage("{"), "bad number": json.Number("1x"),
		"embedded by tag":               embeddedByTag{A: 1, C: &plain{A: 2}, F: map[string]int{"z": 1, "<y>": 2}, D: 3},
		"embedded by tag, nothing else": onlyMap{&map[string]int{"b": 1, "a": 2}}, "nil map embedded": onlyMap{}, "two maps": twoMaps{map[string]int{"a": 1}, nil},
		"embedded error": struct {
			F map[string]any `json:",embed"`
		}{map[string]any{"f": func() {}}},
		"format": struct {
			T time.Time `json:",format:DateOnly"`
		}{at}, "format inside": []any{struct {
			P struct {
				T int `json:",format:x"`
			}
		}{}},
		"float keys": map[float64]int{1.5: 1, 1e21: 2, 1e-7: 3, 0: 4}, "float32 keys": map[float32]int{0.1: 1}, "NaN key": map[float64]int{math.NaN(): 1},
		"bool keys": map[bool]int{true: 1}, "any keys": map[any]int{"<a>": 1, 2: 2, 1.5: 3}, "nil key": map[any]int{nil: 1}, "no keys": map[inside]int{}, "nil map of such": map[inside]int(nil),
		"struct keys": map[inside]int{{}: 1}, "string pointer keys": map[*string]int{new("x"): 1}, "array keys": map[[2]byte]int{{}: 1},
		"complex keys": map[complex64]int{1: 1}, "interface keys": map[fmt.Stringer]int{at: 1}, "shout keys": map[shout]int{"a": 1}, "loud keys": map[loud]int{"a": 1}, "octet keys": map[octet]int{1: 1},
		"year": time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "anonymous": struct {
			plain
			*tree
		}{},
	}
}
