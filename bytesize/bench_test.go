package bytesize_test

import (
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/bytesize"
)

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{
		"usual":    "1mb",
		"fraction": "1.5 GB",
		"hostile":  "1." + strings.Repeat("9", 1<<16) + "pb",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bytesize.Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkString(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = bytesize.Size(1_000_000_000).String()
	}
}
