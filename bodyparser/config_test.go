package bodyparser_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

type wrongRule struct {
	A string `binding:"no_such_rule"`
}

func TestConfigFaults(t *testing.T) {
	tests := []struct {
		config bodyparser.Config
		want   string // parts of the message, separated by "|"
	}{
		{bodyparser.Config{SizeLimit: "1k"}, `bodyparser: SizeLimit: bytesize: "1k"`},
		{bodyparser.Config{SizeLimit: "-1kb"}, `SizeLimit`},
		{bodyparser.Config{MaxParams: -1}, `MaxParams is -1; write a positive number, or 0 for 1000`},
		{bodyparser.Config{JSON: bodyparser.JSONConfig{MaxDepth: -1}}, `JSON.MaxDepth is -1`},
		{bodyparser.Config{JSON: bodyparser.JSONConfig{MaxDepth: 10001}}, `JSON.MaxDepth is 10001; write at most 10000`},
		{bodyparser.Config{Inflate: bodyparser.InflateConfig{Encodings: []string{"deflate"}}}, `Inflate.Encodings has "deflate"; write some of "gzip", "br", "zstd"`},
		{bodyparser.Config{Inflate: bodyparser.InflateConfig{Encodings: []string{"br", "br"}}}, `Inflate.Encodings has "br" twice`},
		{bodyparser.Config{Inflate: bodyparser.InflateConfig{MaxRatio: -1}}, `Inflate.MaxRatio is -1`},
		{bodyparser.Config{Drain: bodyparser.DrainConfig{MaxBytes: "much"}}, `Drain.MaxBytes: bytesize: "much"`},
		{bodyparser.Config{Drain: bodyparser.DrainConfig{Timeout: -time.Second}}, `Drain.Timeout is -1s`},
		{bodyparser.Config{Type: bodyparser.TypeOf[wrongRule]()}, `Type: bodyparser_test.wrongRule has a rule that the validator refuses`},
		{bodyparser.Config{SizeLimit: "x", MaxParams: -2, Drain: bodyparser.DrainConfig{MaxBytes: "y"}}, `SizeLimit|MaxParams|Drain.MaxBytes`},
	}
	for _, test := range tests {
		_, err := bodyparser.New(test.config)
		if err == nil {
			t.Errorf("%s: no error", test.want)
			continue
		}
		for part := range strings.SplitSeq(test.want, "|") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q is not in %v", part, err)
			}
		}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			if !strings.HasPrefix(line, "bodyparser: ") {
				t.Errorf("the message %q does not name the package", line)
			}
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: Must does not panic", test.want)
				}
			}()
			bodyparser.Must(test.config)
		}()
	}
}

func TestGoodConfigs(t *testing.T) {
	for _, config := range []bodyparser.Config{
		{},
		{SizeLimit: "0"},
		{SizeLimit: "1.5 MB", MaxParams: 1, JSON: bodyparser.JSONConfig{MaxDepth: 10000}},
		{Inflate: bodyparser.InflateConfig{Encodings: []string{"gzip", "br", "zstd"}, MaxRatio: 1}},
		{Drain: bodyparser.DrainConfig{MaxBytes: "0", Timeout: time.Hour}},
		{Type: bodyparser.TypeOf[int](), ErrorHandler: bodyparser.ProblemJSON},
		{Type: bodyparser.TypeOf[*item]()},
	} {
		if _, err := bodyparser.New(config); err != nil {
			t.Error(err)
		}
	}
}

// Configs take keyed literals only, so that fields can be added.
func TestConfigNeedsKeys(t *testing.T) {
	for _, config := range []any{bodyparser.Config{}, bodyparser.JSONConfig{}, bodyparser.InflateConfig{}, bodyparser.DrainConfig{}} {
		if f := reflect.TypeOf(config).Field(0); f.Name != "_" || f.Type.Size() != 0 {
			t.Errorf("the first field of %T is %s", config, f.Name)
		}
	}
}

// Settings are copied: changing them later changes nothing.
func TestConfigIsCopied(t *testing.T) {
	encodings := []string{"gzip"}
	h := must(t, bodyparser.Config{Inflate: bodyparser.InflateConfig{Encodings: encodings}})
	encodings[0] = "br"
	s := server(t, h, func(*gin.Context) {})
	if a := send(t, "POST", s.URL, strings.NewReader("x"), "Content-Encoding", "br"); a.status != 415 || a.header.Get("Accept-Encoding") != "gzip" {
		t.Errorf("got %d %v", a.status, a.header)
	}
}
