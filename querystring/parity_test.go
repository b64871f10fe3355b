package querystring_test

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

// answer is what Node.js made of a text.
type answer struct {
	text string
	want querystring.Values
	keys map[string]json.RawMessage // the JSON text of each key's value or values
}

func (a *answer) UnmarshalJSON(b []byte) error {
	var entries [][2]json.RawMessage
	if err := json.Unmarshal(b, &[]any{&a.text, &entries}); err != nil {
		return err
	}
	a.want, a.keys = querystring.Values{}, map[string]json.RawMessage{}
	for _, entry := range entries {
		var key, value string
		var all []string
		if err := json.Unmarshal(entry[0], &key); err != nil {
			return err
		}
		if json.Unmarshal(entry[1], &value) == nil {
			all = []string{value}
		} else if err := json.Unmarshal(entry[1], &all); err != nil {
			return err
		}
		a.want[key] = all
		a.keys[key] = append(append(append([]byte{'{'}, entry[0]...), ':'), append(entry[1], '}')...)
	}
	return nil
}

func TestSameAsNode(t *testing.T) {
	t.Parallel()
	if *update {
		record(t, randomTexts(400))
	}
	data, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	var answers []answer
	if err := json.Unmarshal(data, &answers); err != nil {
		t.Fatal(err)
	}
	if len(answers) < 500 {
		t.Fatalf("%s has %d cases only", recording, len(answers))
	}
	for _, a := range answers {
		got, err := querystring.Parse(a.text, 0)
		if err != nil || !reflect.DeepEqual(got, a.want) {
			t.Errorf("Parse(%q) = %q, %v; want %q", a.text, got, err, a.want)
		}
		for key, want := range a.keys {
			if out, err := (querystring.Values{key: got[key]}).MarshalJSON(); err != nil || string(out) != string(want) {
				t.Errorf("key %q of %q is %s, %v; want %s", key, a.text, out, err, want)
			}
		}
	}
}
