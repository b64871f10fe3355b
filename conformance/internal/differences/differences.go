// Package differences is the list of what the toolkit does otherwise than
// Next.js, on purpose: it is read from differences.yaml, compared with what
// differs in fact, and printed as differences.md.
package differences

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/record"
)

// Entry is one difference.
type Entry struct {
	// Title is the difference in a few words.
	Title string `yaml:"title"`
	// Next and Ours say what the two do, Why says why it is so.
	Next string `yaml:"next"`
	Ours string `yaml:"ours"`
	Why  string `yaml:"why"`
	// Shows are the cases in which it is seen.
	Shows []*Show `yaml:"shows"`
}

// Show says in which cases a difference is seen, and in what respect.
type Show struct {
	// Cases are names, in which * stands for anything.
	Cases []string `yaml:"cases"`
	// Except takes names out again.
	Except []string `yaml:"except"`
	// Status restricts it to cases to which Next.js answers with one of these;
	// empty is any.
	Status []int `yaml:"status"`
	// Body restricts it to cases in which the answer of Next.js matches this
	// regular expression; empty is any.
	Body string `yaml:"body"`
	// Untyped restricts it to cases in which Next.js sends a body, or would,
	// without a Content-Type.
	Untyped bool `yaml:"untyped"`
	// Some says that not every case that matches differs.
	Some bool `yaml:"some"`
	// Aspects are what differs, as record.Difference has them.
	Aspects []string `yaml:"aspects"`
	// Answer pins what the toolkit answers instead.
	Answer *Answer `yaml:"answer"`

	names, except []*regexp.Regexp
	body          *regexp.Regexp
}

// Answer is what must be true of the first answer of the toolkit.
type Answer struct {
	Status  int               `yaml:"status"`
	Body    *string           `yaml:"body"`
	Headers map[string]string `yaml:"headers"`
}

// List is the whole file.
type List []*Entry

// Load reads differences.yaml and reports every fault of it at once.
func Load(file string) (List, error) {
	data, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return nil, fmt.Errorf("differences: %w", err)
	}
	return Parse(data)
}

// Parse is Load for bytes.
func Parse(data []byte) (List, error) {
	var list List
	if err := yaml.UnmarshalWithOptions(data, &list, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("differences: %w", err)
	}
	var faults []error
	for i, e := range list {
		if err := e.compile(); err != nil {
			faults = append(faults, fmt.Errorf("differences: entry %d (%q): %w", i+1, e.Title, err))
		}
	}
	return list, errors.Join(faults...)
}

func (e *Entry) compile() error {
	var faults []error
	for what, text := range map[string]string{"title": e.Title, "next": e.Next, "ours": e.Ours, "why": e.Why} {
		if strings.TrimSpace(text) == "" {
			faults = append(faults, fmt.Errorf("%s is missing", what))
		}
	}
	if len(e.Shows) == 0 {
		faults = append(faults, errors.New("shows is missing: name the cases"))
	}
	for _, s := range e.Shows {
		faults = append(faults, s.compile())
	}
	return errors.Join(faults...)
}

func (s *Show) compile() error {
	var missing error
	if len(s.Cases) == 0 || len(s.Aspects) == 0 {
		missing = errors.New("cases and aspects must be listed")
	}
	s.names, s.except = globs(s.Cases), globs(s.Except)
	body, err := regexp.Compile(s.Body)
	s.body = body
	return errors.Join(missing, err)
}

func globs(patterns []string) []*regexp.Regexp {
	compiled := make([]*regexp.Regexp, len(patterns))
	for i, pattern := range patterns {
		quoted := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")
		compiled[i] = regexp.MustCompile("^" + quoted + "$")
	}
	return compiled
}

func anyMatches(patterns []*regexp.Regexp, name string) bool {
	return slices.ContainsFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(name) })
}

// covers says whether it is about a case.
func (s *Show) covers(want record.Recording) bool {
	if !anyMatches(s.names, want.Case) || anyMatches(s.except, want.Case) {
		return false
	}
	if len(s.Status) == 0 && s.Body == "" && !s.Untyped {
		return true
	}
	if len(want.Answers) == 0 {
		return false
	}
	first := want.Answers[0]
	if s.Untyped && (first.Get("Content-Type") != "" || first.Status == 204 || first.Status == 304) {
		return false
	}
	return (len(s.Status) == 0 || slices.Contains(s.Status, first.Status)) && s.body.MatchString(first.Body.Text)
}

// Judge compares what differs in one case with the list. It returns the titles
// of the entries that explain the case, and one line for each fault: a
// difference that is not listed, and a listed one that is none.
func (l List) Judge(want, got record.Recording, found []record.Difference) (titles, faults []string) {
	explained := map[string]bool{}
	for _, e := range l {
		shown := false
		for _, s := range e.Shows {
			if !s.covers(want) {
				continue
			}
			seen, missing := s.divide(found)
			for _, aspect := range seen {
				explained[aspect], shown = true, true
			}
			if s.Some {
				continue
			}
			for _, aspect := range missing {
				faults = append(faults, fmt.Sprintf("%s: differences.yaml lists it under %q, but the answers do not differ in it", aspect, e.Title))
			}
			faults = append(faults, s.Answer.check(e.Title, got)...)
		}
		if shown {
			titles = append(titles, e.Title)
		}
	}
	for _, d := range found {
		if !explained[d.Aspect] {
			faults = append(faults, d.String())
		}
	}
	return titles, faults
}

// divide tells the aspects that differ in fact from those that do not.
func (s *Show) divide(found []record.Difference) (seen, missing []string) {
	for _, aspect := range s.Aspects {
		if slices.ContainsFunc(found, func(d record.Difference) bool { return d.Aspect == aspect }) {
			seen = append(seen, aspect)
		} else {
			missing = append(missing, aspect)
		}
	}
	return seen, missing
}

// check compares an answer with what is pinned.
func (a *Answer) check(title string, got record.Recording) []string {
	if a == nil {
		return nil
	}
	if len(got.Answers) == 0 {
		return []string{fmt.Sprintf("no answer, but %q says there is one", title)}
	}
	first := got.Answers[0]
	var faults []string
	fault := func(what string, want, got any) {
		faults = append(faults, fmt.Sprintf("%s: %q says %v, got %v", what, title, want, got))
	}
	if a.Status != 0 && a.Status != first.Status {
		fault("status", a.Status, first.Status)
	}
	if a.Body != nil && *a.Body != first.Body.Text {
		fault("body", fmt.Sprintf("%q", *a.Body), first.Body)
	}
	for name, want := range a.Headers {
		if value := first.Get(name); value != want {
			fault("header "+name, fmt.Sprintf("%q", want), fmt.Sprintf("%q", value))
		}
	}
	slices.Sort(faults)
	return faults
}
