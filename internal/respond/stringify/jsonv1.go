//go:build !go1.27 && !goexperiment.jsonv2

package stringify

import "reflect"

// What jsonv2.go does has no occasion in releases before Go 1.27.

func (builder) rest(reflect.Type, []field) func(*encoder, reflect.Value, bool) error { return nil }

func oddKeys(reflect.Type) bool { return false }

func oddName(key reflect.Value) (string, error) {
	return "", &Error{Type: key.Type(), Err: errUnsupported}
}
