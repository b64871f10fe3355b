package middleware

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// policyJSON is the written form of a Policy.
type policyJSON struct {
	Origins         []string `json:"origins,omitempty"`
	Methods         []string `json:"methods,omitzero"`
	Headers         []string `json:"headers,omitzero"`
	ExposedHeaders  []string `json:"exposedHeaders,omitempty"`
	Credentials     bool     `json:"credentials,omitempty"`
	MaxAge          seconds  `json:"maxAge,omitzero"`
	PrivateNetwork  bool     `json:"privateNetwork,omitempty"`
	PreflightStatus int      `json:"preflightStatus,omitempty"`
}

func (p *Policy) written() policyJSON {
	return policyJSON{
		p.Origins, p.Methods, p.Headers, p.ExposedHeaders, p.Credentials, seconds(p.MaxAge), p.PrivateNetwork, p.PreflightStatus,
	}
}

// MarshalJSON writes the form that [Policy.UnmarshalJSON] reads. A policy with an OriginFunc cannot be written.
func (p Policy) MarshalJSON() ([]byte, error) {
	if p.OriginFunc != nil {
		return nil, errors.New("middleware: CORS: a policy with OriginFunc has no JSON form; list the origins")
	}
	return json.Marshal(p.written())
}

// UnmarshalJSON reads a policy from an object with the keys origins, methods, headers, exposedHeaders, credentials,
// maxAge (a number of seconds, or a string such as "10m"), privateNetwork and preflightStatus. Keys that are missing
// leave a field as it is; unknown ones are an error. Whether the values make sense is checked when the policy is used.
func (p *Policy) UnmarshalJSON(data []byte) error {
	form := p.written()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&form); err != nil {
		return fmt.Errorf("middleware: CORS: %w", explainType(err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("middleware: CORS: the policy is followed by more text; write one JSON object")
	}
	p.Origins, p.Methods, p.Headers, p.ExposedHeaders = form.Origins, form.Methods, form.Headers, form.ExposedHeaders
	p.Credentials, p.MaxAge = form.Credentials, time.Duration(form.MaxAge)
	p.PrivateNetwork, p.PreflightStatus = form.PrivateNetwork, form.PreflightStatus
	return nil
}

// explainType says what to write where a value has the wrong type, in words of JSON.
func explainType(err error) error {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return err
	}
	name, _, _ := strings.Cut(wrong.Field, ".") // from Go 1.27 on the place in a list follows
	if name == "" {
		name = "the policy"
	}
	want := "an object"
	switch wrong.Type.Kind() { //nolint:exhaustive // the types of the fields
	case reflect.Slice:
		want = "a list of strings"
	case reflect.String:
		want = "strings in it"
	case reflect.Bool:
		want = "true or false"
	case reflect.Int:
		want = "a whole number"
	}
	return fmt.Errorf("%s is of type %s; write %s", name, wrong.Value, want)
}

// UnmarshalYAML reads the same object from YAML. Its form is the one that the common YAML packages call without being
// imported here.
func (p *Policy) UnmarshalYAML(unmarshal func(any) error) error {
	var tree map[string]any
	if err := unmarshal(&tree); err != nil {
		return fmt.Errorf("middleware: CORS: %w", err)
	}
	data, err := json.Marshal(tree)
	if err != nil {
		return fmt.Errorf("middleware: CORS: %w", err)
	}
	return p.UnmarshalJSON(data)
}

// seconds is a duration that is written as a number of seconds.
type seconds time.Duration

func (s seconds) MarshalJSON() ([]byte, error) {
	if d := time.Duration(s); d%time.Second != 0 {
		return json.Marshal(d.String())
	}
	return strconv.AppendInt(nil, int64(time.Duration(s)/time.Second), 10), nil
}

func (s *seconds) UnmarshalJSON(data []byte) error {
	const most = int64(1<<63-1) / int64(time.Second)
	if n, err := strconv.ParseInt(string(data), 10, 64); err == nil && -most <= n && n <= most {
		*s = seconds(time.Duration(n) * time.Second)
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		if d, err := time.ParseDuration(text); err == nil {
			*s = seconds(d)
			return nil
		}
	}
	return fmt.Errorf(`maxAge is %s; write a whole number of seconds, or a string such as "10m"`, data)
}
