package querystring_test

import (
	"encoding/json"
	"testing"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

func TestMarshalJSON(t *testing.T) {
	t.Parallel()
	type values = querystring.Values
	tests := []struct {
		name string
		in   values
		want string
	}{
		{"nil", nil, `{}`},
		{"empty", values{}, `{}`},
		{"sorted", values{"b": {"1"}, "a": {"2"}, "": {"3"}, "B": {"4"}}, `{"":"3","B":"4","a":"2","b":"1"}`},
		{"several", values{"a": {"1", "2", ""}}, `{"a":["1","2",""]}`},
		{"none", values{"a": nil, "b": {}}, `{"a":[],"b":[]}`},
		{"escaped", values{"\"\\": {"\b\f\n\r\t\x00\x1f\x7f"}}, `{"\"\\":"\b\f\n\r\t\u0000\u001f` + "\x7f" + `"}`},
		{"not escaped", values{"<&>": {"\u2028\u2029/'€😀"}}, `{"<&>":"` + "\u2028\u2029/'€😀" + `"}`},
		{"invalid", values{"\xff": {"a\xe2\x82"}}, `{"` + "\ufffd" + `":"a` + "\ufffd" + `"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.in.MarshalJSON()
			if err != nil || string(got) != tt.want {
				t.Errorf("got %s, %v; want %s", got, err, tt.want)
			}
			if !json.Valid(got) {
				t.Errorf("%s is no JSON", got)
			}
		})
	}
}

// TestMarshalNested checks that json.Marshal calls the method and does its own escaping.
func TestMarshalNested(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(map[string]any{"query": querystring.Values{"a": {"<"}}})
	if want := `{"query":{"a":"\u003c"}}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}
