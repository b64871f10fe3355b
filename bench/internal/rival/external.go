package rival

import (
	"context"
	"log"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// External is a program that is no part of this binary.
type External struct {
	// Kinds are the kinds of jobs that it takes part in.
	Kinds []job.Kind
	// Version asks the program; "" says that it is not installed.
	Version func() string
	// Install brings it; nil leaves that to the packages of the system.
	Install func(ctx context.Context, progress *log.Logger) error
	// Command returns what to run, and where, so that it listens at address.
	// Files for this run only go into folder.
	Command func(address, folder string) (Command, error)
}

// Command is a program to run.
type Command struct {
	Arguments   []string
	Environment []string // beside that of this process
	Folder      string
}

func external() []Rival {
	return []Rival{
		{Name: "nginx, file", External: nginx(nginxFile)},
		{Name: "nginx, proxy_cache", External: nginx(nginxCache)},
		{Name: "express", External: node("express", "server.mjs", job.Hello, job.Dynamic, job.CatchAll, job.Table, job.Page, job.CORS)},
		{Name: "next", External: node("next", "node_modules/next/dist/bin/next", job.Hello, job.Dynamic, job.CatchAll, job.Page, job.CORS)},
	}
}
