package rival

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	chimiddleware "github.com/go-chi/chi/v5/middleware"
	chicors "github.com/go-chi/cors"
	"github.com/go-playground/validator/v10"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// mux registers a handler for GET, POST and PUT patterns such as
// "GET /api/hello", so that chi and net/http share what their users write the
// same way.
type mux func(pattern string, handler func(http.ResponseWriter, *http.Request))

// library is what tells chi and net/http apart.
type library struct {
	name           string
	modules        []string
	router         func() (http.Handler, mux)
	cors, deadline func(http.Handler) http.Handler
	patterns       *strings.Replacer // from those of the table
	slug           func(*http.Request) string
}

// standard is net/http with its own ServeMux.
func standard() Rival {
	return library{
		name: "net/http",
		router: func() (http.Handler, mux) {
			m := http.NewServeMux()
			return m, m.HandleFunc
		},
		cors:     standardCORS,
		deadline: func(h http.Handler) http.Handler { return http.TimeoutHandler(h, time.Minute, "") },
		patterns: strings.NewReplacer(":id", "{id}", "*", "{slug...}"),
		slug:     func(r *http.Request) string { return r.PathValue("slug") },
	}.rival()
}

// chiRival is chi with its own middleware.
func chiRival() Rival {
	return library{
		name: "chi", modules: []string{"github.com/go-chi/chi/v5", "github.com/go-chi/cors"},
		router: func() (http.Handler, mux) {
			r := chi.NewRouter()
			return r, func(pattern string, handler func(http.ResponseWriter, *http.Request)) {
				method, path, _ := strings.Cut(pattern, " ")
				r.MethodFunc(method, path, handler)
			}
		},
		cors: chicors.Handler(chicors.Options{
			AllowedOrigins: allowedOrigins, AllowedMethods: []string{http.MethodGet, http.MethodPut}, AllowedHeaders: []string{"Content-Type"},
			AllowCredentials: true, MaxAge: 3600,
		}),
		deadline: chimiddleware.Timeout(time.Minute),
		patterns: strings.NewReplacer(":id", "{id}"),
		slug:     func(r *http.Request) string { return chi.URLParam(r, "*") },
	}.rival()
}

func (l library) rival() Rival {
	check := validator.New()
	return Rival{
		Name: l.name, Modules: l.modules,
		Handlers: map[job.Kind]func() http.Handler{
			job.Hello:    l.one("GET /api/hello", httpHello),
			job.Dynamic:  l.one("POST /api/dynamic", httpDynamic),
			job.Typed:    l.one("POST /api/typed", func(w http.ResponseWriter, r *http.Request) { httpTyped(check, w, r) }),
			job.CatchAll: l.one("GET "+l.patterns.Replace("/api/docs/*"), l.httpSlug),
			job.Table:    l.table,
			job.Page:     l.one("GET /page", httpPage),
			job.CORS:     func() http.Handler { return l.cors(l.one("PUT "+l.patterns.Replace("/api/cors/:id"), httpOK)()) },
			job.Deadline: func() http.Handler { return l.deadline(l.one("GET /api/deadline", httpHello)()) },
		},
	}
}

// one is a router with one route.
func (l library) one(pattern string, handler http.HandlerFunc) func() http.Handler {
	return func() http.Handler {
		h, add := l.router()
		add(pattern, handler)
		return h
	}
}

func (l library) table() http.Handler {
	h, add := l.router()
	handlers := map[string]http.HandlerFunc{"ok": httpOK, "id": httpID, "slug": l.httpSlug}
	table(func(pattern, kind string) { add("GET "+l.patterns.Replace(pattern), handlers[kind]) })
	return h
}

func (l library) httpSlug(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, map[string]any{"slug": strings.Split(l.slug(r), "/")})
}

func httpID(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, map[string]any{"id": r.PathValue("id")})
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // fails only when the client has left
}

func httpHello(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, map[string]any{"message": "Hello from the API"})
}
func httpOK(w http.ResponseWriter, _ *http.Request) { writeJSON(w, map[string]any{"ok": true}) }

func httpPage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", htmlType)
	_, _ = w.Write(page)
}

// decode reads a body under the limit, and answers if it cannot.
func decode(w http.ResponseWriter, r *http.Request, v any) bool {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, job.Limit)).Decode(v)
	if err == nil {
		return true
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		http.Error(w, "Body exceeded 1mb limit", http.StatusRequestEntityTooLarge)
	} else {
		http.Error(w, "Invalid JSON", http.StatusBadRequest)
	}
	return false
}

func httpDynamic(w http.ResponseWriter, r *http.Request) {
	var order map[string]any
	if decode(w, r, &order) {
		items, _ := order["items"].([]any)
		writeJSON(w, map[string]any{"customer": order["customer"], "items": len(items)})
	}
}

func httpTyped(check *validator.Validate, w http.ResponseWriter, r *http.Request) {
	var order job.Order
	if !decode(w, r, &order) {
		return
	}
	if err := check.Struct(&order); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	writeJSON(w, map[string]any{"customer": order.Customer, "items": len(order.Items)})
}

// standardCORS is written by hand, since net/http has none.
func standardCORS(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin, header := r.Header.Get("Origin"), w.Header()
		header.Add("Vary", "Origin")
		if slices.Contains(allowedOrigins, origin) {
			header.Set("Access-Control-Allow-Origin", origin)
			header.Set("Access-Control-Allow-Credentials", "true")
			if r.Method == http.MethodOptions {
				header.Set("Access-Control-Allow-Methods", "GET,PUT")
				header.Set("Access-Control-Allow-Headers", "Content-Type")
				header.Set("Access-Control-Max-Age", "3600")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
