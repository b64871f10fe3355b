package bodyparser

import (
	"encoding"
	"errors"
	"maps"
	"mime/multipart"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin/binding"
)

var (
	fileType     = reflect.TypeFor[*multipart.FileHeader]()
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
)

func isFile(t reflect.Type) bool {
	if t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	return t == fileType || t == fileType.Elem()
}

// setFiles sets a field of one file or several.
func (f *filler) setFiles(at path, v reflect.Value, files []*multipart.FileHeader) {
	switch v.Kind() {
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), len(files), len(files)))
	case reflect.Array:
		if len(files) != v.Len() {
			f.add(at.fault(RuleType, "", "must be exactly "+strconv.Itoa(v.Len())+" files"))
			return
		}
	case reflect.Pointer:
		v.Set(reflect.ValueOf(files[0]))
		return
	default:
		v.Set(reflect.ValueOf(*files[0]))
		return
	}
	for i, file := range files {
		f.setFiles(at, v.Index(i), []*multipart.FileHeader{file})
	}
}

// isList tells whether a field takes all values of its name. A type that reads text itself takes the first one.
func isList(t reflect.Type, o *options) bool {
	return (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && !readsText(t, o)
}

// readsText tells the types that are filled by a method of their own: Gin's UnmarshalParam, or UnmarshalText where the
// tag says so or where there is no other way to read one text.
func readsText(t reflect.Type, o *options) bool {
	pointer := reflect.PointerTo(t)
	if pointer.Implements(reflect.TypeFor[binding.BindUnmarshaler]()) {
		return true
	}
	if t == timeType && !o.byText || !pointer.Implements(textUnmarshaler) {
		return false
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map, reflect.Slice, reflect.Array:
		return true
	default:
		return o.byText
	}
}

// setList sets a slice or array. Its length is that of the values that were sent, whatever indexes are in their names.
func (f *filler) setList(at path, v reflect.Value, all []string, o *options) {
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), len(all), len(all)))
	} else if len(all) != v.Len() {
		f.add(at.fault(RuleType, "", "must be exactly "+strconv.Itoa(v.Len())+" values"))
		return
	}
	for i, text := range all {
		f.set(at.index(i), v.Index(i), text, o)
	}
}

// set sets v from one text. Blanks around anything but a string do not matter, and an empty text is the zero value, as in Gin.
func (f *filler) set(at path, v reflect.Value, text string, o *options) {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		f.set(at, v.Elem(), text, o)
		return
	}
	if readsText(v.Type(), o) {
		f.method(at, v, text)
		return
	}
	if v.Kind() == reflect.String {
		v.SetString(text)
		return
	}
	if text = strings.TrimSpace(text); text == "" {
		v.SetZero()
		return
	}
	switch v.Type() {
	case timeType:
		f.time(at, v, text, o)
		return
	case durationType:
		d, err := time.ParseDuration(text)
		f.check(at, err, `duration such as "1h30m"`)
		v.SetInt(int64(d))
		return
	}
	f.scalar(at, v, text)
}

// method lets the type read the text.
func (f *filler) method(at path, v reflect.Value, text string) {
	var err error
	switch m := v.Addr().Interface().(type) {
	case binding.BindUnmarshaler:
		err = m.UnmarshalParam(text)
	case encoding.TextUnmarshaler:
		err = m.UnmarshalText([]byte(text))
	}
	if err != nil {
		f.add(at.fault(RuleType, "", "does not have the right form"))
	}
}

func (f *filler) scalar(at path, v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		f.check(at, err, "boolean")
		v.SetBool(b)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		f.check(at, err, "integer")
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := strconv.ParseUint(text, 10, v.Type().Bits())
		if err != nil && strings.HasPrefix(text, "-") {
			if _, e := strconv.ParseInt(text, 10, 64); e == nil || errors.Is(e, strconv.ErrRange) {
				err = strconv.ErrRange
			}
		}
		f.check(at, err, "integer")
		v.SetUint(n)
	case reflect.Float32, reflect.Float64:
		n, err := strconv.ParseFloat(text, v.Type().Bits())
		f.check(at, err, "number")
		v.SetFloat(n)
	case reflect.Struct, reflect.Map, reflect.Slice, reflect.Array, reflect.Interface:
		f.json(at, v, text)
	default:
		f.add(at.fault(RuleType, "", "cannot be decoded"))
	}
}

