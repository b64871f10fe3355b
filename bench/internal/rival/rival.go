package rival

import (
	"context"
	"net/http"
	"os/exec"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v3"

	"github.com/gin-apiroutes/apiroutes/bench/internal/inproc"
	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// Rival is a contender.
type Rival struct {
	Name string
	// Handlers has a server for each kind of job that it takes part in.
	Handlers map[job.Kind]func() http.Handler
	// Apps is the same for Fiber, which is no http.Handler.
	Apps map[job.Kind]func() *fiber.App
	// External is the program that serves it, nil for contenders in Go.
	External *External
	// Modules are the modules of which a report prints the versions.
	Modules []string
	// Needs is a program that must be installed for it, "" for none.
	Needs string
	// Beside starts what it needs, before a handler is built; nil for nothing.
	Beside func(context.Context) (stop func() error, err error)
}

// Names of contenders that budgets speak of, beside the yardsticks. Variants of
// ours have the same jobs with more or less around them.
const (
	Ours           = "apiroutes"
	OursLayers     = "apiroutes, two layers"
	OursUndeclared = "apiroutes, undeclared"
	OursStack      = "apiroutes, full stack"
	OursRedis      = "apiroutes, Redis"
	GinCache       = job.GinCache
	Fiber          = "fiber"
)

// All returns the contenders in the order of the reports, the yardstick first.
func All() []Rival {
	return slices.Concat(ours(), []Rival{oursWithRedis(), bare(), contrib(), chenyahui(), echoRival(), fiberRival(), chiRival(), standard()}, external())
}

// Can says whether the contender takes part in jobs of a kind.
func (r *Rival) Can(kind job.Kind) bool {
	if r.External != nil {
		return slices.Contains(r.External.Kinds, kind)
	}
	return r.Handlers[kind] != nil || r.Apps[kind] != nil
}

// Start starts what the contender needs beside it.
func (r *Rival) Start(ctx context.Context) (stop func() error, err error) {
	if r.Beside == nil {
		return func() error { return nil }, nil
	}
	return r.Beside(ctx)
}

// Compiles says that the contender is compiled while it runs, so that it is slow
// at first.
func (r *Rival) Compiles() bool { return r.External != nil && r.External.Install != nil }

// Installed says whether the programs are there that the contender needs.
func (r *Rival) Installed() bool {
	if r.Needs == "" {
		return r.External == nil || r.Version() != ""
	}
	_, err := exec.LookPath(r.Needs)
	return err == nil
}

// Build returns a new server for a kind of job as a part of this process; false
// if the contender has none.
func (r *Rival) Build(kind job.Kind) (inproc.Handler, bool) {
	switch {
	case r.Handlers[kind] != nil:
		return inproc.Standard(r.Handlers[kind]()), true
	case r.Apps[kind] != nil:
		return inproc.Fast(r.Apps[kind]().Handler()), true
	}
	return nil, false
}

// Version is what a report prints: the versions of the modules, or what the
// program says of itself; "" if there is nothing to say.
func (r *Rival) Version() string {
	if r.External != nil {
		return r.External.Version()
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	var versions []string
	for _, dependency := range info.Deps {
		if slices.Contains(r.Modules, dependency.Path) {
			versions = append(versions, strings.TrimPrefix(dependency.Path, "github.com/")+" "+dependency.Version)
		}
	}
	return strings.Join(versions, ", ")
}
