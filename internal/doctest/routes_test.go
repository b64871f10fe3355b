package doctest_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
)

// The set of docs/routes.md.

func show(c *gin.Context) {
	c.Header("X-Pattern", catchall.Pattern(c))
	c.JSON(http.StatusOK, catchall.Params(c))
}

func routeTable() *catchall.Routes {
	routes := catchall.New()
	routes.GET("/post/create", show)
	routes.GET("/post/[pid]", show)
	routes.GET("/post/[...slug]", show)
	routes.Any("/docs/[[...slug]]", show)
	routes.GET("/shop/sale/[item]", show)
	routes.GET("/shop/[category]/items/[...rest]", show)
	return routes
}

func routeEngine() (*gin.Engine, error) {
	r := gin.New(catchall.NextPaths)
	if err := routeTable().Mount(r.Group("/api")); err != nil {
		return nil, err // every fault of the set, with the patterns and the lines they are on
	}
	return r, nil
}

// Every line of the table of requests is sent.
func TestRouteTable(t *testing.T) {
	t.Parallel()
	engine, err := routeEngine()
	if err != nil {
		t.Fatal(err)
	}
	table := rows(section(t, read(t, "docs/routes.md"), "Which pattern wins"))
	if len(table) < 15 {
		t.Fatalf("the table has %d rows", len(table))
	}
	for _, cells := range table {
		request, pattern, want := strings.Trim(cells[0], "`"), strings.Trim(cells[1], "`"), strings.ReplaceAll(cells[2], "`", "")
		method, target, _ := strings.Cut(request, " ")
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, httptest.NewRequest(method, target, http.NoBody))
		if got := w.Header().Get("X-Pattern"); got != pattern {
			t.Errorf("%s: pattern %q, want %q", request, got, pattern)
		}
		if got := told(method, w); got != want {
			t.Errorf("%s: %q, want %q", request, got, want)
		}
	}
}

// told is what the table says of an answer: its body, or its status with what
// belongs to that.
func told(method string, w *httptest.ResponseRecorder) string {
	status := strconv.Itoa(w.Code)
	switch {
	case w.Code == http.StatusPermanentRedirect:
		return status + " to " + w.Header().Get("Location")
	case w.Code == http.StatusMethodNotAllowed:
		return status + ", Allow: " + w.Header().Get("Allow")
	case w.Code != http.StatusOK || method == http.MethodHead:
		return status
	}
	return w.Body.String()
}

// What the pages say of Gin's HandleMethodNotAllowed: where this fails, Gin has
// changed, and the advice in docs/routes.md and in the README can go.
func TestHandleMethodNotAllowed(t *testing.T) {
	t.Parallel()
	r := gin.New()
	r.HandleMethodNotAllowed = true
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		r.Handle(method, "/me", show)
		r.Handle(method, "/:user", show)
	}
	defer func() {
		if recover() == nil {
			t.Error("DELETE /me was answered")
		}
	}()
	r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodDelete, "/me", http.NoBody))
}
