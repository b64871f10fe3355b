package exampletest_test

import (
	"reflect"
	"testing"

	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
)

func TestSteps(t *testing.T) {
	t.Parallel()
	text := "```sh\n$ no\n```\n$ no\n```console\n$ a\n1\n2\n$ b\n\n3\n$ c\n```\n```console\n$ d\n4\n```\n"
	want := [][2]string{{"a", "1\n2"}, {"b", "3"}, {"c", ""}, {"d", "4"}}
	if got := exampletest.Steps(text); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		want, output string
		matches      bool
	}{
		{"a", "a", true},
		{"a", "a \r", true},
		{"a", "ab", false},
		{"a", "ba", false},
		{"a.c", "abc", false},
		{"a…c", "abc", true},
		{"a…c", "a\nc", false},
		{"a\nb", "a\r\nb", true},
		{"a\nb", "a\nc", false},
		{"", "", true},
		{"", "a", false},
	} {
		if got := exampletest.Matches(test.want, test.output); got != test.matches {
			t.Errorf("%q for %q: got %v", test.output, test.want, got)
		}
	}
}
