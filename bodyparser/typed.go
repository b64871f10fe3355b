package bodyparser

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/gin-gonic/gin"
)

// Type is a type that bodies are decoded into before the handler runs. It comes from TypeOf.
type Type struct {
	bind    func(*gin.Context, *state) error
	check   func(*settings) error
	decodes bool // a JSON body is decoded, not kept as it is
}

// TypeOf declares the type of the bodies of a route, for Config.Type. A body is decoded once, straight into it, and validated;
// if that fails the handler does not run. Bind of the same type then returns the value without any work.
func TypeOf[T any]() Type {
	return Type{
		bind: func(c *gin.Context, st *state) error {
			value := new(T)
			if err := st.bind(c, value); err != nil {
				return err
			}
			st.typed = value
			return nil
		},
		check:   func(s *settings) error { return checkRules(s, reflect.TypeFor[T]()) },
		decodes: reflect.TypeFor[T]() != reflect.TypeFor[[]byte](),
	}
}

func (t Type) isZero() bool { return t.bind == nil }

// checkRules validates a zero value, so that rules that do not exist are found at the start and not by the first request.
func checkRules(s *settings, t reflect.Type) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("bodyparser: Type: %v has a rule that the validator refuses: %v; register it with Config.Validator or correct the tag", t, v)
		}
	}()
	err = validate(nil, s, reflect.New(t).Interface(), sourceJSON)
	if _, ok := errors.AsType[*BindError](err); ok {
		return nil
	}
	return err
}
