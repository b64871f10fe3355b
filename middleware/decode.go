package middleware

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/bytesize"
)

// UnmarshalJSON reads the config object of a Next.js API route; see [Config].
// What data does not mention stays as it was. The error names every fault.
func (config *Config) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return fmt.Errorf("middleware: the config is not JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("middleware: the config is followed by more text; write one JSON object")
	}
	return config.decode(tree)
}

// UnmarshalYAML reads the same object from YAML. Its form is the one that the
// common YAML packages call without being imported here.
func (config *Config) UnmarshalYAML(unmarshal func(any) error) error {
	var tree any
	if err := unmarshal(&tree); err != nil {
		return fmt.Errorf("middleware: the config is not YAML: %w", err)
	}
	return config.decode(tree)
}

func (config *Config) decode(tree any) error {
	var d decoder
	next := *config
	d.object("", tree, map[string]func(string, any){
		"api": func(at string, v any) {
			d.object(at, v, map[string]func(string, any){
				"bodyParser":       func(at string, v any) { d.bodyParser(at, v, &next) },
				"responseLimit":    func(at string, v any) { d.responseLimit(at, v, &next) },
				"externalResolver": func(at string, v any) { d.boolean(at, v, &next.ExternalResolver) },
			})
		},
		"maxDuration": func(at string, v any) { d.seconds(at, v, &next.MaxDuration) },
		"cors":        func(at string, v any) { d.cors(at, v, &next) },
	})
	if err := errors.Join(d.faults...); err != nil {
		return err
	}
	*config = next
	return nil
}

// decoder walks a tree of what JSON and YAML decode to and collects faults.
type decoder struct {
	faults []error
}

func (d *decoder) fault(at, format string, args ...any) {
	if at == "" {
		at = "the config"
	}
	d.faults = append(d.faults, fmt.Errorf("middleware: %s "+format, append([]any{at}, args...)...))
}

// object calls the function for each key of v, in a stable order.
func (d *decoder) object(at string, v any, keys map[string]func(at string, v any)) {
	members, ok := membersOf(v)
	if !ok {
		d.fault(at, "is %s; write an object", describe(v))
		return
	}
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		path := strings.TrimPrefix(at+"."+name, ".")
		switch read := keys[name]; {
		case read == nil:
			d.fault(path, "is not known; the keys here are %s", quotedKeys(keys))
		case members[name] != nil: // null says nothing
			read(path, members[name])
		}
	}
}

func (d *decoder) bodyParser(at string, v any, config *Config) {
	if on, ok := v.(bool); ok {
		config.BodyParser = switchFor(on)
		return
	}
	if _, ok := membersOf(v); !ok {
		d.fault(at, `is %s; write true, false or {"sizeLimit": "1mb"}`, describe(v))
		return
	}
	d.object(at, v, map[string]func(string, any){
		"sizeLimit": func(at string, v any) {
			d.bytes(at, v, &config.SizeLimit)
			config.BodyParser = On
		},
	})
}

func (d *decoder) responseLimit(at string, v any, config *Config) {
	if on, ok := v.(bool); ok {
		config.ResponseWarning = switchFor(on)
		return
	}
	limit := config.ResponseLimit
	d.bytes(at, v, &limit)
	if size, err := bytesize.Parse(limit); err == nil && size == 0 {
		d.fault(at, "is %s, which every response reaches; write false to switch the warning off", describe(v))
		return
	}
	config.ResponseLimit, config.ResponseWarning = limit, On
}

func (d *decoder) boolean(at string, v any, to *Switch) {
	on, ok := v.(bool)
	if !ok {
		d.fault(at, "is %s; write true or false", describe(v))
		return
	}
	*to = switchFor(on)
}

func (d *decoder) bytes(at string, v any, to *string) {
	text, ok := v.(string)
	if !ok {
		text, ok = numberText(v)
	}
	if !ok {
		d.fault(at, `is %s; write a number of bytes or a string such as "500kb"`, describe(v))
		return
	}
	if _, err := bytesize.Parse(text); err != nil {
		d.fault(at, "is %s: %w", describe(v), err)
		return
	}
	*to = text
}

func (d *decoder) seconds(at string, v any, to *time.Duration) {
	text, ok := numberText(v)
	seconds, err := strconv.ParseFloat(text, 64)
	nanoseconds := seconds * float64(time.Second)
	// Less than a nanosecond would be 0, which means no deadline.
	if !ok || err != nil || !(nanoseconds >= 1) || nanoseconds >= math.MaxInt64 {
		d.fault(at, "is %s; write a positive number of seconds", describe(v))
		return
	}
	*to = time.Duration(nanoseconds)
}

func (d *decoder) cors(at string, v any, config *Config) {
	if _, ok := membersOf(v); !ok {
		d.fault(at, `is %s; write an object such as {"origins": ["https://app.example.com"]}`, describe(v))
		return
	}
	// The policy describes its own JSON form; the tree goes through it.
	text, err := json.Marshal(plain(v))
	if err == nil {
		strict := json.NewDecoder(bytes.NewReader(text))
		strict.DisallowUnknownFields()
		policy := new(Policy)
		if err = strict.Decode(policy); err == nil {
			config.CORS = policy
			return
		}
	}
	d.faults = append(d.faults, err)
}

func switchFor(on bool) Switch {
	if on {
		return On
	}
	return Off
}

// membersOf returns the members of an object as any of the decoders give it.
func membersOf(v any) (map[string]any, bool) {
	switch v := v.(type) {
	case map[string]any:
		return v, true
	case map[any]any:
		members := make(map[string]any, len(v))
		for key, value := range v {
			members[fmt.Sprint(key)] = value
		}
		return members, true
	}
	return nil, false
}

// plain makes what a YAML package decodes fit for encoding/json.
func plain(v any) any {
	if members, ok := membersOf(v); ok {
		object := make(map[string]any, len(members))
		for key, value := range members {
			object[key] = plain(value)
		}
		return object
	}
	if list, ok := v.([]any); ok {
		array := make([]any, len(list))
		for i, value := range list {
			array[i] = plain(value)
		}
		return array
	}
	return v
}

// numberText returns a number in plain digits, however it was written.
func numberText(v any) (string, bool) {
	switch v := v.(type) {
	case json.Number:
		if f, err := v.Float64(); err == nil && strings.ContainsAny(v.String(), "eE") {
			return plainDigits(f), true
		}
		return v.String(), true
	case int, int64, uint64:
		return fmt.Sprint(v), true
	case float64:
		return plainDigits(v), true
	}
	return "", false
}

func plainDigits(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(v)
	case []any:
		return "a list"
	case map[string]any, map[any]any:
		return "an object"
	}
	return fmt.Sprint(v)
}

func quotedKeys(keys map[string]func(string, any)) string {
	names := make([]string, 0, len(keys))
	for name := range keys {
		names = append(names, strconv.Quote(name))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
