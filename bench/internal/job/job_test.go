package job_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, j := range job.All() {
		if seen[j.String()] {
			t.Errorf("two jobs are called %v", &j)
		}
		seen[j.String()] = true
		if j.Yardstick == "" || j.Title == "" || j.Kind == "" || j.Want.Status == 0 {
			t.Errorf("%v is not complete", &j)
		}
		for name := range j.Request.Header {
			if http.CanonicalHeaderKey(name) != name {
				t.Errorf("%v: header %q is not canonical", &j, name)
			}
		}
	}
}

func TestBodies(t *testing.T) {
	for _, size := range []int{1 << 10, 100 << 10} {
		body, items := job.OrderBody(size)
		var order job.Order
		if err := json.Unmarshal(body, &order); err != nil || len(order.Items) != items {
			t.Errorf("%d: %d items, want %d; %v", size, len(order.Items), items, err)
		}
		if len(body) < size || len(body) > size+200 {
			t.Errorf("the body has %d bytes, want %d", len(body), size)
		}
	}
	if body := job.TooLargeBody(); len(body) != 2*job.Limit || !json.Valid(body) {
		t.Errorf("the large body has %d bytes and must be valid JSON", len(body))
	}
	if page := job.HTML(); len(page) != 10<<10 {
		t.Errorf("the page has %d bytes", len(page))
	}
}

func TestCheck(t *testing.T) {
	want := job.Answer{
		Status: http.StatusNoContent, Also: http.StatusOK, Type: "application/json", Body: `{"ok":true}`, Header: map[string]string{"Vary": "Origin"},
	}
	good := func() http.Header {
		return http.Header{"Content-Type": {"application/json; charset=utf-8"}, "Vary": {"Origin"}}
	}
	for _, tt := range []struct {
		name   string
		status int
		header http.Header
		body   string
		ok     bool
	}{
		{"as wanted", 204, good(), `{"ok":true}`, true},
		{"the other status and a newline", 200, good(), "{\"ok\":true}\n", true},
		{"status", 500, good(), `{"ok":true}`, false},
		{"body", 200, good(), `{"ok":false}`, false},
		{"type", 200, http.Header{"Content-Type": {"text/plain"}, "Vary": {"Origin"}}, `{"ok":true}`, false},
		{"header", 200, http.Header{"Content-Type": {"application/json"}}, `{"ok":true}`, false},
	} {
		if err := want.Check(tt.status, tt.header, []byte(tt.body)); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	only := job.Answer{Status: http.StatusOK}
	if only.Check(0, http.Header{}, nil) == nil {
		t.Error("no other status is as good as none")
	}
}
