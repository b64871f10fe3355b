package floor_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
)

// BenchmarkTyped takes S3 typed apart: what Gin does with a body of 100 KB, and what is left when it is read into a buffer of
// its size and decoded at once. encoding/json checks the whole text before it decodes either way, and can't be told not to.
func BenchmarkTyped(b *testing.B) {
	body, _ := job.OrderBody(100 << 10)
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	exact := func() []byte {
		text := make([]byte, len(body))
		_, err := io.ReadFull(bytes.NewReader(body), text)
		check(err)
		return text
	}
	turns(b, 10*time.Millisecond,
		step{"decoder", func() {
			var order job.Order
			check(json.NewDecoder(bytes.NewReader(body)).Decode(&order))
		}},
		step{"exact", func() {
			var order job.Order
			check(json.Unmarshal(exact(), &order))
		}},
		step{"exact-scanned", func() {
			var order job.Order
			text := exact()
			check(jsonscan.Check(text, jsonscan.Options{}))
			check(json.Unmarshal(text, &order))
		}},
		step{"scan", func() { check(jsonscan.Check(body, jsonscan.Options{})) }},
		step{"valid", func() {
			if !json.Valid(body) {
				b.Fatal("not valid")
			}
		}},
	)
}
