package jsonscan_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
)

// TestSameAsJSONParse also checks the one difference: a number that JSON.parse makes infinite is an error here.
func TestSameAsJSONParse(t *testing.T) {
	t.Parallel()
	if *update {
		record(t, randomTexts(500))
	}
	data, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	var answers [][2]string // text, verdict
	if err := json.Unmarshal(data, &answers); err != nil {
		t.Fatal(err)
	}
	if len(answers) < 500 {
		t.Fatalf("%s has %d cases only", recording, len(answers))
	}
	for _, a := range answers {
		got := verdict(jsonscan.Check([]byte(a[0]), jsonscan.Options{}))
		if got == "infinite" && a[1] == "error" {
			continue // the number came before the error; the first fault counts
		}
		if got != a[1] {
			t.Errorf("Check(%q): %s; JSON.parse says %s", a[0], got, a[1])
		}
	}
}

// verdict names the kind of an error as the recording does.
func verdict(err error) string {
	if err == nil {
		return "value"
	}
	if _, ok := errors.AsType[*jsonscan.RangeError](err); ok {
		return "infinite"
	}
	if _, ok := errors.AsType[*jsonscan.SyntaxError](err); ok {
		return "error"
	}
	return err.Error()
}
