package bytesize

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// MarshalText writes s so that [Parse] reads the same size: as [Size.String] prints it when that is exact, else in bytes.
// A negative size is an error.
func (s Size) MarshalText() ([]byte, error) {
	if s < 0 {
		return nil, errNegative
	}
	b := s.appendRounded(make([]byte, 0, 24))
	if back, err := Parse(string(b)); err == nil && back == s {
		return b, nil
	}
	return strconv.AppendInt(b[:0], int64(s), 10), nil
}

// UnmarshalText reads a size as [Parse] does. On an error s keeps its value.
func (s *Size) UnmarshalText(b []byte) error {
	size, err := Parse(string(b))
	if err != nil {
		return err
	}
	*s = size
	return nil
}

// MarshalJSON writes the text of [Size.MarshalText] as a JSON string.
func (s Size) MarshalJSON() ([]byte, error) {
	b, err := s.MarshalText()
	if err != nil {
		return nil, err
	}
	return append(append([]byte{'"'}, b...), '"'), nil // digits, a point and letters: nothing to escape
}

// UnmarshalJSON reads a string as [Parse] does, or a number of bytes, which must be a whole one that is not negative and has
// neither point nor exponent. Null changes nothing, as usual in encoding/json. On an error s keeps its value.
func (s *Size) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	switch {
	case string(b) == "null":
		return nil
	case len(b) > 0 && b[0] == '"':
		var text string
		if err := json.Unmarshal(b, &text); err != nil {
			return fmt.Errorf("bytesize: the size is no JSON string: %w", err)
		}
		return s.UnmarshalText([]byte(text))
	default:
		return s.number(string(b))
	}
}

// number reads a number of bytes.
func (s *Size) number(text string) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf(`bytesize: %.40s is no whole number of bytes from 0 to %d; write such a number or a string such as "1mb"`, text, int64(maxSize))
	}
	*s = Size(n)
	return nil
}

// UnmarshalYAML reads a string or a whole number as [Size.UnmarshalJSON] does. It has the form that YAML packages call,
// with a function that decodes the value; so no YAML package is imported here. Null changes nothing.
func (s *Size) UnmarshalYAML(unmarshal func(any) error) error {
	var value any
	if err := unmarshal(&value); err != nil {
		return err
	}
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		return s.UnmarshalText([]byte(v))
	default:
		return s.number(fmt.Sprint(v))
	}
}
