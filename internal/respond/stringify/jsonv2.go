//go:build go1.27 || goexperiment.jsonv2

package stringify

import (
	"encoding/json"
	"reflect"
)

// rest writes the members of the map that is embedded by its tag. Of several the least nested one counts, and none if there are
// two of those; nil is returned where there is no map to be written.
func (b builder) rest(t reflect.Type, all []field) func(e *encoder, v reflect.Value, first bool) error {
	var maps []field
	for _, f := range all {
		if f.rest {
			maps = append(maps, f) // collect goes from the least nested ones to the others
		}
	}
	if len(maps) == 0 || len(maps) > 1 && len(maps[1].index) == len(maps[0].index) {
		return nil
	}
	elem := b.node(target(typeAt(t, maps[0].index)).Elem())
	return func(e *encoder, v reflect.Value, first bool) error {
		m, ok := maps[0].of(v)
		if ok && m.Kind() == reflect.Pointer {
			m = m.Elem() // the zero Value of a nil pointer
		}
		if !m.IsValid() || !ok || m.Len() == 0 {
			return nil
		}
		if !first {
			e.buf = append(e.buf, ',')
		}
		return e.within(m, func(e *encoder, m reflect.Value) error { return e.members(m, memberName, elem) })
	}
}

// oddKeys reports whether keys of a type that is not usual may name members.
func oddKeys(key reflect.Type) bool {
	_, err := json.Marshal(reflect.MakeMap(reflect.MapOf(key, reflect.TypeFor[struct{}]())).Interface())
	return err == nil
}

// oddName returns the name that such a key gives to a member.
func oddName(key reflect.Value) (string, error) {
	m := reflect.MakeMap(reflect.MapOf(key.Type(), reflect.TypeFor[struct{}]()))
	m.SetMapIndex(key, reflect.ValueOf(struct{}{}))
	text, err := json.Marshal(m.Interface())
	var names map[string]struct{}
	if err == nil {
		err = json.Unmarshal(text, &names)
	}
	if err != nil {
		return "", &Error{Type: key.Type(), Err: err}
	}
	for name := range names {
		return name, nil
	}
	return "", &Error{Type: key.Type(), Err: errUnsupported}
}