// json reads a struct or map that was sent as JSON in one value, as Gin does, under the same checks as a body.
func (f *filler) json(at path, v reflect.Value, text string) {
	if f.settings.checkJSON([]byte(text)) != nil || unmarshal([]byte(text), v.Addr().Interface(), f.settings.strict) != nil {
		f.mismatch(at, "JSON value of the right form")
	}
}

// time reads a time by the tags time_format, time_utc and time_location.
func (f *filler) time(at path, v reflect.Value, text string, o *options) {
	layout := o.tag.Get("time_format")
	var unix func(int64) time.Time
	switch strings.ToLower(layout) {
	case "":
		layout = time.RFC3339
	case "unix":
		unix = func(n int64) time.Time { return time.Unix(n, 0) }
	case "unixmilli":
		unix = time.UnixMilli
	case "unixmicro":
		unix = time.UnixMicro
	case "unixnano":
		unix = func(n int64) time.Time { return time.Unix(0, n) }
	}
	if unix != nil {
		n, err := strconv.ParseInt(text, 10, 64)
		f.check(at, err, "integer")
		v.Set(reflect.ValueOf(unix(n)))
		return
	}
	zone := time.Local
	if utc, err := strconv.ParseBool(o.tag.Get("time_utc")); err == nil && utc {
		zone = time.UTC
	}
	if name := o.tag.Get("time_location"); name != "" {
		var err error
		if zone, err = time.LoadLocation(name); err != nil {
			f.add(at.fault(RuleType, "", "cannot be decoded: unknown time_location "+name))
			return
		}
	}
	t, err := time.ParseInLocation(layout, text, zone)
	f.check(at, err, "time such as "+layout)
	v.Set(reflect.ValueOf(t))
}

func (f *filler) check(at path, err error, want string) {
	switch {
	case err == nil:
	case errors.Is(err, strconv.ErrRange):
		f.add(at.fault(RuleRange, "", "is out of range"))
	default:
		f.mismatch(at, want)
	}
}

func (f *filler) mismatch(at path, want string) { f.add(mismatch(at, want)) }

func (f *filler) add(fault Fault) {
	if len(f.faults) < MaxFaults {
		f.faults = append(f.faults, fault)
	}
}

// whole sets targets that are no struct: maps from names to one value or all of them, and any.
func (f *filler) whole(v reflect.Value) bool {
	t := v.Type()
	if t.Kind() == reflect.Interface && t.NumMethod() == 0 {
		v.Set(reflect.ValueOf(maps.Clone(f.form)))
		return true
	}
	if t.Kind() != reflect.Map || t.Key().Kind() != reflect.String {
		return false
	}
	elem := t.Elem()
	switch {
	case elem.Kind() == reflect.String, elem.Kind() == reflect.Slice && elem.Elem().Kind() == reflect.String:
	case elem.Kind() == reflect.Interface && elem.NumMethod() == 0:
	default:
		return false
	}
	m := reflect.MakeMapWithSize(t, len(f.form))
	for name, all := range f.form {
		var value reflect.Value
		switch {
		case elem.Kind() == reflect.Slice, elem.Kind() == reflect.Interface && len(all) != 1:
			value = reflect.ValueOf(all)
		case len(all) == 0:
			continue
		default:
			value = reflect.ValueOf(all[0])
		}
		if elem.Kind() != reflect.Interface {
			value = value.Convert(elem)
		}
		m.SetMapIndex(reflect.ValueOf(name).Convert(t.Key()), value)
	}
	v.Set(m)
	return true
}
