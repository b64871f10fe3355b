package stringify

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// field is one member of the object that a struct becomes.
type field struct {
	name string
	// label is the name with quotes and colon, ready to be written.
	label  string
	index  []int
	tagged bool
	// twin says that the struct around the field is embedded twice at this
	// depth, so that the name is ambiguous.
	twin      bool
	omitEmpty bool
	omitZero  func(reflect.Value) bool
	quoted    bool
	// embed says that the members of the field's value, a struct, are members
	// of the struct around it, and rest that those of a map are, behind others.
	embed, rest bool
	err         error // encoding/json refuses the tag
	node        *node
}

// structure writes the members in the order of the struct's fields.
func (b builder) structure(t reflect.Type) func(*encoder, reflect.Value) error {
	all := collect(t)
	for _, f := range all {
		if f.err != nil {
			return func(_ *encoder, v reflect.Value) error { return &Error{Type: v.Type(), Err: f.err} }
		}
	}
	rest := b.rest(t, all)
	fields := visible(slices.DeleteFunc(all, func(f field) bool { return f.rest }))
	for i := range fields {
		f := &fields[i]
		f.node = b.node(typeAt(t, f.index))
		f.label = string(append(appendString(nil, f.name), ':'))
	}
	return func(e *encoder, v reflect.Value) error {
		e.buf = append(e.buf, '{')
		first := true
		for i := range fields {
			f := &fields[i]
			value, ok := f.of(v)
			if !ok || f.omitEmpty && isEmpty(value) || f.omitZero != nil && f.omitZero(value) {
				continue
			}
			if !first {
				e.buf = append(e.buf, ',')
			}
			first = false
			e.buf = append(e.buf, f.label...)
			if err := f.write(e, value); err != nil {
				return err
			}
		}
		if rest != nil {
			if err := rest(e, v, first); err != nil {
				return err
			}
		}
		e.buf = append(e.buf, '}')
		return nil
	}
}

// of finds the field in a struct; a nil pointer on the way means there is none.
func (f *field) of(v reflect.Value) (reflect.Value, bool) {
	for _, i := range f.index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v, true
}

// write writes the value, between quotes if the tag says "string": the option
// for numbers that a JavaScript client cannot hold.
func (f *field) write(e *encoder, v reflect.Value) error {
	start := len(e.buf)
	if err := f.node.encode(e, v); err != nil || !f.quoted || hasMethod(v) {
		return err
	}
	text := string(e.buf[start:])
	if text == "null" {
		return nil
	}
	// A string is quoted twice, a number once.
	e.buf = appendString(e.buf[:start], text)
	return nil
}

// hasMethod reports whether a method, and not the kind, wrote the value.
func hasMethod(v reflect.Value) bool {
	t := v.Type()
	if v.CanAddr() && t.Kind() != reflect.Pointer {
		t = reflect.PointerTo(t)
	}
	return t.Implements(marshaler) || t.Implements(textMarshaler)
}

// isEmpty is the rule of omitempty.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() { //nolint:exhaustive // structs, channels and functions are never empty
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct, reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
		return false
	}
	return v.IsZero()
}

// collect lists the fields of a struct and of the structs embedded in it, level
// by level.
func collect(t reflect.Type) []field {
	type embedded struct {
		typ   reflect.Type
		index []int
	}
	var fields []field
	visited := map[reflect.Type]bool{}
	for level := []embedded{{typ: t}}; len(level) > 0; {
		copies := map[reflect.Type]int{}
		for _, s := range level {
			copies[s.typ]++
		}
		var next []embedded
		for _, s := range level {
			if visited[s.typ] {
				continue
			}
			visited[s.typ] = true
			for i := range s.typ.NumField() {
				sf := s.typ.Field(i)
				f, ok := fieldFrom(sf)
				if !ok {
					continue
				}
				f.index = append(slices.Clip(slices.Clone(s.index)), i)
				f.twin = copies[s.typ] > 1
				if f.embed {
					next = append(next, embedded{target(sf.Type), f.index})
					continue
				}
				fields = append(fields, f)
			}
		}
		level = next
	}
	return fields
}

