package rival

import "github.com/gin-apiroutes/apiroutes/bench/internal/job"

// External is a program that is no part of this binary.
type External struct {
	Kinds   []job.Kind
	Version func() string
}

func external() []Rival { return nil }
