package revalidate_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// quiet is a logger for tests in which renders fail on purpose.
var quiet = slog.New(slog.DiscardHandler)

// privateValue is the Cache-Control of what nobody may share.
const privateValue = "private, no-cache, no-store, max-age=0, must-revalidate"

// get asks a real server.
func get(t *testing.T, target string, header ...string) (status int, body string) {
	t.Helper()
	status, _, body = ask(t, target, header...)
	return status, body
}

// ask is get with the state of the page.
func ask(t *testing.T, target string, header ...string) (status int, state, body string) {
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
	return response.StatusCode, response.Header.Get("X-Nextjs-Cache"), string(all)
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

func contextFor(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}

// mixedUp returns the page that was asked for before.
type mixedUp struct {
	revalidate.Store
	last string
}

func (m *mixedUp) Get(ctx context.Context, key string) (*revalidate.Page, error) {
	key, m.last = m.last, key
	return m.Store.Get(ctx, key)
}
