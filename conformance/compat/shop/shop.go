package shop

import (
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"github.com/gin-contrib/cors"
	"github.com/gin-contrib/gzip"
	"github.com/gin-contrib/pprof"
	"github.com/gin-contrib/requestid"
	"github.com/gin-contrib/sessions"
	"github.com/gin-contrib/sessions/cookie"
	"github.com/gin-contrib/static"
	"github.com/gin-gonic/gin"
)

// Adoption is what its maintainers add to put the toolkit on top; the zero value
// is the application as it was.
type Adoption struct {
	Engine []gin.HandlerFunc // behind the middleware of the engine, before the routes
	Login  []gin.HandlerFunc // behind the login of a route
	Upload []gin.HandlerFunc // on routes for files
	Stream []gin.HandlerFunc // on routes that read bodies as they come
}

// shop is what the handlers share.
type shop struct {
	folder string
	logger *slog.Logger
	items  items
	jobs   jobs
}

// New is the application. The folder has its templates and public files, and
// takes what is uploaded.
func New(folder string, logger *slog.Logger, on Adoption) *gin.Engine {
	s := &shop{folder: folder, logger: logger, items: newItems()}
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.MaxMultipartMemory = 64 << 10 // larger files go to disk
	r.LoadHTMLGlob(filepath.Join(folder, "templates", "*"))
	r.NoRoute(func(c *gin.Context) { c.JSON(http.StatusNotFound, gin.H{"error": "no such page"}) })
	r.NoMethod(func(c *gin.Context) { c.JSON(http.StatusMethodNotAllowed, gin.H{"error": "not like this"}) })

	r.Use(requestid.New(), s.log, gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, fault any) {
		c.AbortWithStatusJSON(http.StatusInternalServerError, gin.H{"error": fmt.Sprint(fault), "id": requestid.Get(c)})
	}))
	r.Use(cors.New(cors.Config{
		AllowOrigins:     []string{"https://shop.example"},
		AllowMethods:     []string{"GET", "POST", "PUT", "PATCH", "DELETE"},
		AllowHeaders:     []string{"Content-Type", "X-Request-Id"},
		ExposeHeaders:    []string{"X-Request-Id"},
		AllowCredentials: true,
		MaxAge:           time.Hour,
	}))
	r.Use(gzip.Gzip(gzip.DefaultCompression, gzip.WithExcludedPaths([]string{"/events", "/shout", "/debug"})))
	r.Use(sessions.Sessions("shop", cookie.NewStore([]byte("a secret of 32 bytes, for a test"))))
	r.Use(static.Serve("/", static.LocalFile(filepath.Join(folder, "public"), false)))
	r.Use(on.Engine...)

	s.pages(r, on)
	s.api(r.Group("/api", s.audit, capture(logger), answerErrors), on)
	r.GET("/events", s.events)
	r.GET("/shout", shout)
	pprof.Register(r.Group("/", gin.BasicAuth(gin.Accounts{"root": "secret"})))
	return r
}

// pages are for people.
func (s *shop) pages(r *gin.Engine, on Adoption) {
	r.GET("/home", func(c *gin.Context) {
		c.HTML(http.StatusOK, "home.html", gin.H{"User": sessions.Default(c).Get("user"), "Items": s.items.list()})
	})
	r.POST("/login", login)
	r.POST("/logout", logout)
	r.GET("/me", needsLogin, func(c *gin.Context) { c.String(http.StatusOK, "%s", c.GetString("user")) })
	r.POST("/orders", append(append([]gin.HandlerFunc{needsLogin}, on.Login...), order)...)
	r.GET("/old", func(c *gin.Context) { c.Redirect(http.StatusMovedPermanently, "/home") })
	r.GET("/broken", func(*gin.Context) { panic("broken") })
	r.Static("/files", filepath.Join(s.folder, "public"))
}

// api is for programs.
func (s *shop) api(api *gin.RouterGroup, on Adoption) {
	api.GET("/items", s.listItems)
	api.HEAD("/items", s.listItems)
	api.POST("/items", s.addItem)
	api.GET("/items/:id", s.showItem)
	api.PUT("/items/:id", s.replaceItem)
	api.PATCH("/items/:id", s.patchItem)
	api.DELETE("/items/:id", s.removeItem)
	api.POST("/search", s.search)
	api.POST("/either", either)
	api.POST("/xml", echoXML)
	api.POST("/hook", hook)
	api.POST("/reminders/:id", s.remind)
	api.GET("/reminders", s.reminders)
	api.GET("/export", s.export)

	api.POST("/uploads", append(on.Upload, s.upload)...)
	api.PUT("/uploads/:name", append(on.Stream, s.store)...)
	api.GET("/uploads/:name", s.download)
	api.Any("/legacy/*path", append(on.Stream, gin.WrapH(http.StripPrefix("/api/legacy", legacy())))...)
}
