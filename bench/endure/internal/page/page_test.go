package page_test

import (
	"testing"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/page"
)

func TestDamagedPagesAreNoticed(t *testing.T) {
	secret := []byte("secret")
	p := page.Page{Path: "/pages/1", Language: "de", Version: 7, Render: "a-1-1"}
	p.Token = page.Sign(secret, p.Path, p.Version, p.Render)
	for _, filler := range []int{0, 1, 5000} {
		body := p.Text(filler)
		got, err := page.Parse(body)
		if err != nil || *got != p || !got.Signed(secret) {
			t.Fatalf("with %d more bytes: %+v, %v", filler, got, err)
		}
		for i := range body {
			body[i] ^= 1
			if _, err := page.Parse(body); err == nil {
				t.Fatalf("with %d more bytes: byte %d is wrong, and nobody notices", filler, i)
			}
			body[i] ^= 1
			if _, err := page.Parse(body[:i]); err == nil {
				t.Fatalf("with %d more bytes: it ends after %d, and nobody notices", filler, i)
			}
			if i > 1000 {
				break
			}
		}
	}
	other := p
	other.Version++
	if other.Signed(secret) || p.Signed([]byte("another")) {
		t.Error("a page counts that the source has not signed")
	}
}
