package bodyparser

import (
	"bytes"
	"encoding"
	"encoding/base64"
	stdjson "encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

// explain finds everything that keeps correct JSON from becoming *value. The packages that Gin can be built with stop at the
// first mismatch, or name it differently, so on this path the text is compared with the type once more. What fits is
// validated as well.
func explain(c *gin.Context, s *settings, text []byte, value any, cause error) error {
	d := stdjson.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return &SyntaxError{Detail: visible(err.Error()), err: err}
	}
	t := reflect.TypeOf(value).Elem()
	e := explainer{strict: s.strict}
	e.value(path{}, tree, t)
	if len(e.faults) == 0 {
		return explainOther(c, s, text, value, cause)
	}
	for i, f := range e.faults {
		e.faults[i] = s.word(c, f, nil)
	}
	rest := reflect.New(t).Interface()
	_ = stdjson.Unmarshal(text, rest) // fills what fits and reports the first of the mismatches that are known by now
	return merge(e.faults, validate(c, s, rest, sourceJSON))
}

// explainOther is for errors that the comparison did not find. Either only the JSON package in use refuses the text, null for
// some types for instance, and encoding/json has the last word; or a rule is meant that is not known here.
func explainOther(c *gin.Context, s *settings, text []byte, value any, cause error) error {
	v := reflect.ValueOf(value).Elem()
	v.SetZero()
	if stdjson.Unmarshal(text, value) == nil {
		return validate(c, s, value, sourceJSON)
	}
	f := path{}.fault(RuleType, "", "does not have the right form")
	return &BindError{Faults: []Fault{s.word(c, f, nil)}, cause: cause}
}

// explainer compares decoded JSON with a type as encoding/json would fill it.
type explainer struct {
	strict bool
	faults []Fault
}

func (e *explainer) add(f Fault) {
	if len(e.faults) < MaxFaults {
		e.faults = append(e.faults, f)
	}
}

func (e *explainer) mismatch(p path, want string) { e.add(mismatch(p, want)) }

var (
	jsonUnmarshaler = reflect.TypeFor[stdjson.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// value compares v with t. Null is accepted everywhere: it leaves a value as it is.
func (e *explainer) value(p path, v any, t reflect.Type) {
	if v == nil {
		return
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if pointer := reflect.PointerTo(t); pointer.Implements(jsonUnmarshaler) || pointer.Implements(textUnmarshaler) {
		e.method(p, v, t)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		e.object(p, v, t)
	case reflect.Map:
		if object, ok := v.(map[string]any); ok {
			for _, key := range sortedKeys(object) {
				e.value(p.name(key), object[key], t.Elem())
			}
			e.keys(p, object, t.Key())
		} else {
			e.mismatch(p, "object")
		}
	case reflect.Slice, reflect.Array:
		e.list(p, v, t)
	case reflect.Interface:
		if t.NumMethod() > 0 {
			e.add(p.fault(RuleType, "", "cannot be decoded"))
		}
	default:
		e.scalar(p, v, t)
	}
}

// method asks the type itself.
func (e *explainer) method(p path, v any, t reflect.Type) {
	target := reflect.New(t).Interface()
	text, err := stdjson.Marshal(v)
	if err == nil {
		err = stdjson.Unmarshal(text, target)
	}
	if err == nil {
		return
	}
	if t.String() == "time.Time" {
		e.mismatch(p, "time as in RFC 3339")
		return
	}
	if _, isText := v.(string); !isText {
		if _, ok := target.(stdjson.Unmarshaler); !ok {
			e.mismatch(p, "string")
			return
		}
	}
	e.add(p.fault(RuleType, "", "does not have the right form"))
}

func (e *explainer) object(p path, v any, t reflect.Type) {
	object, ok := v.(map[string]any)
	if !ok {
		e.mismatch(p, "object")
		return
	}
	fields := fieldsOf(t)
	for _, key := range sortedKeys(object) {
		f, known := fields.find(key)
		switch {
		case !known:
			if e.strict {
				e.add(p.name(key).fault(RuleUnknown, "", "is not a known field"))
			}
		case f.quoted:
			e.quoted(p.name(f.name), object[key], f.typ)
		default:
			e.value(p.name(f.name), object[key], f.typ)
		}
	}
}

// keys checks the keys of a map that are not strings.
func (e *explainer) keys(p path, object map[string]any, t reflect.Type) {
	if t.Kind() == reflect.String {
		return
	}
	single := reflect.MapOf(t, reflect.TypeFor[any]())
	for _, key := range sortedKeys(object) {
		text, err := stdjson.Marshal(map[string]any{key: nil})
		if err == nil && stdjson.Unmarshal(text, reflect.New(single).Interface()) != nil {
			e.add(p.name(key).fault(RuleType, "", "is a key of the wrong form"))
		}
	}
}

func (e *explainer) list(p path, v any, t reflect.Type) {
	if text, ok := v.(string); ok && t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
		if _, err := base64.StdEncoding.DecodeString(text); err != nil {
			e.mismatch(p, "base64 string")
		}
		return
	}
	list, ok := v.([]any)
	if !ok {
		e.mismatch(p, "array")
		return
	}
	if t.Kind() == reflect.Array {
		list = list[:min(len(list), t.Len())] // the rest is ignored
	}
	for i, item := range list {
		e.value(p.index(i), item, t.Elem())
	}
}

func (e *explainer) scalar(p path, v any, t reflect.Type) {
	switch t.Kind() {
	case reflect.Bool:
		if _, ok := v.(bool); !ok {
			e.mismatch(p, "boolean")
		}
	case reflect.String:
		_, isText := v.(string)
		if _, isNumber := v.(stdjson.Number); !isText && (!isNumber || t != reflect.TypeFor[stdjson.Number]()) {
			e.mismatch(p, "string")
		}
	case reflect.Float32, reflect.Float64:
		e.number(p, v, "number", func(n string) error {
			_, err := strconv.ParseFloat(n, t.Bits())
			return err
		})
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.number(p, v, "integer", func(n string) error {
			_, err := strconv.ParseInt(n, 10, t.Bits())
			return err
		})
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		e.number(p, v, "integer", func(n string) error {
			_, err := strconv.ParseUint(n, 10, t.Bits())
			if err != nil && strings.HasPrefix(n, "-") && !strings.ContainsAny(n, ".eE") {
				return strconv.ErrRange
			}
			return err
		})
	default:
		e.add(p.fault(RuleType, "", "cannot be decoded"))
	}
}

func (e *explainer) number(p path, v any, want string, parse func(string) error) {
	n, ok := v.(stdjson.Number)
	if !ok {
		e.mismatch(p, want)
		return
	}
	switch err := parse(n.String()); {
	case err == nil:
	case errors.Is(err, strconv.ErrRange):
		e.add(p.fault(RuleRange, "", "is out of range"))
	default:
		e.mismatch(p, want)
	}
}

// quoted compares the value of a field with the option ",string": a number or boolean inside a string.
func (e *explainer) quoted(p path, v any, t reflect.Type) {
	text, ok := v.(string)
	if !ok {
		if v != nil {
			e.mismatch(p, "string")
		}
		return
	}
	d := stdjson.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var inner any
	if d.Decode(&inner) != nil {
		inner = map[string]any{} // fits none of the types that can have the option
	}
	e.value(p, inner, t)
}
