package bytesize_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/bytesize"
)

func TestText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		size bytesize.Size
		want string
	}{
		{0, "0B"},
		{1000, "1000B"},
		{1536, "1.5KB"},
		{1537, "1537"}, // 1.5KB would be another size
		{4 << 20, "4MB"},
		{1<<20 - 1, "1048575"},
		{1_000_000_000, "1000000000"},
		{math.MaxInt64, "9223372036854775807"}, // 8192PB would be too large
	}
	for _, tt := range tests {
		text, err := tt.size.MarshalText()
		if err != nil || string(text) != tt.want {
			t.Errorf("Size(%d).MarshalText() = %q, %v; want %q", int64(tt.size), text, err, tt.want)
		}
		back := bytesize.Size(-1)
		if err := back.UnmarshalText(text); err != nil || back != tt.size {
			t.Errorf("UnmarshalText(%q) = %d, %v; want %d", text, int64(back), err, int64(tt.size))
		}
	}
	size := bytesize.MB
	if err := size.UnmarshalText([]byte("1k")); err == nil || size != bytesize.MB {
		t.Errorf("after an error the size is %d, %v", size, err)
	}
}

func TestNegativeHasNoText(t *testing.T) {
	t.Parallel()
	if text, err := bytesize.Size(-1).MarshalText(); err == nil {
		t.Errorf("MarshalText gave %q", text)
	}
	if text, err := json.Marshal(bytesize.Size(-1)); err == nil || !strings.Contains(err.Error(), "write zero or more") {
		t.Errorf("MarshalJSON gave %q, %v", text, err)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want bytesize.Size
		err  string // part of the error; empty for none
	}{
		{`{"limit":"500kb"}`, 500 * bytesize.KB, ""},
		{`{"limit":"1\u006db"}`, bytesize.MB, ""},
		{`{"limit": 1048576 }`, bytesize.MB, ""},
		{`{"limit":0}`, 0, ""},
		{`{"limit":"0"}`, 0, ""},
		{`{"limit":9223372036854775807}`, math.MaxInt64, ""},
		{`{"limit":null}`, 7, ""},
		{`{}`, 7, ""},
		{`{"limit":"1k"}`, 7, `write "1kb"`},
		{`{"limit":""}`, 7, `such as "1mb"`},
		{`{"limit":-1}`, 7, "-1 is no whole number of bytes from 0 to 9223372036854775807"},
		{`{"limit":1.5}`, 7, "1.5 is no whole number"},
		{`{"limit":1e6}`, 7, "1e6 is no whole number"},
		{`{"limit":1.0}`, 7, "1.0 is no whole number"},
		{`{"limit":9223372036854775808}`, 7, "9223372036854775808 is no whole number"},
		{`{"limit":true}`, 7, "true is no whole number"},
		{`{"limit":false}`, 7, "false is no whole number"},
		{`{"limit":[1]}`, 7, "[1] is no whole number"},
		{`{"limit":{}}`, 7, "{} is no whole number"},
	}
	for _, tt := range tests {
		config := struct{ Limit bytesize.Size }{7}
		err := json.Unmarshal([]byte(tt.in), &config)
		if got := config.Limit; got != tt.want || !matches(err, tt.err) {
			t.Errorf("%s gave %d, %v; want %d, %q", tt.in, got, err, tt.want, tt.err)
		}
	}
	out, err := json.Marshal(map[string]bytesize.Size{"a": bytesize.MB, "b": 1537})
	if want := `{"a":"1MB","b":"1537"}`; err != nil || string(out) != want {
		t.Errorf("Marshal gave %s, %v; want %s", out, err, want)
	}
}

func matches(err error, part string) bool {
	if part == "" || err == nil {
		return err == nil && part == ""
	}
	return strings.Contains(err.Error(), part) && strings.HasPrefix(err.Error(), "bytesize: ")
}

// TestUnmarshalJSONAlone calls the method as something else than encoding/json may do.
func TestUnmarshalJSONAlone(t *testing.T) {
	t.Parallel()
	for in, ok := range map[string]bool{` "1mb" `: true, "\n12": true, "": false, `"`: false, `"1mb`: false, " null ": true} {
		var size bytesize.Size
		if err := size.UnmarshalJSON([]byte(in)); !matches(err, map[bool]string{false: "size"}[ok]) && !matches(err, map[bool]string{false: "whole number"}[ok]) {
			t.Errorf("UnmarshalJSON(%q): %v", in, err)
		}
	}
}

var errDecode = errors.New("not YAML")

func TestYAML(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   any
		want bytesize.Size
		err  string
	}{
		{"500kb", 500 * bytesize.KB, ""},
		{"1k", 7, `write "1kb"`},
		{1048576, bytesize.MB, ""},
		{int64(1048576), bytesize.MB, ""},
		{uint64(1048576), bytesize.MB, ""},
		{uint64(math.MaxUint64), 7, "is no whole number"},
		{-1, 7, "-1 is no whole number"},
		{1.5, 7, "1.5 is no whole number"},
		{false, 7, "false is no whole number"},
		{[]any{1}, 7, "[1] is no whole number"},
		{nil, 7, ""},
	}
	for _, tt := range tests {
		size := bytesize.Size(7)
		err := size.UnmarshalYAML(func(to any) error {
			if value, ok := to.(*any); ok {
				*value = tt.in
				return nil
			}
			return errDecode
		})
		if size != tt.want || !matches(err, tt.err) {
			t.Errorf("%v gave %d, %v; want %d, %q", tt.in, size, err, tt.want, tt.err)
		}
	}
	var size bytesize.Size
	if err := size.UnmarshalYAML(func(any) error { return errDecode }); !errors.Is(err, errDecode) {
		t.Errorf("the error of the decoder became %v", err)
	}
}
