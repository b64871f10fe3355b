package job

import (
	"fmt"
	"net/http"
	"strings"
)

// Check says what is wrong with an answer, nil if it is the wanted one.
func (a *Answer) Check(status int, header http.Header, body []byte) error {
	if status != a.Status && (a.Also == 0 || status != a.Also) {
		return fmt.Errorf("bench: status %d, want %d; body %.200q", status, a.Status, body)
	}
	mediaType, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	if a.Type != "" && mediaType != a.Type {
		return fmt.Errorf("bench: Content-Type %q, want %q", mediaType, a.Type)
	}
	if text := strings.TrimRight(string(body), "\r\n "); a.Body != "" && text != a.Body {
		return fmt.Errorf("bench: body %.200q, want %.200q", text, a.Body)
	}
	for name, want := range a.Header {
		if got := header.Get(name); got != want {
			return fmt.Errorf("bench: %s: %q, want %q", name, got, want)
		}
	}
	return nil
}
