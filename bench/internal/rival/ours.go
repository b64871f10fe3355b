package rival

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// ours are the packages of this repository and variants with more around them.
func ours() []Rival {
	return []Rival{
		{
			Name: Ours, Modules: []string{"github.com/gin-apiroutes/apiroutes"},
			Handlers: map[job.Kind]func() http.Handler{
				job.Hello:    func() http.Handler { return stack().with(http.MethodGet, "/api/hello", ginHello) },
				job.Dynamic:  func() http.Handler { return stack().with(http.MethodPost, "/api/dynamic", oursDynamic) },
				job.Typed:    oursTyped,
				job.CatchAll: oursDocs,
				job.Table:    oursRoutes,
				job.Page:     func() http.Handler { return oursPage(gin.New()) },
				job.Churn:    oursChurn,
				job.CORS:     oursCORS,
				job.Deadline: oursDeadline,
			},
		},
		{
			Name: OursLayers,
			Handlers: map[job.Kind]func() http.Handler{
				job.Hello: func() http.Handler {
					return stack().with(http.MethodGet, "/api/hello", middleware.With(middleware.SizeLimit("500kb")), ginHello)
				},
			},
		},
		{
			Name: OursUndeclared,
			Handlers: map[job.Kind]func() http.Handler{
				job.Typed: func() http.Handler { return stack().with(http.MethodPost, "/api/typed", oursBind) },
			},
		},
		{
			Name: OursStack,
			Handlers: map[job.Kind]func() http.Handler{
				job.Page: func() http.Handler { return oursPage(stack().Engine) },
				job.CORS: func() http.Handler {
					policy := oursPolicy()
					r := gin.New()
					r.Use(middleware.Must(middleware.Config{CORS: &policy}))
					r.PUT("/api/cors/:id", ginOK)
					return r
				},
			},
		},
	}
}

// engine is a gin.Engine that registers in one expression.
type engine struct{ *gin.Engine }

// stack is what the README begins with.
func stack() engine {
	r := gin.New()
	r.Use(middleware.Must(middleware.Config{}))
	return engine{r}
}

func (e engine) with(method, path string, handlers ...gin.HandlerFunc) http.Handler {
	e.Handle(method, path, handlers...)
	return e
}

func oursDynamic(c *gin.Context) {
	order, _ := bodyparser.Body(c).(map[string]any)
	items, _ := order["items"].([]any)
	c.JSON(http.StatusOK, gin.H{"customer": order["customer"], "items": len(items)})
}

func oursBind(c *gin.Context) {
	order, err := bodyparser.Bind[job.Order](c)
	if err != nil {
		bodyparser.ProblemJSON(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"customer": order.Customer, "items": len(order.Items)})
}

func oursTyped() http.Handler {
	return stack().with(http.MethodPost, "/api/typed", middleware.With(middleware.ParseType[job.Order]()), oursBind)
}

func oursSlug(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"slug": catchall.Slice(c, "slug")}) }

func oursDocs() http.Handler {
	routes := catchall.New()
	routes.GET("/api/docs/[...slug]", oursSlug)
	return mounted(routes)
}

func oursRoutes() http.Handler {
	routes := catchall.New()
	handlers := map[string]gin.HandlerFunc{"ok": ginOK, "id": ginID, "slug": oursSlug}
	patterns := strings.NewReplacer(":id", "[id]", "*", "[...slug]")
	table(func(pattern, kind string) { routes.GET(patterns.Replace(pattern), handlers[kind]) })
	return mounted(routes)
}

func mounted(routes *catchall.Routes) http.Handler {
	r := gin.New()
	if err := routes.Mount(r); err != nil {
		panic(fmt.Sprintf("bench: %v", err))
	}
	return r
}

func oursPage(r *gin.Engine) http.Handler {
	pages := revalidate.Must(r, revalidate.Config{})
	r.GET("/page", pages.Page(time.Hour), ginPage)
	return r
}

func oursChurn() http.Handler {
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{})
	r.GET("/posts/:id", pages.Page(time.Hour), ginPost)
	r.POST("/api/revalidate/:id", func(c *gin.Context) {
		if err := pages.Revalidate(c.Request.Context(), "/posts/"+c.Param("id")); err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		c.Status(http.StatusNoContent)
	})
	return filled(r)
}

func oursPolicy() middleware.Policy {
	return middleware.Policy{
		Origins: allowedOrigins, Methods: []string{http.MethodGet, http.MethodPut}, Headers: []string{"Content-Type"},
		Credentials: true, MaxAge: time.Hour,
	}
}

// oursCORS has the policy alone, as the yardstick of its job has.
func oursCORS() http.Handler {
	r := gin.New()
	r.Use(middleware.With(middleware.NoBodyParser(), middleware.NoResponseLimit(), middleware.CORS(oursPolicy())))
	r.PUT("/api/cors/:id", ginOK)
	return r
}

func oursDeadline() http.Handler {
	r := gin.New()
	r.Use(middleware.Must(middleware.Config{MaxDuration: time.Minute}))
	r.GET("/api/deadline", ginHello)
	return r
}
