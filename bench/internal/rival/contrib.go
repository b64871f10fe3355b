package rival

import (
	"net/http"
	"time"

	gincache "github.com/chenyahui/gin-cache"
	"github.com/chenyahui/gin-cache/persist"
	"github.com/gin-contrib/cache"
	"github.com/gin-contrib/cache/persistence"
	"github.com/gin-contrib/cors"
	limits "github.com/gin-contrib/size"
	"github.com/gin-contrib/timeout"
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// contrib is Gin with the packages of gin-contrib for the same jobs.
func contrib() Rival {
	return Rival{
		Name: job.Contrib,
		Modules: []string{
			"github.com/gin-contrib/cache", "github.com/gin-contrib/cors", "github.com/gin-contrib/size", "github.com/gin-contrib/timeout",
		},
		Handlers: map[job.Kind]func() http.Handler{
			job.Dynamic: func() http.Handler {
				r := gin.New()
				r.Use(limits.RequestSizeLimiter(job.Limit))
				r.POST("/api/dynamic", ginDynamic)
				return r
			},
			job.Typed: func() http.Handler {
				r := gin.New()
				r.Use(limits.RequestSizeLimiter(job.Limit))
				r.POST("/api/typed", ginTyped)
				return r
			},
			job.Page: func() http.Handler {
				r := gin.New()
				store := persistence.NewInMemoryStore(time.Hour)
				r.GET("/page", cache.CachePage(store, time.Hour, ginPage))
				return r
			},
			job.Churn: func() http.Handler {
				r := gin.New()
				store := persistence.NewInMemoryStore(time.Hour)
				r.GET("/posts/:id", cache.CachePage(store, time.Hour, ginPost))
				r.POST("/api/revalidate/:id", func(c *gin.Context) {
					_ = store.Delete(cache.CreateKey("/posts/" + c.Param("id"))) // an error says that there was none
					c.Status(http.StatusNoContent)
				})
				return filled(r)
			},
			job.CORS: func() http.Handler {
				r := gin.New()
				r.Use(cors.New(contribPolicy()))
				r.PUT("/api/cors/:id", ginOK)
				return r
			},
			job.Deadline: func() http.Handler {
				r := gin.New()
				r.GET("/api/deadline", timeout.New(timeout.WithTimeout(time.Minute)), ginHello)
				return r
			},
		},
	}
}

func contribPolicy() cors.Config {
	return cors.Config{
		AllowOrigins: allowedOrigins, AllowMethods: []string{http.MethodGet, http.MethodPut}, AllowHeaders: []string{"Content-Type"},
		AllowCredentials: true, MaxAge: time.Hour,
	}
}

// chenyahui is Gin with chenyahui/gin-cache.
func chenyahui() Rival {
	return Rival{
		Name: GinCache, Modules: []string{"github.com/chenyahui/gin-cache"},
		Handlers: map[job.Kind]func() http.Handler{
			job.Page: func() http.Handler {
				r := gin.New()
				r.GET("/page", gincache.CacheByRequestURI(persist.NewMemoryStore(time.Hour), time.Hour), ginPage)
				return r
			},
			job.Churn: func() http.Handler {
				r := gin.New()
				store := persist.NewMemoryStore(time.Hour)
				r.GET("/posts/:id", gincache.CacheByRequestURI(store, time.Hour), ginPost)
				r.POST("/api/revalidate/:id", func(c *gin.Context) {
					_ = store.Delete("/posts/" + c.Param("id")) // an error says that there was none
					c.Status(http.StatusNoContent)
				})
				return filled(r)
			},
		},
	}
}
