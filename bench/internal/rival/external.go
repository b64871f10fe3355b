package rival

import "github.com/gin-apiroutes/apiroutes/bench/internal/job"

// External is a program that is no part of this binary.
type External struct {
	// Kinds are the kinds of jobs that it takes part in.
	Kinds []job.Kind
	// Version asks the program; "" says that it is not installed.
	Version func() string
	// Command returns what to run, and where, so that it listens at address.
	// Files for this run only go into folder.
	Command func(kind job.Kind, address, folder string) (arguments []string, dir string, err error)
}

func external() []Rival { return nil }
