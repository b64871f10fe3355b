package jsonscan_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
)

// orders returns a list of orders as an API receives them, compact, of about size bytes.
func orders(size int) []byte {
	var b strings.Builder
	b.WriteString(`{"total":12345,"next":null,"items":[`)
	for i := 0; b.Len() < size-20; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"5f3c9a2e-%04d-4b7e-9d11-0c8e6f7a1b2c","sku":"SKU-%d","price":%d.%02d,"quantity":%d,"active":%t,`+
			`"title":"Kettle no. %d, 1.7 l, brushed steel \"Pro\"","description":"Boils a litre in three minutes; the lid opens at a touch.\nTwo years of warranty. Größe: mittel.",`+
			`"tags":["kitchen","steel","new"],"size":{"w":%d,"h":%d,"d":12.5},"at":"2024-05-%02dT10:%02d:00.000Z"}`,
			i, i*7, i%300, i%100, i%9, i%3 == 0, i, i%40, i%60, i%28+1, i%60)
	}
	b.WriteString(`]}`)
	return []byte(b.String())
}

func indented(data []byte) []byte {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		panic(err)
	}
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err)
	}
	return out
}

// keys returns an object of n keys.
func keys(n int) []byte {
	parts := make([]string, 0, n)
	for i := range n {
		parts = append(parts, fmt.Sprintf(`"%d":0`, i))
	}
	return []byte("{" + strings.Join(parts, ",") + "}")
}

// passes keeps the call from being left out.
var passes bool

func BenchmarkCheck(b *testing.B) {
	inputs := []struct {
		name string
		data []byte
	}{
		{"1KB", orders(1 << 10)},
		{"100KB", orders(100 << 10)},
		{"100KB indented", indented(orders(70 << 10))},
		{"many keys", keys(10_000)},
		{"objects of 33 keys", []byte("[" + strings.Repeat(string(keys(33))+",", 300) + "1]")},
		{"numbers", []byte("[" + strings.Repeat("-12.5e3,0.125,", 5000) + "1]")},
		{"deep", []byte(strings.Repeat("[", 1000) + strings.Repeat("]", 1000))},
		{"escapes", []byte(`"` + strings.Repeat(`\u00e9\n`, 5000) + `"`)},
		{"long string", []byte(`"` + strings.Repeat("x", 100<<10) + `"`)},
	}
	for _, in := range inputs {
		b.Run(in.name+"/check", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(in.data)))
			for b.Loop() {
				if err := jsonscan.Check(in.data, jsonscan.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(in.name+"/passes", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(in.data)))
			for b.Loop() {
				passes = jsonscan.PassesIfValid(in.data, jsonscan.Options{})
			}
		})
		b.Run(in.name+"/valid", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(in.data)))
			for b.Loop() {
				if !json.Valid(in.data) {
					b.Fatal("not valid")
				}
			}
		})
		b.Run(in.name+"/duplicates", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(in.data)))
			for b.Loop() {
				if err := jsonscan.Check(in.data, jsonscan.Options{DisallowDuplicateKeys: true}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
