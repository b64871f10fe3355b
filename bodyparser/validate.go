package bodyparser

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
	"github.com/go-playground/validator/v10"
)

// source is where a value was decoded from. Its text is the tag that holds the names.
type source string

const (
	sourceJSON   source = "json"
	sourceForm   source = "form"
	sourceURI    source = "uri"
	sourceHeader source = "header"
)

// nameOf returns the name of a field on the wire.
func (s source) nameOf(f *reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get(string(s)), ",")
	if name == "" || name == "-" {
		return f.Name
	}
	return name
}

// isFlat tells that nested structs are filled from the same names as the outer one.
func (s source) isFlat() bool { return s != sourceJSON }

// instances holds the validators of this package: each has one tag of rules and one way to name fields.
var instances sync.Map // of instance to *validator.Validate

type instance struct {
	tag   string
	names source // "" for the names of Go
}

func validatorFor(s *settings, t reflect.Type, src source) *validator.Validate {
	if s.validator != nil {
		return s.validator
	}
	key := instance{tag: ruleTag(t)}
	if s.translator != nil {
		// Names are for messages only, faults get theirs from locate, and they cost the validator a string for each item of a list.
		key.names = src
	}
	if v, ok := instances.Load(key); ok {
		return v.(*validator.Validate) //nolint:forcetypeassert // only this function stores
	}
	v := validator.New(validator.WithRequiredStructEnabled())
	v.SetTagName(key.tag)
	if key.names != "" {
		v.RegisterTagNameFunc(func(f reflect.StructField) string { return src.nameOf(&f) })
	}
	stored, _ := instances.LoadOrStore(key, v)
	return stored.(*validator.Validate) //nolint:forcetypeassert // only this function stores
}

// plan is what is known of a type before its values are seen.
type plan struct {
	ruleTag string
	dive    string // for lists and maps of structs: the rule that leads to the structs
	structs bool   // there is something to validate
}

var plans sync.Map // of reflect.Type to *plan

func planFor(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan) //nolint:forcetypeassert // only this function stores
	}
	p := &plan{ruleTag: "validate"}
	if hasTag(t, "binding", map[reflect.Type]bool{}) {
		p.ruleTag = "binding"
	}
	elem, dives := structBelow(t)
	p.structs, p.dive = elem != nil, strings.Join(dives, ",")
	plans.Store(t, p)
	return p
}

// structBelow returns the struct that t is or holds, nil if there is none, and one "dive" for each list or map on the way.
func structBelow(t reflect.Type) (elem reflect.Type, dives []string) {
	const deepest = 16 // type T []T has no end
	for range deepest {
		switch t.Kind() {
		case reflect.Struct:
			return t, dives
		case reflect.Pointer:
		case reflect.Slice, reflect.Array, reflect.Map:
			dives = append(dives, "dive")
		default:
			return nil, nil
		}
		t = t.Elem()
	}
	return nil, nil
}

func ruleTag(t reflect.Type) string { return planFor(t).ruleTag }

// hasTag tells whether any field below t has the tag.
func hasTag(t reflect.Type, tag string, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return hasTag(t.Elem(), tag, seen)
	case reflect.Struct:
	default:
		return false
	}
	for f := range t.Fields() {
		if _, ok := f.Tag.Lookup(tag); ok || hasTag(f.Type, tag, seen) {
			return true
		}
	}
	return false
}

// validate checks *value by its tags and returns a *BindError with all faults. c may be nil.
func validate(c *gin.Context, s *settings, value any, src source) error {
	v := reflect.ValueOf(value).Elem()
	p := planFor(v.Type())
	if !p.structs {
		return nil
	}
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil // JSON null for a type that allows it
		}
		v = v.Elem()
	}
	ctx := context.Background()
	if c != nil {
		ctx = c.Request.Context()
	}
	var err error
	if engine := validatorFor(s, v.Type(), src); p.dive == "" {
		err = engine.StructCtx(ctx, v.Addr().Interface())
	} else {
		err = engine.VarCtx(ctx, v.Interface(), p.dive)
	}
	if err == nil {
		return nil
	}
	failed, ok := errors.AsType[validator.ValidationErrors](err)
	if !ok {
		return fmt.Errorf("bodyparser: validating: %w", err)
	}
	return &BindError{Faults: faultsOf(c, s, v, failed, src)}
}

func faultsOf(c *gin.Context, s *settings, root reflect.Value, failed validator.ValidationErrors, src source) []Fault {
	faults := make([]Fault, 0, min(len(failed), MaxFaults))
	for _, fe := range failed[:min(len(failed), MaxFaults)] {
		at := locate(root, fe, src)
		faults = append(faults, s.word(c, at.fault(fe.Tag(), fe.Param(), ruleMessage(fe)), fe))
	}
	return faults
}

// word lets the translator have its say.
func (s *settings) word(c *gin.Context, f Fault, fe validator.FieldError) Fault {
	if s.translator != nil && c != nil {
		if text := s.translator.Translate(c, f, fe); text != "" {
			f.Message = visible(text)
		}
	}
	return f
}
