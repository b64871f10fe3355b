package querystring_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

var benchmarks = map[string]string{
	"one":     "id=42",
	"plain":   "id=5f3c9a2e&name=kettle&size=large&tag=steel&tag=new&page=3",
	"escaped": "name=J%C3%BCrgen+M.&city=Z%C3%BCrich&q=a%26b&redirect=https%3A%2F%2Fexample.com%2F",
	"form":    strings.Repeat("field=some+value+with+blanks&", 900),
}

// Results are kept so that no benchmarked call can leave its map on the stack.
var (
	values    querystring.Values
	urlValues url.Values
)

func BenchmarkParse(b *testing.B) {
	for name, text := range benchmarks {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				var err error
				if values, err = querystring.Parse(text, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+" by net/url", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				var err error
				if urlValues, err = url.ParseQuery(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	for name, text := range hostile {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				_, _ = querystring.Parse(text, 0)
			}
		})
		b.Run(name+" without cap", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				_, _ = querystring.Parse(text, 1<<20)
			}
		})
	}
}
