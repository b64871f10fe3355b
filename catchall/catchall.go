package catchall

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"
)

// anyMethod stands for every method in the methods of a pattern.
const anyMethod = "*"

// methodName is what Gin accepts as a method.
var methodName = regexp.MustCompile(`^[A-Z]+$`)

// standardMethods are those that every pattern answers, by its handlers or by 405; they are the ones of Gin's Any.
func standardMethods() []string {
	return []string{
		http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodHead, http.MethodOptions,
		http.MethodDelete, http.MethodConnect, http.MethodTrace,
	}
}

// registration is one call of Handle.
type registration struct {
	handlers []gin.HandlerFunc
	at       string // file:line of the call
}

// Routes collects patterns until [Routes.Mount] compiles them. Registering is not safe for concurrent use; serving is.
type Routes struct {
	config   Config
	patterns map[string]*pattern
	order    []*pattern // in order of registration, so that faults are reported in the order of the source
	faults   []error
	mounted  bool
}

// New returns an empty set with default settings.
func New() *Routes { return NewWith(Config{}) }

// NewWith returns an empty set with settings of its own. A fault in the settings is reported by [Routes.Mount], with
// those of the patterns.
func NewWith(config Config) *Routes {
	config.Methods = slices.Clone(config.Methods)
	return &Routes{config: config, patterns: map[string]*pattern{}}
}

// Handle registers handlers for one method of a pattern, as gin.IRoutes.Handle does: the last one is the handler, those
// before it are middleware of this pattern alone. Faults are kept for [Routes.Mount]. Registering after Mount panics,
// since the routes would be missing.
//
// A pattern is a path as Next.js names files below pages: literals ("/post/create"), "[name]" for one segment,
// "[...name]" for one or more at the end and "[[...name]]" for any number at the end. "/" is the path of the group
// itself.
//
// Next.js sends every method of a path to one handler; [Routes.Any] does that. A pattern with methods of its own
// answers HEAD by its GET handlers unless it has HEAD, and every other method with 405 and Allow.
func (r *Routes) Handle(method, pattern string, handlers ...gin.HandlerFunc) {
	if !methodName.MatchString(method) {
		r.faults = append(r.faults, faultf("%s: method %q: write it in capital letters, as in GET", caller(1), method))
		return
	}
	r.handle(method, pattern, handlers)
}

// Any registers handlers for every method: GET, POST, PUT, PATCH, HEAD, OPTIONS, DELETE, CONNECT, TRACE, those of
// Config.Methods, and those that another pattern of the set names in [Routes.Handle].
func (r *Routes) Any(pattern string, handlers ...gin.HandlerFunc) {
	r.handle(anyMethod, pattern, handlers)
}

// GET is Handle with "GET".
func (r *Routes) GET(pattern string, handlers ...gin.HandlerFunc) {
	r.handle(http.MethodGet, pattern, handlers)
}

// POST is Handle with "POST".
func (r *Routes) POST(pattern string, handlers ...gin.HandlerFunc) {
	r.handle(http.MethodPost, pattern, handlers)
}

// PUT is Handle with "PUT".
func (r *Routes) PUT(pattern string, handlers ...gin.HandlerFunc) {
	r.handle(http.MethodPut, pattern, handlers)
}

// PATCH is Handle with "PATCH".
func (r *Routes) PATCH(pattern string, handlers ...gin.HandlerFunc) {
	r.handle(http.MethodPatch, pattern, handlers)
}

// DELETE is Handle with "DELETE".
func (r *Routes) DELETE(pattern string, handlers ...gin.HandlerFunc) {
	r.handle(http.MethodDelete, pattern, handlers)
}

// HEAD is Handle with "HEAD". Without it a pattern answers HEAD by its GET handlers.
func (r *Routes) HEAD(pattern string, handlers ...gin.HandlerFunc) {
	r.handle(http.MethodHead, pattern, handlers)
}

