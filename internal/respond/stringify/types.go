package stringify

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"sync"
	"time"
)

// node writes the values of one type. The nodes of a type and of the types it
// is made of are built together and refer to one another, so that a type may
// contain itself.
type node struct {
	encode func(*encoder, reflect.Value) error
}

// nodes caches a *node for each reflect.Type; programs have finitely many.
var nodes sync.Map

func nodeOf(t reflect.Type) *node {
	if n, ok := cached(t); ok {
		return n
	}
	b := builder{}
	n := b.node(t)
	for t, n := range b {
		nodes.LoadOrStore(t, n)
	}
	return n
}

func cached(t reflect.Type) (*node, bool) {
	n, _ := nodes.Load(t)
	found, ok := n.(*node)
	return found, ok
}

// builder holds the nodes under construction.
type builder map[reflect.Type]*node

func (b builder) node(t reflect.Type) *node {
	if n, ok := cached(t); ok {
		return n
	}
	if n, ok := b[t]; ok {
		return n
	}
	n := new(node)
	b[t] = n
	n.encode = b.byMethod(t)
	return n
}

var (
	marshaler     = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// byMethod prefers the methods of a type to its kind, as encoding/json does:
// MarshalJSON before MarshalText, and a method of the pointer where the value
// can be addressed.
func (b builder) byMethod(t reflect.Type) func(*encoder, reflect.Value) error {
	if t == reflect.TypeFor[time.Time]() {
		return encodeTime
	}
	byPointer := t.Kind() != reflect.Pointer
	switch {
	case t.Implements(marshaler):
		return encodeMarshaler
	case byPointer && reflect.PointerTo(t).Implements(marshaler):
		return ifAddressable(encodeMarshaler, b.byText(t))
	}
	return b.byText(t)
}

func (b builder) byText(t reflect.Type) func(*encoder, reflect.Value) error {
	switch {
	case t.Implements(textMarshaler):
		return encodeText
	case t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(textMarshaler):
		return ifAddressable(encodeText, b.byKind(t))
	}
	return b.byKind(t)
}

// ifAddressable calls a method of the pointer where there is a pointer.
func ifAddressable(method, plain func(*encoder, reflect.Value) error) func(*encoder, reflect.Value) error {
	return func(e *encoder, v reflect.Value) error {
		if v.CanAddr() {
			return method(e, v.Addr())
		}
		return plain(e, v)
	}
}

func (b builder) byKind(t reflect.Type) func(*encoder, reflect.Value) error {
	switch t.Kind() { //nolint:exhaustive // the kinds left have no text in JSON
	case reflect.Bool:
		return func(e *encoder, v reflect.Value) error { e.bool(v.Bool()); return nil }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(e *encoder, v reflect.Value) error { e.int(v.Int()); return nil }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return func(e *encoder, v reflect.Value) error { e.uint(v.Uint()); return nil }
	case reflect.Float32, reflect.Float64:
		bits := t.Bits()
		return func(e *encoder, v reflect.Value) error { e.float(v.Float(), bits); return nil }
	case reflect.String:
		if t == reflect.TypeFor[json.Number]() {
			return func(e *encoder, v reflect.Value) error { return e.number(json.Number(v.String())) }
		}
		return func(e *encoder, v reflect.Value) error { e.buf = appendString(e.buf, v.String()); return nil }
	case reflect.Interface:
		return encodeInterface
	case reflect.Pointer:
		return b.pointer(t)
	case reflect.Struct:
		return b.structure(t)
	case reflect.Map:
		return b.mapping(t)
	case reflect.Slice:
		return b.slice(t)
	case reflect.Array:
		return elements(b.node(t.Elem()))
	}
	return func(_ *encoder, v reflect.Value) error { return &Error{Type: v.Type(), Err: errUnsupported} }
}

// isNil reports whether v is nil and writes null if it is.
func (e *encoder) isNil(v reflect.Value) bool {
	if !v.IsNil() {
		return false
	}
	e.buf = append(e.buf, "null"...)
	return true
}

func encodeInterface(e *encoder, v reflect.Value) error {
	if e.isNil(v) {
		return nil
	}
	return e.value(v.Interface())
}

func (b builder) pointer(t reflect.Type) func(*encoder, reflect.Value) error {
	elem := b.node(t.Elem())
	write := func(e *encoder, v reflect.Value) error { return elem.encode(e, v.Elem()) }
	return func(e *encoder, v reflect.Value) error {
		if e.isNil(v) {
			return nil
		}
		return e.within(v, write)
	}
}

// slice writes bytes in base64 and everything else as an array.
func (b builder) slice(t reflect.Type) func(*encoder, reflect.Value) error {
	elem := reflect.PointerTo(t.Elem())
	if t.Elem().Kind() == reflect.Uint8 && !elem.Implements(marshaler) && !elem.Implements(textMarshaler) {
		return func(e *encoder, v reflect.Value) error {
			if !e.isNil(v) {
				e.buf = append(e.buf, '"')
				e.buf = base64.StdEncoding.AppendEncode(e.buf, v.Bytes())
				e.buf = append(e.buf, '"')
			}
			return nil
		}
	}
	write := elements(b.node(t.Elem()))
	return func(e *encoder, v reflect.Value) error {
		if e.isNil(v) {
			return nil
		}
		return e.within(v, write)
	}
}

func elements(elem *node) func(*encoder, reflect.Value) error {
	return func(e *encoder, v reflect.Value) error {
		e.buf = append(e.buf, '[')
		for i := range v.Len() {
			if i > 0 {
				e.buf = append(e.buf, ',')
			}
			if err := elem.encode(e, v.Index(i)); err != nil {
				return err
			}
		}
		e.buf = append(e.buf, ']')
		return nil
	}
}

// encodeMarshaler takes over what MarshalJSON returns, without white space. A
// nil pointer is null and its method is not called.
func encodeMarshaler(e *encoder, v reflect.Value) error {
	m, ok := reflect.TypeAssert[json.Marshaler](v)
	if !ok || v.Kind() == reflect.Pointer && v.IsNil() {
		e.buf = append(e.buf, "null"...)
		return nil
	}
	text, err := m.MarshalJSON()
	if err != nil {
		return &Error{Type: v.Type(), Err: err}
	}
	out := bytes.NewBuffer(e.buf)
	if err := json.Compact(out, text); err != nil {
		return &Error{Type: v.Type(), Err: err}
	}
	e.buf = out.Bytes()
	return nil
}

func encodeText(e *encoder, v reflect.Value) error {
	m, ok := reflect.TypeAssert[encoding.TextMarshaler](v)
	if !ok || v.Kind() == reflect.Pointer && v.IsNil() {
		e.buf = append(e.buf, "null"...)
		return nil
	}
	text, err := m.MarshalText()
	if err != nil {
		return &Error{Type: v.Type(), Err: err}
	}
	e.buf = appendString(e.buf, string(text))
	return nil
}

// encodeTime is Time.MarshalJSON without its two allocations.
func encodeTime(e *encoder, v reflect.Value) error {
	at, _ := reflect.TypeAssert[time.Time](v)
	e.buf = append(e.buf, '"')
	text, err := at.AppendText(e.buf)
	if err != nil {
		return &Error{Type: v.Type(), Err: err}
	}
	e.buf = text
	e.buf = append(e.buf, '"')
	return nil
}
