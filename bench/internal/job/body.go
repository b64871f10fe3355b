package job

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Order is what S2 and S3 post. Gin reads the binding tags, everybody else
// hands it to the same validator with the validate tags.
type Order struct {
	Customer string  `json:"customer" binding:"required" validate:"required"`
	Items    []Item  `json:"items" binding:"required,min=1,dive" validate:"required,min=1,dive"`
	Total    float64 `json:"total" binding:"gte=0" validate:"gte=0"`
	Note     *string `json:"note"`
}

// Item is a line of an [Order].
type Item struct {
	ID       string   `json:"id" binding:"required" validate:"required"`
	Title    string   `json:"title" binding:"required,max=200" validate:"required,max=200"`
	Price    float64  `json:"price" binding:"gte=0" validate:"gte=0"`
	Quantity int      `json:"quantity" binding:"gte=1" validate:"gte=1"`
	Active   bool     `json:"active"`
	Tags     []string `json:"tags"`
}

// OrderBody returns an order of least bytes or a few more, and the number of
// its items.
func OrderBody(least int) (body []byte, items int) {
	order := Order{Customer: "Ada Lovelace", Items: []Item{}, Total: 1234.5}
	body, _ = json.Marshal(order) // strings and finite numbers have no error
	for size := len(body) - 1; size < least; items++ {
		item := Item{
			ID: fmt.Sprintf("5f3c9a2e-%04d", items), Title: "Kettle, brushed steel, no. " + strconv.Itoa(items),
			Price: float64(items) + 0.99, Quantity: items%9 + 1, Active: items%2 == 0, Tags: []string{"kitchen", "steel"},
		}
		text, _ := json.Marshal(item)
		size += len(text) + len(",")
		order.Items = append(order.Items, item)
	}
	body, _ = json.Marshal(order)
	return body, items
}

// summary is the answer to an order.
func summary(items int) string {
	return `{"customer":"Ada Lovelace","items":` + strconv.Itoa(items) + `}`
}

// TooLargeBody returns valid JSON of twice the limit.
func TooLargeBody() []byte {
	const frame = `{"customer":""}`
	return []byte(`{"customer":"` + strings.Repeat("x", 2*Limit-len(frame)) + `"}`)
}

// Post returns a page of S9: 1024 bytes.
func Post(id string) string {
	return fmt.Sprintf("%-1023s.", "<h1>Post "+id+"</h1>")
}

// HTML returns the page of S6: 10240 bytes.
func HTML() string {
	const head, tail = "<!DOCTYPE html><html><head><title>A page</title></head><body>", "</body></html>"
	var b strings.Builder
	b.WriteString(head)
	for i := 0; b.Len() < 10<<10-len(tail)-50; i++ {
		fmt.Fprintf(&b, "<p>Paragraph %d of the page.</p>", i)
	}
	b.WriteString(strings.Repeat(".", 10<<10-len(tail)-b.Len()))
	b.WriteString(tail)
	return b.String()
}
