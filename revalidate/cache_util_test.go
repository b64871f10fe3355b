package revalidate_test

import (
	"io"
	"log/slog"
	"net/http"
	"testing"
)

// quiet is a logger for tests in which renders fail on purpose.
var quiet = slog.New(slog.DiscardHandler)

// privateValue is the Cache-Control of what nobody may share.
const privateValue = "private, no-cache, no-store, max-age=0, must-revalidate"

// get asks a real server.
func get(t *testing.T, target string, header ...string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Add(header[i], header[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	all, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(all)
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}
