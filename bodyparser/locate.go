package bodyparser

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"
)

// locate finds the way from root to the field that failed. The validator tells it as text, such as "Order.Items[2].Price", with
// names of Go or of one tag; walking the value along with that text gives names of the source, indexes and keys of maps
// apart, whatever characters are in them.
func locate(root reflect.Value, failed validator.FieldError, src source) path {
	rest := failed.StructNamespace()
	if t := root.Type(); t.Kind() == reflect.Struct {
		rest = strings.TrimPrefix(rest, t.Name()+".")
	}
	if p, ok := walk(path{}, root, rest, src); ok {
		return p
	}
	return path{}.name(failed.Field())
}

// walk follows rest from v on.
func walk(p path, v reflect.Value, rest string, src source) (path, bool) {
	v = settle(v)
	if rest == "" {
		return p, true
	}
	if !v.IsValid() {
		return p, false
	}
	switch v.Kind() {
	case reflect.Struct:
		return walkField(p, v, strings.TrimPrefix(rest, "."), src)
	case reflect.Slice, reflect.Array:
		digits, after, ok := strings.Cut(strings.TrimPrefix(rest, "["), "]")
		i, err := strconv.Atoi(digits)
		if !ok || err != nil || i < 0 || i >= v.Len() {
			return p, false
		}
		return walk(p.index(i), v.Index(i), after, src)
	case reflect.Map:
		// A key may contain anything, brackets too, so the keys that are there are tried.
		for keys := v.MapRange(); keys.Next(); {
			name := fmt.Sprint(keys.Key())
			if after, ok := strings.CutPrefix(rest, "["+name+"]"); ok {
				if found, ok := walk(p.name(name), keys.Value(), after, src); ok {
					return found, true
				}
			}
		}
	default:
	}
	return p, false
}

func walkField(p path, v reflect.Value, rest string, src source) (path, bool) {
	name, after := rest, ""
	if i := strings.IndexAny(rest, ".["); i >= 0 {
		name, after = rest[:i], rest[i:]
	}
	f, ok := v.Type().FieldByName(name)
	if !ok {
		return p, false
	}
	_, tagged := f.Tag.Lookup(string(src))
	switch {
	case f.Anonymous && !tagged: // its fields are those of the outer struct
	case src.isFlat():
		p = path{}.name(src.nameOf(&f))
	default:
		p = p.name(src.nameOf(&f))
	}
	return walk(p, v.FieldByIndex(f.Index), after, src)
}

// settle follows pointers and interfaces.
func settle(v reflect.Value) reflect.Value {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		v = v.Elem()
	}
	return v
}
