package stringify

import (
	"cmp"
	"encoding"
	"reflect"
	"slices"
	"strconv"
)

// mapping writes a map with sorted keys. Keys are strings, whole numbers or
// have a MarshalText method, and whatever else encoding/json accepts.
func (b builder) mapping(t reflect.Type) func(*encoder, reflect.Value) error {
	if t.Key() == reflect.TypeFor[string]() && t.Elem() == reflect.TypeFor[any]() {
		// map[string]any under its own name or another, such as gin.H.
		plain := reflect.TypeFor[map[string]any]()
		return func(e *encoder, v reflect.Value) error {
			m, _ := reflect.TypeAssert[map[string]any](v.Convert(plain))
			return e.object(m)
		}
	}
	name := memberName
	if !keyed(t.Key()) {
		if !oddKeys(t.Key()) {
			return func(_ *encoder, v reflect.Value) error { return &Error{Type: v.Type(), Err: errUnsupported} }
		}
		name = oddName
	}
	elem := b.node(t.Elem())
	write := func(e *encoder, v reflect.Value) error {
		e.buf = append(e.buf, '{')
		if err := e.members(v, name, elem); err != nil {
			return err
		}
		e.buf = append(e.buf, '}')
		return nil
	}
	return func(e *encoder, v reflect.Value) error {
		if e.isNil(v) {
			return nil
		}
		return e.within(v, write)
	}
}

// keyed reports whether a type can name the members of an object.
func keyed(t reflect.Type) bool {
	switch t.Kind() { //nolint:exhaustive // every other kind needs the method
	case reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return true
	}
	return t.Implements(textMarshaler)
}

type member struct {
	name  string
	value reflect.Value
}

// members writes the members of a map, without the braces.
func (e *encoder) members(v reflect.Value, nameOf func(reflect.Value) (string, error), elem *node) error {
	list := make([]member, 0, v.Len())
	for each := v.MapRange(); each.Next(); {
		name, err := nameOf(each.Key())
		if err != nil {
			return err
		}
		list = append(list, member{name, each.Value()})
	}
	slices.SortFunc(list, func(a, b member) int { return cmp.Compare(a.name, b.name) })
	for i, m := range list {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.buf = appendString(e.buf, m.name)
		e.buf = append(e.buf, ':')
		if err := elem.encode(e, m.value); err != nil {
			return err
		}
	}
	return nil
}

func memberName(key reflect.Value) (string, error) {
	if key.Kind() == reflect.String {
		return key.String(), nil
	}
	if m, ok := reflect.TypeAssert[encoding.TextMarshaler](key); ok {
		if key.Kind() == reflect.Pointer && key.IsNil() {
			return "", nil
		}
		text, err := m.MarshalText()
		if err != nil {
			return "", &Error{Type: key.Type(), Err: err}
		}
		return string(text), nil
	}
	if key.CanInt() {
		return strconv.FormatInt(key.Int(), 10), nil
	}
	return strconv.FormatUint(key.Uint(), 10), nil
}
