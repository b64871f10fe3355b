package stringify

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// What follows differs between releases of Go, and within one by its experiments: Go 1.27 reads tags otherwise that hold quotes,
// backslashes or options in an unusual spelling, knows the option embed and refuses the option format. So the encoding/json at
// hand is asked, once per type; none of these tags is usual.

// tagFacts is what a tag means.
type tagFacts struct {
	name      string // empty: the field's own
	omitEmpty bool
	omitZero  bool
	quoted    bool
	embed     bool // a struct or map is written as if its members were those of the struct around it
}

// readTag returns what the tag of a field means.
func readTag(sf reflect.StructField) (tagFacts, error) {
	name, options, _ := strings.Cut(sf.Tag.Get("json"), ",")
	f := tagFacts{name: name}
	usual := name == "" || validName(name)
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty":
			f.omitEmpty = true
		case "omitzero":
			f.omitZero = true
		case "string":
			f.quoted = true
		case "":
		default:
			usual = false
		}
	}
	if usual {
		return f, nil
	}
	f, err := askAboutTag(sf.Tag)
	if err != nil {
		err = fmt.Errorf("encoding/json refuses the tag `%s` of the field %s; write another", sf.Tag, sf.Name)
	}
	return f, err
}

// inner is a struct to see omitzero and embed by.
type inner struct{ Inside int }

// askAboutTag finds out what a tag means from what encoding/json writes.
func askAboutTag(tag reflect.StructTag) (f tagFacts, err error) {
	members, err := membersWith(tag, inner{1})
	if err != nil {
		return f, err
	}
	if _, f.embed = members["Inside"]; f.embed {
		return f, nil
	}
	for f.name = range members {
		if f.name == unnamed {
			f.name = ""
		}
	}
	for _, question := range []struct {
		value  any
		answer *bool
	}{{inner{}, &f.omitZero}, {[]int{}, &f.omitEmpty}} {
		if members, err = membersWith(tag, question.value); err != nil {
			return f, err
		}
		*question.answer = len(members) == 0
	}
	members, err = membersWith(tag, 1)
	for _, text := range members {
		f.quoted = string(text) == `"1"`
	}
	return f, err
}

// unnamed is the name of a field that no tag gives.
const unnamed = "FieldWithoutANameInItsTag"

// membersWith returns the members of an object of one field with a tag and a value, as encoding/json writes it.
func membersWith(tag reflect.StructTag, value any) (members map[string]json.RawMessage, err error) {
	s := reflect.New(reflect.StructOf([]reflect.StructField{{Name: unnamed, Type: reflect.TypeOf(value), Tag: tag}})).Elem()
	s.Field(0).Set(reflect.ValueOf(value))
	text, err := json.Marshal(s.Interface())
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	return members, err
}