// target follows an unnamed pointer.
func target(t reflect.Type) reflect.Type {
	if t.Name() == "" && t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// fieldFrom reads the tag; ok is false for a field that is not written.
func fieldFrom(sf reflect.StructField) (f field, ok bool) {
	if !sf.IsExported() {
		inner := sf.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		// An unexported embedded struct may hold exported fields.
		if !sf.Anonymous || inner.Kind() != reflect.Struct {
			return field{}, false
		}
	}
	if sf.Tag.Get("json") == "-" {
		return field{}, false
	}
	facts, err := readTag(sf)
	f = field{name: sf.Name, omitEmpty: facts.omitEmpty, err: err}
	if facts.name != "" {
		f.name, f.tagged = facts.name, true
	}
	if facts.omitZero {
		f.omitZero = zeroTest(sf.Type)
	}
	inner := target(sf.Type)
	f.quoted = facts.quoted && quotable(inner.Kind())
	f.embed = inner.Kind() == reflect.Struct && (facts.embed || sf.Anonymous && !f.tagged)
	f.rest = facts.embed && inner.Kind() == reflect.Map && inner.Key().Kind() == reflect.String
	if facts.embed && inner.PkgPath() == "encoding/json/jsontext" {
		f.err = fmt.Errorf("the field %s cannot be embedded; make it a map", sf.Name)
	}
	return f, true
}

// validName is encoding/json's idea of a name in a tag.
func validName(name string) bool {
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r) {
			return false
		}
	}
	return name != ""
}

// quotable reports whether the tag option "string" has a meaning for a kind.
func quotable(k reflect.Kind) bool {
	return k == reflect.String || k >= reflect.Bool && k <= reflect.Float64
}

// visible resolves names that occur more than once: the least nested field
// wins, among those the one that is named by a tag; a tie leaves none.
func visible(fields []field) []field {
	slices.SortStableFunc(fields, func(a, b field) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(len(a.index), len(b.index)), -compareBool(a.tagged, b.tagged))
	})
	kept := fields[:0]
	for i := 0; i < len(fields); {
		first, same := fields[i], 1
		for i+same < len(fields) && fields[i+same].name == first.name {
			same++
		}
		tie := first.twin
		if same > 1 {
			second := fields[i+1]
			tie = tie || len(second.index) == len(first.index) && second.tagged == first.tagged
		}
		if !tie {
			kept = append(kept, first)
		}
		i += same
	}
	slices.SortFunc(kept, func(a, b field) int { return slices.Compare(a.index, b.index) })
	return kept
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// typeAt is the type of the field at the end of an index path.
func typeAt(t reflect.Type, index []int) reflect.Type {
	for _, i := range index {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		t = t.Field(i).Type
	}
	return t
}

// zeroer is what omitzero asks for.
type zeroer interface{ IsZero() bool }

// zeroTest returns the test of omitzero: the type's own IsZero where it has
// one, never called on a nil pointer.
func zeroTest(t reflect.Type) func(reflect.Value) bool {
	own := reflect.TypeFor[zeroer]()
	ask := func(v reflect.Value) bool {
		z, ok := reflect.TypeAssert[zeroer](v)
		return ok && z.IsZero()
	}
	switch {
	case t.Kind() == reflect.Interface && t.Implements(own):
		return func(v reflect.Value) bool {
			return v.IsNil() || v.Elem().Kind() == reflect.Pointer && v.Elem().IsNil() || ask(v)
		}
	case t.Kind() == reflect.Pointer && t.Implements(own):
		return func(v reflect.Value) bool { return v.IsNil() || ask(v) }
	case t.Implements(own):
		return ask
	case reflect.PointerTo(t).Implements(own):
		return func(v reflect.Value) bool {
			if !v.CanAddr() {
				boxed := reflect.New(t).Elem()
				boxed.Set(v)
				v = boxed
			}
			return ask(v.Addr())
		}
	}
	return reflect.Value.IsZero
}
