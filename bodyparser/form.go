package bodyparser

import (
	"errors"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"reflect"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// values are what forms, queries, paths and headers hold.
type values struct {
	form  map[string][]string
	files map[string][]*multipart.FileHeader
}

func (st *state) bindMultipart(c *gin.Context, value any) error {
	if _, err := c.MultipartForm(); err != nil {
		return &ReadError{err}
	}
	form := c.Request.MultipartForm
	return bindValues(c, &st.parser.settings, value, values{form.Value, form.File}, sourceForm)
}

// bindValues fills *value and validates it. All faults of both are in one error.
func bindValues(c *gin.Context, s *settings, value any, from values, src source) error {
	v := reflect.ValueOf(value).Elem()
	f := filler{values: from, settings: s, source: src}
	switch t := v.Type(); {
	case t.Kind() == reflect.Struct:
		f.structure(v)
	case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct:
		v.Set(reflect.New(t.Elem()))
		f.structure(v.Elem())
	case !f.whole(v):
		return fmt.Errorf("bodyparser: cannot bind names and values to %v; use a struct or a map of strings", t)
	}
	for i, fault := range f.faults {
		f.faults[i] = s.word(c, fault, nil)
	}
	return merge(f.faults, validate(c, s, value, src))
}

// merge adds what the validator says about the values that could be decoded to what is wrong with the others.
func merge(found []Fault, err error) error {
	if len(found) == 0 {
		return err
	}
	if failed, ok := errors.AsType[*BindError](err); ok {
		mismatches := len(found)
		for _, f := range failed.Faults {
			if len(found) < MaxFaults && !covered(found[:mismatches], f.Pointer) {
				found = append(found, f)
			}
		}
	}
	return &BindError{Faults: found}
}

// covered tells whether a mismatch was found at or above a value, which then was not decoded and breaks rules for that
// reason only.
func covered(mismatches []Fault, pointer string) bool {
	return slices.ContainsFunc(mismatches, func(f Fault) bool {
		return f.Rule != RuleUnknown && (f.Pointer == pointer || strings.HasPrefix(pointer, f.Pointer+"/"))
	})
}

// filler sets the fields of a struct from values, by the rules of Gin: names and options from the tag, nested structs from
// the same names. Unlike Gin it reports everything that does not fit, by name, and ends on types that contain themselves.
type filler struct {
	values
	settings *settings
	source   source
	faults   []Fault
	within   []reflect.Type // structs that are being filled
}

func (f *filler) structure(v reflect.Value) (isSet bool) {
	t := v.Type()
	if slices.Contains(f.within, t) {
		return false
	}
	f.within = append(f.within, t)
	defer func() { f.within = f.within[:len(f.within)-1] }()
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.IsExported() || sf.Anonymous {
			isSet = f.field(v.Field(i), &sf) || isSet
		}
	}
	return isSet
}

// field sets v and tells whether there was something to set it from.
func (f *filler) field(v reflect.Value, sf *reflect.StructField) (isSet bool) {
	if sf.Tag.Get(string(f.source)) == "-" {
		return false
	}
	if v.Kind() == reflect.Pointer && v.Type() != fileType {
		elem := v.Elem()
		if v.IsNil() {
			if !v.CanSet() {
				return false // an embedded pointer to a struct that is not exported
			}
			elem = reflect.New(v.Type().Elem()).Elem()
		}
		if isSet = f.field(elem, sf); isSet && v.IsNil() {
			v.Set(elem.Addr())
		}
		return isSet
	}
	isStruct := v.Kind() == reflect.Struct
	if v.CanSet() && (!isStruct || !sf.Anonymous) && f.named(v, sf) {
		return true
	}
	return isStruct && f.structure(v)
}

// named sets v from the value that has its name, or from its default.
func (f *filler) named(v reflect.Value, sf *reflect.StructField) (isSet bool) {
	o := optionsOf(sf, f.source)
	at := path{}.name(o.name)
	if files, ok := f.files[o.name]; ok && isFile(v.Type()) {
		f.setFiles(at, v, files)
		return true
	}
	key := o.name
	if f.source == sourceHeader {
		key = textproto.CanonicalMIMEHeaderKey(key)
	}
	all, ok := f.form[key]
	if !ok && !o.hasDefault {
		return false
	}
	if isList(v.Type(), o) {
		f.setList(at, v, o.split(all), o)
		return true
	}
	text := o.def
	if len(all) > 0 && all[0] != "" {
		text = all[0]
	}
	f.set(at, v, text, o)
	return true
}

// options are those of one tag, as Gin has them.
type options struct {
	name       string
	def        string // of the option default=
	hasDefault bool
	byText     bool // parser=encoding.TextUnmarshaler
	separator  string
	tag        reflect.StructTag
}

func optionsOf(sf *reflect.StructField, src source) *options {
	name, rest, _ := strings.Cut(sf.Tag.Get(string(src)), ",")
	o := &options{name: name, tag: sf.Tag}
	if name == "" {
		o.name = sf.Name
	}
	for option := range strings.SplitSeq(rest, ",") {
		switch key, value, _ := strings.Cut(option, "="); key {
		case "default":
			o.def, o.hasDefault = value, true
		case "parser":
			o.byText = value == "encoding.TextUnmarshaler"
		}
	}
	o.separator = separators[sf.Tag.Get("collection_format")]
	return o
}

// separators are those of the tag collection_format. Without it a list has one value for each time its name was sent.
var separators = map[string]string{"csv": ",", "ssv": " ", "tsv": "\t", "pipes": "|"}

// split returns the elements of a list.
func (o *options) split(all []string) []string {
	if len(all) == 0 {
		// Commas separate options, so a default list is written with semicolons.
		return strings.Split(strings.ReplaceAll(o.def, ";", ","), ",")
	}
	if o.separator == "" {
		return all
	}
	var parts []string
	for _, s := range all {
		parts = append(parts, strings.Split(s, o.separator)...)
	}
	return parts
}
