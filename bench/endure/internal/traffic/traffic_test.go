package traffic_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/traffic"
)

// indifferent are kinds that leave before an answer.
var indifferent = []string{"stream that is left early", "half a body, then gone", "half a header, then gone", "gone before the answer"}

// TestWrongAnswersAreFound sends all kinds of requests to servers that do
// everything wrong.
func TestWrongAnswersAreFound(t *testing.T) {
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		except []string // kinds for which that is right
	}{
		"somebody else's answer": {answer: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"id":"another"}` + "\n"))
		}},
		"503": {answer: func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) }},
		"nothing": {
			answer: func(w http.ResponseWriter, _ *http.Request) {
				connection, _, err := http.NewResponseController(w).Hijack()
				if err == nil {
					_ = connection.Close()
				}
			},
			except: []string{"half a body, then half-closed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(tt.answer)
			defer server.Close()
			l := ledger.New()
			world := &traffic.World{
				Versions: ledger.NewVersions(subject.Pages),
				Truth:    ledger.NewTruth(l, new(ledger.Lag), ledger.Budget{Normal: time.Second, Back: time.Second}, subject.Pages),
			}
			target := &traffic.Target{Name: "a", World: world}
			address := strings.TrimPrefix(server.URL, "http://")
			target.Serve(address, address)
			crowd := &traffic.Crowd{Ledger: l, Lag: new(ledger.Lag), Worlds: []*traffic.World{world}, Seed: 1}
			for kind, lost := range crowd.SendAll(t.Context(), target) {
				if lost == "" && !slices.Contains(indifferent, kind) && !slices.Contains(tt.except, kind) {
					t.Errorf("%s: nobody notices", kind)
				}
			}
		})
	}
}
