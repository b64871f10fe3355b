package attack_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// site is a random engine behind a real server.
type site struct {
	engine *gin.Engine
	pages  *revalidate.Cache
	top    chain // of the engine
	routes []*target
	addr   string

	nowhere *target // the requests that match no route

	mu   sync.Mutex
	runs map[string]int // of handlers, by the X-Id of the request
	log  bytes.Buffer   // what net/http's server complains of
}

// target is a route and what is promised of it.
type target struct {
	chain
	path    string
	methods []string
	kind    string // of the handler
	page    bool

	sets bool      // its handler sets a status before it sends requests on
	to   *target   // the route that the handler sends requests on to, where it does not answer itself
	hops []*target // the routes on the way, see whole
}

// Write lets the site be the log of its server.
func (s *site) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(b)
}

func (s *site) ran(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs[id]++
}

// newSite makes the engine with three levels of groups.
func newSite(rnd *rand.Rand) *site {
	s := &site{engine: gin.New(), runs: map[string]int{}}
	s.engine.MaxMultipartMemory = 512 // so that forms leave files
	s.engine.RedirectTrailingSlash = false
	s.pages = revalidate.Must(s.engine, revalidate.Config{Logger: slog.New(slog.DiscardHandler)})
	s.engine.GET("/smuggled", func(*gin.Context) { s.ran("smuggled") })
	s.engine.GET("/probe", func(c *gin.Context) { c.String(http.StatusOK, "probe") })
	s.top.extend(rnd, 4, true)
	s.engine.Use(s.top.handlers...)
	s.nowhere = &target{chain: s.top, path: "/nowhere", kind: "nowhere"}
	s.fill(rnd, &s.engine.RouterGroup, s.top, "", 3)
	s.link(rnd)
	return s
}

// fill registers routes in a group, and groups in it.
func (s *site) fill(rnd *rand.Rand, g *gin.RouterGroup, above chain, path string, depth int) {
	for n := range 2 + rnd.IntN(3) {
		s.route(rnd, g, above.clone(), fmt.Sprintf("%s/r%d", path, n))
	}
	if depth == 0 {
		return
	}
	for n := range rnd.IntN(3) {
		name := fmt.Sprintf("/g%d", n)
		below := above.clone()
		before := len(below.handlers)
		below.extend(rnd, 3, false)
		s.fill(rnd, g.Group(name, below.handlers[before:]...), below, path+name, depth-1)
	}
}

func (s *site) route(rnd *rand.Rand, g *gin.RouterGroup, c chain, path string) {
	before := len(c.handlers)
	c.extend(rnd, 3, false)
	t := &target{path: path, kind: kinds[rnd.IntN(len(kinds))]}
	t.methods = [][]string{{"POST"}, {"PUT", "PATCH"}, {"GET", "HEAD", "POST", "DELETE"}}[rnd.IntN(3)]
	if !c.recovery && strings.HasPrefix(t.kind, "panic") {
		t.kind = "echo" // the panic would be logged by the server
	}
	if c.buffers && t.kind == "upgrade" {
		t.kind = "echo" // the answer that is kept would go to a connection that was handed over
	}
	if rnd.IntN(3) == 0 {
		t.methods = append(t.methods, http.MethodOptions)
	}
	handlers := []gin.HandlerFunc{s.handler(t)}
	if t.kind == "forward" && rnd.IntN(3) == 0 {
		c.passBy(rnd, &handlers)
	} else if rnd.IntN(8) == 0 {
		t.page, t.kind, t.methods = true, "page", []string{"GET", "HEAD"}
		handlers = []gin.HandlerFunc{s.pages.Page(time.Hour), func(c *gin.Context) {
			c.String(http.StatusOK, "page %s", c.Request.URL.Path)
		}}
	}
	t.chain = c
	name := path[strings.LastIndexByte(path, '/'):]
	g.Match(t.methods, name, append(c.handlers[before:], handlers...)...)
	s.routes = append(s.routes, t)
}

// kinds of handlers.
var kinds = []string{
	"echo", "echo", "echo", "twice", "ignore", "panic", "panic late", "abort", "stream", "slow", "heed", "form", "big", "port", "port error", "port panic", "redirect", "upgrade",
	"mute", "forward", "forward", "forward",
}

