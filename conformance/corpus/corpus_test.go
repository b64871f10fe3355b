package corpus_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
)

// TestPart: each form of a part survives its file and has its bytes.
func TestPart(t *testing.T) {
	for _, tt := range []struct {
		name  string
		part  corpus.Part
		form  string
		bytes string
	}{
		{"text", corpus.Text("GET <ž>\r\n"), `"GET <ž>\r\n"`, "GET <ž>\r\n"},
		{"bytes", corpus.Hex("\xff\x00"), `{"hex":"ff00"}`, "\xff\x00"},
		{"repeated", corpus.Repeat("ab", 3), `{"repeat":"ab","times":3}`, "ababab"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			written, err := tt.part.MarshalJSON()
			if err != nil || string(written) != tt.form {
				t.Errorf("written as %s (%v), want %s", written, err, tt.form)
			}
			var read corpus.Part
			if err := json.Unmarshal(written, &read); err != nil || !reflect.DeepEqual(read, tt.part) {
				t.Errorf("read as %+v (%v)", read, err)
			}
			if got := string(read.Bytes()); got != tt.bytes || read.Len() != len(tt.bytes) {
				t.Errorf("bytes %q, length %d", got, read.Len())
			}
		})
	}
	for _, broken := range []string{`1`, `{}`, `{"hex":"zz"}`, `{"repeat":"a"}`, `{"other":1}`} {
		if err := json.Unmarshal([]byte(broken), new(corpus.Part)); err == nil {
			t.Errorf("no error for the part %s", broken)
		}
	}
}

func sound(name string) corpus.Case {
	return corpus.Case{Name: name, Rules: []int{1}, Methods: []string{"GET"}, Send: []corpus.Part{corpus.Text("GET / "), corpus.Hex("\x00")}}
}

func TestCheck(t *testing.T) {
	nameless, ruleless, empty := sound("topic"), sound("a/ruleless"), sound("a/empty")
	ruleless.Rules, empty.Send = nil, nil
	err := corpus.Check([]corpus.Case{sound("a/b"), sound("a/b"), nameless, ruleless, empty})
	for _, want := range []string{`"a/b" is used twice`, `"topic" has no topic`, "a/ruleless names no rule", "a/empty sends nothing"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

// TestFiles: cases survive their files, and files of topics that are gone go.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	if err := corpus.Save(dir, []corpus.Case{sound("old/one")}); err != nil {
		t.Fatal(err)
	}
	want := []corpus.Case{sound("a/one"), sound("a/two"), sound("b/one")}
	if err := corpus.Save(dir, want); err != nil {
		t.Fatal(err)
	}
	got, err := corpus.Load(dir)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v (%v)", got, err)
	}
	if b := string(got[0].Bytes()); b != "GET / \x00" {
		t.Errorf("bytes %q", b)
	}
}

func TestBrokenFiles(t *testing.T) {
	for name, line := range map[string]string{
		"no JSON":     `{`,
		"unknown key": `{"name":"a/b","rule":1}`,
		"other topic": `{"name":"b/b","rules":[1],"methods":["GET"],"send":["x"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "a"+corpus.Extension), []byte(line+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := corpus.Load(dir); err == nil {
				t.Error("no error")
			}
		})
	}
	if _, err := corpus.Load(t.TempDir()); err == nil {
		t.Error("no error for an empty folder")
	}
	if err := corpus.Save(t.TempDir(), []corpus.Case{sound("x")}); err == nil {
		t.Error("no error for a case without a topic")
	}
}
