package respond_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// answer is a response as a client sees it.
type answer struct {
	status int
	header http.Header
	body   string
}

// exchange sends one request over a real connection to a handler that answers
// with a helper, and returns the answer and the helper's error.
func exchange(t *testing.T, method string, header http.Header, reply func(http.ResponseWriter, *http.Request) error) (answer, error) {
	t.Helper()
	var failed error
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { failed = reply(w, r) }))
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), method, server.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	response.Header.Del("Date")
	return answer{response.StatusCode, response.Header, string(body)}, failed
}

// same compares headers; an empty want stands for absent.
func (a answer) check(t *testing.T, status int, body string, header map[string]string) {
	t.Helper()
	if a.status != status || a.body != body {
		t.Errorf("%d %q, want %d %q", a.status, a.body, status, body)
	}
	for name, want := range header {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name := range a.header {
		if _, expected := header[name]; !expected {
			t.Errorf("unexpected header %s: %q", name, a.header[name])
		}
	}
}
