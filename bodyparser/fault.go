package bodyparser

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"

	"github.com/gin-gonic/gin"
)

// MaxFaults is the largest number of faults that a BindError holds; a body with more shows the first ones. It keeps a small
// request with a long array from causing a huge answer.
const MaxFaults = 100

// Rules of faults that are not a rule of the validator.
const (
	// RuleType: the value has another type than the field; Param is the type to send, such as "integer".
	RuleType = "type"
	// RuleRange: the number does not fit into the field.
	RuleRange = "range"
	// RuleUnknown: there is no such field.
	RuleUnknown = "unknown"
)

// Fault is one thing that is wrong with a value. All texts are safe to show and to log.
type Fault struct {
	// Pointer leads to the value, as in RFC 6901: "/items/2/price", "" for the whole body. Names are those of the source:
	// of the tag json, form, uri or header.
	Pointer string `json:"pointer"`
	// Field is the last name on the way, without indexes: "price".
	Field string `json:"field,omitempty"`
	// Rule is a rule of the validator, such as "required" or "gte", or one of RuleType, RuleRange and RuleUnknown.
	Rule string `json:"rule"`
	// Param is what the rule compares with: "0" for "gte=0".
	Param string `json:"param,omitempty"`
	// Message is for people: "must be 0 or more".
	Message string `json:"message"`
}

// BindError says what is wrong with a body, query, path or header: everything at once. It is answered 400.
type BindError struct {
	// Faults has MaxFaults elements at most: first what does not fit, then what breaks a rule, in the order of the fields.
	Faults []Fault

	cause error
}

// Error lists the faults, and adds what the JSON package said if no fault is known for it.
func (e *BindError) Error() string {
	if e.cause != nil {
		return "bodyparser: " + visible(e.text()+": "+e.cause.Error())
	}
	return "bodyparser: " + visible(e.text())
}

// Unwrap returns an error of the JSON package that the faults do not cover, or nil.
func (e *BindError) Unwrap() error { return e.cause }

// StatusCode is 400.
func (e *BindError) StatusCode() int { return http.StatusBadRequest }

// Message lists the faults in one line: "/name is required; /items/2/price must be 0 or more".
func (e *BindError) Message() string { return e.text() }

func (e *BindError) text() string {
	var b strings.Builder
	for i, f := range e.Faults {
		if i > 0 {
			b.WriteString("; ")
		}
		if f.Pointer == "" {
			b.WriteString("body")
		}
		b.WriteString(f.Pointer)
		b.WriteByte(' ')
		b.WriteString(f.Message)
	}
	return b.String()
}

// NoParserError says that Bind was called on a route without a parser. It is a fault of the program, answered 500.
type NoParserError struct {
	// Route is the method and pattern.
	Route string
}

// Error tells what to add.
func (e *NoParserError) Error() string {
	return fmt.Sprintf("bodyparser: no parser on %s; add bodyparser.Must(bodyparser.Config{}) or the package middleware to the route", visible(e.Route))
}

// StatusCode is 500.
func (e *NoParserError) StatusCode() int { return http.StatusInternalServerError }

// UnsupportedTypeError says that a body of this media type cannot be bound to the value wanted. It is answered 415.
type UnsupportedTypeError struct {
	// MediaType is that of the request.
	MediaType string
}

// Error names the type.
func (e *UnsupportedTypeError) Error() string {
	return "bodyparser: cannot bind a body of type " + visible(e.MediaType) + "; send JSON or a form"
}

// StatusCode is 415.
func (e *UnsupportedTypeError) StatusCode() int { return http.StatusUnsupportedMediaType }

// Message is the name of the status.
func (e *UnsupportedTypeError) Message() string { return http.StatusText(e.StatusCode()) }

// Translator words the messages of faults, in the language of the request for instance.
type Translator interface {
	// Translate returns the message of a fault, or "" for the English one, which the fault has. failed is what the validator
	// reported, nil for RuleType, RuleRange and RuleUnknown.
	Translate(c *gin.Context, fault Fault, failed validator.FieldError) string
}

// TranslatorFunc is a function as a Translator.
type TranslatorFunc func(c *gin.Context, fault Fault, failed validator.FieldError) string

// Translate calls f.
func (f TranslatorFunc) Translate(c *gin.Context, fault Fault, failed validator.FieldError) string {
	return f(c, fault, failed)
}

// UniversalTranslator uses translations that were registered with the validator, as packages below
// github.com/go-playground/validator/v10/translations do. choose picks the language of a request. They are registered with one
// instance, so that one has to be Config.Validator.
func UniversalTranslator(choose func(*gin.Context) ut.Translator) Translator {
	return TranslatorFunc(func(c *gin.Context, _ Fault, failed validator.FieldError) string {
		if failed == nil {
			return ""
		}
		// Without a translation the validator returns its own error text, with names of Go.
		if text := failed.Translate(choose(c)); text != failed.Error() {
			return text
		}
		return ""
	})
}

// path leads to a value: names of fields, keys of maps and indexes.
type path struct {
	pointer string
	field   string
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

func (p path) name(name string) path {
	return path{p.pointer + "/" + pointerEscapes.Replace(visible(name)), visible(name)}
}

func (p path) index(i int) path {
	return path{p.pointer + "/" + strconv.Itoa(i), p.field}
}

func (p path) fault(rule, param, message string) Fault {
	return Fault{Pointer: p.pointer, Field: p.field, Rule: rule, Param: param, Message: message}
}

func mismatch(p path, want string) Fault {
	article := "a "
	if strings.ContainsAny(want[:1], "aeiou") {
		article = "an "
	}
	return p.fault(RuleType, want, "must be "+article+want)
}
