package stringify_test

import (
	"fmt"
	"testing"
	"time"

	ginjson "github.com/gin-gonic/gin/codec/json"

	"github.com/gin-apiroutes/apiroutes/internal/respond/stringify"
)

type post struct {
	ID      int            `json:"id"`
	Title   string         `json:"title"`
	Tags    []string       `json:"tags"`
	Score   float64        `json:"score"`
	Author  *author        `json:"author,omitempty"`
	Created time.Time      `json:"created"`
	Extra   map[string]any `json:"extra"`
}

type author struct {
	Name string `json:"name"`
	Bio  string `json:"bio"`
}

func posts(n int) []post {
	list := make([]post, n)
	for i := range list {
		list[i] = post{
			ID: i, Title: fmt.Sprintf("Post <%d> with a title of usual length", i), Tags: []string{"go", "gin", "api"}, Score: float64(i) / 7,
			Author: &author{"Jürgen Müller", "writes & reads\nthings"}, Created: time.Unix(int64(i), 0).UTC(),
			Extra: map[string]any{"views": i, "draft": false, "rank": 1.25, "note": nil},
		}
	}
	return list
}

// BenchmarkAppend compares with the codec that Gin was built with.
func BenchmarkAppend(b *testing.B) {
	for _, c := range []struct {
		name  string
		value any
	}{
		{"hello", map[string]any{"message": "Hello from Next.js!"}},
		{"struct=1", &posts(1)[0]},
		{"structs=100", posts(100)},
		{"floats=1000", func() []float64 {
			list := make([]float64, 1000)
			for i := range list {
				list[i] = float64(i) / 7
			}
			return list
		}()},
	} {
		b.Run(c.name+"/stringify", func(b *testing.B) {
			buf := make([]byte, 0, 1<<16)
			b.ReportAllocs()
			for b.Loop() {
				text, err := stringify.Append(buf[:0], c.value)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(text)))
			}
		})
		b.Run(c.name+"/gin", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				text, err := ginjson.API.Marshal(c.value)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(text)))
			}
		})
	}
}