func (s *site) handler(t *target) gin.HandlerFunc {
	if t.kind == "forward" {
		return s.forward(t)
	}
	do := deeds[t.kind]
	return func(c *gin.Context) {
		id := c.GetHeader("X-Id")
		s.ran(id)
		c.Header("X-Handler", id)
		do(c)
	}
}

// deeds of handlers by their kind.
var deeds = map[string]gin.HandlerFunc{
	"echo": func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"n": len(bodyparser.Raw(c))})
	},
	"twice": func(c *gin.Context) {
		first, err := io.ReadAll(c.Request.Body)
		second, again := io.ReadAll(c.Request.Body)
		c.JSON(http.StatusOK, gin.H{"n": len(first), "again": len(second), "failed": errors.Join(err, again) != nil})
	},
	"ignore":     func(c *gin.Context) { c.Status(http.StatusNoContent) },
	"panic":      func(*gin.Context) { panic("on purpose") },
	"panic late": func(c *gin.Context) { c.String(http.StatusOK, "begun"); panic("on purpose") },
	"abort":      func(*gin.Context) { panic(http.ErrAbortHandler) },
	"stream": func(c *gin.Context) {
		for range 3 {
			c.String(http.StatusOK, "part ")
			c.Writer.Flush()
		}
	},
	"mute": func(c *gin.Context) { _, _ = c.Writer.WriteString("mute") }, // says nothing of a status
	"slow": func(c *gin.Context) {
		time.Sleep(slowness)
		outlast(c)
		c.String(http.StatusOK, "late")
	},
	"heed": func(c *gin.Context) {
		select {
		case <-c.Request.Context().Done():
		case <-time.After(slowness):
		}
		outlast(c)
		c.String(http.StatusOK, "late")
	},
	"form": func(c *gin.Context) {
		form, err := c.MultipartForm()
		files := 0
		if err == nil {
			files = len(form.File["f"])
		}
		c.JSON(http.StatusOK, gin.H{"files": files})
	},
	"big": func(c *gin.Context) { c.Data(http.StatusOK, "application/octet-stream", make([]byte, 300<<10)) },
	"port": apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) {
		res.Status(http.StatusCreated).JSON(gin.H{"ported": true})
	}),
	"port error": apiroutes.HandlerE(func(*apiroutes.Request, *apiroutes.Response) error {
		return apiroutes.NewError(http.StatusTeapot, "no coffee")
	}),
	"port panic": apiroutes.Handler(func(*apiroutes.Request, *apiroutes.Response) { panic("on purpose") }),
	"upgrade":    upgrade,
	"redirect":   func(c *gin.Context) { _ = revalidate.RedirectLocal(c, http.StatusSeeOther, "/elsewhere") },
}

// outlast waits for a deadline that has not come, on a machine that stood still for longer than the handler waits.
func outlast(c *gin.Context) {
	if _, has := c.Request.Context().Deadline(); has {
		<-c.Request.Context().Done()
	}
}

// upgrade takes the connection over, as WebSockets do, and sends one line back.
func upgrade(c *gin.Context) {
	header := c.Writer.Header().Clone()
	conn, rw, err := c.Writer.Hijack()
	if err != nil {
		c.String(http.StatusInternalServerError, "hijack: %v", err)
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	header.Set("Connection", "Upgrade")
	header.Set("Upgrade", "echo")
	_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\n")
	_ = header.Write(rw)
	_, _ = rw.WriteString("\r\n")
	_ = rw.Flush()
	line, err := rw.ReadString('\n')
	if err != nil {
		return // the client has left
	}
	_, _ = rw.WriteString(line)
	_ = rw.Flush()
}

// statuses of answers of handlers.
var statuses = map[string]int{
	"ignore": http.StatusNoContent, "panic": http.StatusInternalServerError, "port": http.StatusCreated,
	"port error": http.StatusTeapot, "port panic": http.StatusInternalServerError, "redirect": http.StatusSeeOther,
	"upgrade": http.StatusSwitchingProtocols, "nowhere": http.StatusNotFound,
}

// start serves the site until the test ends and returns what ends it earlier.
func (s *site) start(t *testing.T) (stop func()) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{Handler: s.engine, ErrorLog: log.New(s, "", 0), ReadHeaderTimeout: time.Minute, Protocols: &protocols}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	return func() {
		// Connections in StateNew, whose client has sent nothing, count as busy for five seconds: all are closed by then.
		if err := server.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		if err := s.pages.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
