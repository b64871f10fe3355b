package bodyparser

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// field is one that encoding/json would fill.
type field struct {
	name   string
	typ    reflect.Type
	tagged bool
	quoted bool // the option ",string"
	depth  int  // of embedding
	shadow bool // another one of the same depth has the name: neither counts
}

// fields are those of a struct by name.
type fields map[string]*field

// fieldsOf follows the rules of encoding/json: fields of embedded structs count as those of the outer one unless a shallower, or
// a tagged, field has the name. It is for the path of errors only, so nothing is kept.
func fieldsOf(t reflect.Type) fields {
	all := fields{}
	all.collect(t, 0, map[reflect.Type]bool{})
	maps.DeleteFunc(all, func(_ string, f *field) bool { return f.shadow })
	return all
}

func (all fields) collect(t reflect.Type, depth int, seen map[reflect.Type]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	defer delete(seen, t)
	for sf := range t.Fields() {
		tag := sf.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		inner := sf.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case tag == "-", !sf.IsExported() && (!sf.Anonymous || inner.Kind() != reflect.Struct):
		case sf.Anonymous && name == "" && inner.Kind() == reflect.Struct:
			all.collect(inner, depth+1, seen)
		default:
			f := &field{name: name, typ: sf.Type, tagged: name != "", depth: depth}
			if name == "" {
				f.name = sf.Name
			}
			f.quoted = slices.Contains(strings.Split(options, ","), "string") && isScalar(inner.Kind())
			all.add(f)
		}
	}
}

// add keeps the dominant one of two fields of a name.
func (all fields) add(f *field) {
	old := all[f.name]
	switch {
	case old == nil, f.depth < old.depth, f.depth == old.depth && f.tagged && !old.tagged:
		all[f.name] = f
	case f.depth == old.depth && f.tagged == old.tagged:
		old.shadow = true
	}
}

// find returns the field for a key, in another case if need be.
func (all fields) find(key string) (*field, bool) {
	if f, ok := all[key]; ok {
		return f, true
	}
	for name, f := range all {
		if strings.EqualFold(name, key) {
			return f, true
		}
	}
	return nil, false
}

func isScalar(k reflect.Kind) bool {
	return k >= reflect.Bool && k <= reflect.Float64 || k == reflect.String
}

func sortedKeys(object map[string]any) []string { return slices.Sorted(maps.Keys(object)) }
