package subject

import (
	"hash/crc32"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// Limits of the routes, which clients exceed.
const (
	// JSONLimit is that of /json, in bytes.
	JSONLimit = 64 << 10
	// InflateLimit is that of /inflate.
	InflateLimit = 256 << 10
	// UploadLimit is that of /upload.
	UploadLimit = 1 << 20
)

// Origin is the one that may call /cors.
const Origin = "https://app.example.com"

// Echo is the answer of routes that take a body: what they were given.
type Echo struct {
	ID    string   `json:"id"`
	Bytes int      `json:"bytes,omitempty"`
	Sum   uint32   `json:"sum,omitempty"`
	Total int      `json:"total,omitempty"`
	Who   string   `json:"who,omitempty"`
	Slug  []string `json:"slug,omitempty"`
}

// Order is the body of /json.
type Order struct {
	ID    string `json:"id" binding:"required"`
	Items []int  `json:"items"`
	Note  string `json:"note"`
}

// newEngine makes the site but for its pages.
func newEngine(s *site) (*gin.Engine, error) {
	engine := gin.New(catchall.NextPaths)
	engine.MaxMultipartMemory = 16 << 10 // so that files of forms go to the disk
	r := middleware.Routes(engine)
	r.Use(gin.RecoveryWithWriter(io.Discard))
	r.Use(middleware.Must(middleware.Config{Logger: slog.New(slog.DiscardHandler)}))
	bodies(r, s)
	answers(r, s)
	faults(r)
	docs := catchall.New()
	docs.Any("/docs/new", func(c *gin.Context) { apiroutes.JSON(c, Echo{ID: c.Query("id"), Who: "new"}) })
	docs.Any("/docs/[[...slug]]", func(c *gin.Context) {
		apiroutes.JSON(c, Echo{ID: c.Query("id"), Slug: catchall.Slice(c, "slug")})
	})
	return engine, docs.Mount(engine)
}

// bodies has the routes that take one.
func bodies(r *middleware.Router, s *site) {
	r.POST("/json", middleware.With(middleware.SizeLimit(JSONLimit)), func(c *gin.Context) {
		order, err := bodyparser.Bind[Order](c)
		if err != nil {
			bodyparser.PlainText(c, err)
			return
		}
		total := 0
		for _, n := range order.Items {
			total += n
		}
		apiroutes.JSON(c, Echo{ID: s.spoil(order.ID), Total: total, Bytes: len(bodyparser.Raw(c))})
	})
	r.POST("/form", func(c *gin.Context) {
		text := c.PostForm("text")
		apiroutes.JSON(c, Echo{ID: c.PostForm("id"), Bytes: len(text), Sum: crc32.ChecksumIEEE([]byte(text))})
	})
	r.POST("/inflate", middleware.With(middleware.BodyParser(bodyparser.Config{
		SizeLimit: "256kb", Inflate: bodyparser.InflateConfig{Encodings: []string{"gzip", "br", "zstd"}},
	})), raw)
	r.POST("/upload", middleware.With(middleware.SizeLimit(UploadLimit)), raw)
	r.POST("/multipart", middleware.With(middleware.SizeLimit("2mb")), func(c *gin.Context) {
		header, err := c.FormFile("file")
		if err != nil {
			c.String(http.StatusBadRequest, "%v", err)
			return
		}
		file, err := header.Open()
		if err != nil {
			c.String(http.StatusInternalServerError, "%v", err)
			return
		}
		defer func() { _ = file.Close() }()
		hash := crc32.NewIEEE()
		n, _ := io.Copy(hash, file)
		apiroutes.JSON(c, Echo{ID: c.PostForm("id"), Bytes: int(n), Sum: hash.Sum32()})
	})
}

func raw(c *gin.Context) {
	body := bodyparser.Raw(c)
	apiroutes.JSON(c, Echo{ID: c.Query("id"), Bytes: len(body), Sum: crc32.ChecksumIEEE(body)})
}

// answers has the routes with answers of all kinds.
func answers(r *middleware.Router, s *site) {
	r.GET("/fast", func(c *gin.Context) {
		if s.sabotaged("error") {
			c.String(http.StatusServiceUnavailable, "no")
			return
		}
		c.String(http.StatusOK, "fast %s", c.Query("id"))
	})
	r.GET("/cookie", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		id := req.Query().Get("id")
		res.SetCookie(&http.Cookie{Name: "last", Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}) //nolint:gosec // there is no TLS here
		res.JSON(Echo{ID: id, Who: req.Cookies()["who"]})
	}))
	r.PUT("/cors", middleware.With(middleware.CORS(middleware.Policy{
		Origins: []string{Origin}, Methods: []string{http.MethodPut}, Credentials: true, MaxAge: time.Minute,
	})), func(c *gin.Context) { c.String(http.StatusOK, "cors %s", c.Query("id")) })
	r.GET("/stream", func(c *gin.Context) {
		for range 20 {
			if _, err := c.Writer.WriteString("part " + c.Query("id") + "\n"); err != nil {
				return
			}
			c.Writer.Flush()
			time.Sleep(time.Millisecond)
		}
		_, _ = c.Writer.WriteString("end " + c.Query("id") + "\n")
	})
	r.GET("/large", middleware.With(middleware.NoResponseLimit()), func(c *gin.Context) {
		line := []byte("large " + c.Query("id") + "\n")
		for range LargeLines {
			if _, err := c.Writer.Write(line); err != nil {
				return
			}
		}
	})
	r.GET("/slow", func(c *gin.Context) {
		d, err := time.ParseDuration(c.Query("for"))
		if err != nil || d > 5*time.Second {
			c.Status(http.StatusBadRequest)
			return
		}
		_, _ = c.Writer.WriteString("begun " + c.Query("id") + "\n")
		c.Writer.Flush()
		time.Sleep(d)
		_, _ = c.Writer.WriteString("done " + c.Query("id") + "\n")
	})
}

// LargeLines is how many lines the answer of /large has.
const LargeLines = 20_000

// Deadlines of /hang and /ignore.
const (
	HangDeadline   = 100 * time.Millisecond
	IgnoreDeadline = 50 * time.Millisecond
	// IgnoreTime is how long the handler of /ignore takes.
	IgnoreTime = time.Second
)

// faults has the routes whose handlers misbehave.
func faults(r *middleware.Router) {
	r.GET("/panic", func(*gin.Context) { panic("as asked for") })
	r.GET("/cut", func(c *gin.Context) {
		c.Header("Content-Length", "100")
		_, _ = c.Writer.WriteString("half")
		c.Writer.Flush()
		panic(http.ErrAbortHandler)
	})
	r.GET("/hang", middleware.With(middleware.MaxDuration(HangDeadline)), func(c *gin.Context) {
		<-c.Request.Context().Done()
	})
	r.POST("/ignore", middleware.With(middleware.MaxDuration(IgnoreDeadline)), func(c *gin.Context) {
		time.Sleep(IgnoreTime)
		c.JSON(http.StatusOK, Echo{ID: c.Query("id")})
	})
}
