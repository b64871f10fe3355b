package stringify

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
)

// Error says which type could not be written and why. It wraps the error of a
// MarshalJSON or MarshalText method where one failed.
type Error struct {
	// Type is the Go type of the value that could not be written.
	Type reflect.Type
	// Err is the reason.
	Err error
}

// Error names the type and the reason, under the name of the package that exports
// this type.
func (e *Error) Error() string {
	return fmt.Sprintf("apiroutes: %v cannot be written as JSON: %v", e.Type, e.Err)
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

var (
	errUnsupported = errors.New("JSON has no such type; send a field or a method of it instead")
	errCycle       = errors.New("the value contains itself")
	errNumber      = errors.New("invalid json.Number")
)

// Append appends the text of v to dst. On error dst comes back as it was,
// together with an *Error; what Append may have written lies beyond its length.
func Append(dst []byte, v any) ([]byte, error) {
	e, ok := pool.Get().(*encoder)
	if !ok {
		e = new(encoder)
	}
	e.buf = dst
	err := e.value(v)
	text := e.buf
	e.release()
	if err != nil {
		return dst, err
	}
	return text, nil
}

var pool sync.Pool

// maxKeys bounds the scratch space that an encoder keeps for the next value.
const maxKeys = 256

// encoder is the state of one Append.
type encoder struct {
	buf   []byte
	depth int
	// seen holds the references on the way down, once the way is long enough
	// to suspect a cycle.
	seen map[reference]struct{}
	// keys is scratch space for the sorted keys of maps, used as a stack.
	keys []string
}

// release forgets the value and hands the encoder to the next caller.
func (e *encoder) release() {
	e.buf, e.depth, e.seen = nil, 0, nil
	if cap(e.keys) > maxKeys {
		e.keys = nil
	}
	clear(e.keys) // what an error has left there
	e.keys = e.keys[:0]
	pool.Put(e)
}

// value writes what an API route mostly sends without reflection, everything
// else by its type.
func (e *encoder) value(v any) error {
	switch v := v.(type) {
	case nil:
		e.buf = append(e.buf, "null"...)
	case string:
		e.buf = appendString(e.buf, v)
	case bool:
		e.bool(v)
	case int:
		e.int(int64(v))
	case int64:
		e.int(v)
	case float64:
		e.float(v, 64)
	case map[string]any:
		return e.object(v)
	case []any:
		return e.array(v)
	default:
		rv := reflect.ValueOf(v)
		return nodeOf(rv.Type()).encode(e, rv)
	}
	return nil
}

// object writes a map with sorted keys, so that one value has one text and one
// entity tag.
func (e *encoder) object(m map[string]any) error {
	if m == nil {
		e.buf = append(e.buf, "null"...)
		return nil
	}
	if e.depth++; e.depth > suspicious {
		if err := e.remember(reflect.ValueOf(m)); err != nil {
			return err
		}
		defer delete(e.seen, referenceTo(reflect.ValueOf(m)))
	}
	from := len(e.keys)
	for key := range m {
		e.keys = append(e.keys, key)
	}
	keys := e.keys[from:]
	slices.Sort(keys)
	e.buf = append(e.buf, '{')
	for i, key := range keys {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.buf = appendString(e.buf, key)
		e.buf = append(e.buf, ':')
		if err := e.value(m[key]); err != nil {
			return err
		}
	}
	e.buf = append(e.buf, '}')
	clear(keys)
	e.keys = e.keys[:from]
	e.depth--
	return nil
}

// array writes a slice of anything.
func (e *encoder) array(list []any) error {
	if list == nil {
		e.buf = append(e.buf, "null"...)
		return nil
	}
	if e.depth++; e.depth > suspicious {
		if err := e.remember(reflect.ValueOf(list)); err != nil {
			return err
		}
		defer delete(e.seen, referenceTo(reflect.ValueOf(list)))
	}
	e.buf = append(e.buf, '[')
	for i, item := range list {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		if err := e.value(item); err != nil {
			return err
		}
	}
	e.buf = append(e.buf, ']')
	e.depth--
	return nil
}

// suspicious is the depth from which references are remembered. Data that nests
// deeper is rare, so the usual value pays a counter only.
const suspicious = 1000

// reference identifies a map, pointer or slice; length tells a slice from its
// own first part.
type reference struct {
	address uintptr
	length  int
}

func referenceTo(v reflect.Value) reference {
	if v.Kind() == reflect.Slice {
		return reference{v.Pointer(), v.Len()}
	}
	return reference{address: v.Pointer()}
}

// remember notes that the way down leads through v, a map, slice or pointer,
// and fails when it has done so before.
func (e *encoder) remember(v reflect.Value) error {
	ref := referenceTo(v)
	if _, again := e.seen[ref]; again {
		return &Error{Type: v.Type(), Err: errCycle}
	}
	if e.seen == nil {
		e.seen = make(map[reference]struct{})
	}
	e.seen[ref] = struct{}{}
	return nil
}

// within runs write one level down inside v.
func (e *encoder) within(v reflect.Value, write func(*encoder, reflect.Value) error) error {
	if e.depth++; e.depth > suspicious {
		if err := e.remember(v); err != nil {
			return err
		}
		defer delete(e.seen, referenceTo(v))
	}
	err := write(e, v)
	e.depth--
	return err
}

// number writes a json.Number, which is text that has to be a number; the
// empty one is 0, as in encoding/json.
func (e *encoder) number(n json.Number) error {
	if n == "" {
		n = "0"
	}
	if !validNumber(string(n)) {
		return &Error{Type: reflect.TypeOf(n), Err: fmt.Errorf("%w %q", errNumber, string(n))}
	}
	e.buf = append(e.buf, n...)
	return nil
}