// OPTIONS is Handle with "OPTIONS".
func (r *Routes) OPTIONS(pattern string, handlers ...gin.HandlerFunc) {
	r.handle(http.MethodOptions, pattern, handlers)
}

// handle is called by exported methods only: the caller of its caller is the line to report.
func (r *Routes) handle(method, text string, handlers []gin.HandlerFunc) {
	at := caller(2)
	if r.mounted {
		panic("catchall: " + at + ": pattern " + strconv.Quote(text) + " is registered after Mount: move it before")
	}
	if len(handlers) == 0 || slices.ContainsFunc(handlers, func(h gin.HandlerFunc) bool { return h == nil }) {
		r.faults = append(r.faults, faultf("%s: pattern %q has no handler, or one that is nil: pass a gin.HandlerFunc", at, text))
		return
	}
	p := r.patterns[text]
	if p == nil {
		segments, err := parsePattern(text)
		if err != nil {
			r.faults = append(r.faults, fmt.Errorf("%w (%s)", err, at))
			return
		}
		p = &pattern{text: text, segments: segments, methods: map[string]registration{}, at: at}
		r.patterns[text] = p
		r.order = append(r.order, p)
	}
	for there, other := range p.methods {
		if there == method || there == anyMethod || method == anyMethod {
			r.faults = append(r.faults, faultf("%s: pattern %q answers %s already (%s): keep one of the two",
				at, text, nameOfMethod(there), other.at))
			return
		}
	}
	p.methods[method] = registration{handlers: slices.Clone(handlers), at: at}
}

// nameOfMethod words a method for a fault.
func nameOfMethod(method string) string {
	if method == anyMethod {
		return "every method"
	}
	return method
}

// caller returns file:line of the function that is skip calls above the caller of caller.
func caller(skip int) string {
	_, file, line, _ := runtime.Caller(skip + 1)
	return filepath.Base(file) + ":" + strconv.Itoa(line)
}

// compile checks the whole set and returns the states and the paths for Gin, or every fault.
func (r *Routes) compile(base string) (*state, []route, error) {
	faults := slices.Clone(r.faults)
	limit, err := r.config.maxRoutes()
	if err != nil {
		faults = append(faults, err)
	}
	faults = append(faults, r.config.checkMethods()...)
	root := &node{}
	for _, p := range r.order {
		if err := root.insert(p); err != nil {
			faults = append(faults, err)
		}
	}
	if len(faults) > 0 {
		return nil, nil, errors.Join(faults...)
	}
	c := compiler{limit: limit, root: base == "/"}
	start := c.determine([]*node{root}, nil, "")
	if c.full() {
		return nil, nil, faultf("%d patterns compile to more than %d paths: literals beside parameters on many levels double with each; "+
			"use fewer of them, mount them in several groups or raise Config.MaxRoutes", len(r.order), limit)
	}
	return start, c.paths, nil
}

// methods returns the standard methods, those of the settings and every other that some pattern names.
func (r *Routes) methods() []string {
	more := slices.Clone(r.config.Methods)
	for _, p := range r.order {
		more = append(more, slices.Sorted(maps.Keys(p.methods))...)
	}
	all := standardMethods()
	for _, method := range more {
		if method != anyMethod && !slices.Contains(all, method) {
			all = append(all, method)
		}
	}
	return all
}

// handlers returns the handlers of a method, nil when the pattern has none for it.
func (p *pattern) handlers(method string) []gin.HandlerFunc {
	for _, name := range []string{method, anyMethod} {
		if found, ok := p.methods[name]; ok {
			return found.handlers
		}
	}
	if method == http.MethodHead {
		return p.methods[http.MethodGet].handlers
	}
	return nil
}

// allow returns the value of Allow, sorted.
func (p *pattern) allow() []string {
	methods := slices.Collect(maps.Keys(p.methods))
	if _, get := p.methods[http.MethodGet]; get && !slices.Contains(methods, http.MethodHead) {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	return methods
}
