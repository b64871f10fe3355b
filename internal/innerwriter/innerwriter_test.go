package innerwriter_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/innerwriter"
)

// The ways in which middleware wraps Gin's writer.
type (
	open   struct{ gin.ResponseWriter } // says what it wraps
	hidden struct{ gin.ResponseWriter } // does not
	deeper struct{ *hidden }            // embeds one that embeds
	sealed struct {                     // wraps without embedding
		hidden
		ResponseWriter gin.ResponseWriter
	}
	list []gin.ResponseWriter // is no struct
)

func (w *open) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (l list) Header() http.Header               { return l[0].Header() }
func (l list) Write(b []byte) (int, error)       { return l[0].Write(b) }
func (l list) WriteHeader(status int)            { l[0].WriteHeader(status) }
func (l list) WriteString(s string) (int, error) { return l[0].WriteString(s) }

// partly is a writer of Gin that has some of its methods from elsewhere.
type partly struct {
	list
	rest
}

type rest interface {
	http.Hijacker
	http.Flusher
	http.CloseNotifier //nolint:staticcheck // a part of gin.ResponseWriter
	Status() int
	Size() int
	Written() bool
	WriteHeaderNow()
	Pusher() http.Pusher
}

func TestWrappers(t *testing.T) {
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	own := c.Writer
	inside := &open{own}
	closed := sealed{hidden: hidden{own}, ResponseWriter: own}
	mixed := partly{list{own}, own}
	for name, test := range map[string]struct{ writer, own, past gin.ResponseWriter }{
		"Gin's":                     {own, own, own},
		"open":                      {inside, own, inside},
		"hidden":                    {&hidden{own}, own, own},
		"hidden, no pointer":        {hidden{own}, own, own},
		"hidden, deeper":            {deeper{&hidden{own}}, own, own},
		"open around hidden":        {&open{&hidden{own}}, own, own},
		"hidden around open":        {&hidden{inside}, own, inside},
		"hidden around two hidden":  {&hidden{hidden{&hidden{inside}}}, own, inside},
		"embeds nothing":            {&hidden{}, &hidden{}, &hidden{}},
		"embeds nothing, deeper":    {deeper{}, deeper{}, deeper{}},
		"wraps without embedding":   {closed, closed, closed},
		"is no struct":              {mixed, mixed, mixed},
		"hidden around the unknown": {&hidden{closed}, closed, closed},
	} {
		if got := innerwriter.Of(test.writer); !same(got, test.own) {
			t.Errorf("%s: Of is %T", name, got)
		}
		past, other := innerwriter.Past(test.writer)
		if !same(past, test.past) || other == same(past, test.writer) {
			t.Errorf("%s: Past is %T, another: %t", name, past, other)
		}
	}
}

// same compares writers; those that are empty, or cannot be compared, by their types.
func same(a, b gin.ResponseWriter) bool {
	switch a := a.(type) {
	case partly:
		_, ok := b.(partly)
		return ok
	case *hidden:
		b, ok := b.(*hidden)
		return ok && *a == *b
	}
	return a == b
}

func TestControllerReachesTheServer(t *testing.T) {
	gin.SetMode(gin.TestMode)
	r := gin.New()
	r.GET("/", func(c *gin.Context) {
		c.Writer = &hidden{c.Writer}
		if http.NewResponseController(c.Writer).SetReadDeadline(time.Time{}) == nil {
			t.Error("the wrapper of this test hides nothing")
		}
		if err := innerwriter.Controller(c.Writer).SetReadDeadline(time.Time{}); err != nil {
			t.Error(err)
		}
	})
	s := httptest.NewServer(r)
	defer s.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
}
