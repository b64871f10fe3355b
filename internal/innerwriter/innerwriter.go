package innerwriter

import (
	"net/http"
	"reflect"
)

// Of returns the innermost writer below w that is a W, as the one that Gin made is a gin.ResponseWriter. Where something on
// the way hides what it wraps, it is the last one that was found.
func Of[W http.ResponseWriter](w W) W {
	for {
		next, found, _ := below(w)
		if !found {
			return w
		}
		w = next
	}
}

// Past returns the first writer from w on from which [http.ResponseController] reaches the innermost one, and whether that is
// another than w: whoever writes there passes by all those that hide what they wrap.
func Past[W http.ResponseWriter](w W) (first W, other bool) {
	first = w
	for {
		next, found, open := below(w)
		if !found {
			return first, other
		}
		if w = next; !open {
			first, other = next, true
		}
	}
}

// Controller is that of the innermost writer.
func Controller[W http.ResponseWriter](w W) *http.ResponseController {
	return http.NewResponseController(Of(w))
}

// Claim takes the right to answer for the caller, before it uses the server's writer past those in between. It is false where another
// has answered, whose answer is out by then: a deadline does so on a goroutine of its own, through a writer that has a method
// Claim for those who come later.
func Claim[W http.ResponseWriter](w W) bool {
	for {
		if shared, ok := any(w).(interface{ Claim() bool }); ok && !shared.Claim() {
			return false
		}
		next, found, _ := below(w)
		if !found {
			return true
		}
		w = next
	}
}

// below returns the W that w wraps, whether there is one, and whether w itself says so.
func below[W http.ResponseWriter](w W) (next W, found, open bool) {
	if u, ok := any(w).(interface{ Unwrap() http.ResponseWriter }); ok {
		next, found = u.Unwrap().(W)
		return next, found, true
	}
	v := reflect.ValueOf(w)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return next, false, false
	}
	field, ok := v.Type().FieldByName("ResponseWriter") // what embedding calls it
	if !ok || !field.Anonymous {
		return next, false, false
	}
	embedded, err := v.FieldByIndexErr(field.Index)
	if err != nil || !embedded.CanInterface() || embedded.IsNil() {
		return next, false, false
	}
	next, found = reflect.TypeAssert[W](embedded)
	return next, found, false
}
