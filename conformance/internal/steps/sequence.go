package steps

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
)

// Sequence is a list of steps that build on one another. In its texts
//
//	~          is a mark that is new for each run, so that its pages are, too
//	{id}       is the previewModeId of the server, and {ID} the same in capitals
//	{etag}     is the last entity tag that the server sent
//	{cookies}  are the cookies of the last answer that set any
//	{token}    is the preview data among them
type Sequence struct {
	// Name is "page-topic/what", unique among all sequences.
	Name string `yaml:"name"`
	// Rules are the rules (rules.yaml) that it is about.
	Rules []string `yaml:"rules"`
	// Pages are the paths whose renders are counted; empty is the path of the
	// first step.
	Pages []string `yaml:"pages"`
	// Expire asks a server whose pages expire after this time in seconds; 0 is
	// one with the default.
	Expire int `yaml:"expire"`
	// Steps are what happens.
	Steps []Step `yaml:"steps"`
}

// Step is one of: a request that is asked, one that is begun, the end of all
// that were begun, a change of a source, or time that passes.
type Step struct {
	// As names the step, where something else refers to it.
	As string `yaml:"as"`
	// Ask is a method and a target, "GET /isr/~": the answer is recorded.
	Ask string `yaml:"ask"`
	// Begin sends a request without waiting for its answer.
	Begin string `yaml:"begin"`
	// With are more header lines of the request, and Body is its body.
	With []string `yaml:"with"`
	Body string   `yaml:"body"`
	// Times sends a request that is begun so many times at once.
	Times int `yaml:"times"`
	// Leave closes the connections of all requests that were begun.
	Leave bool `yaml:"leave"`
	// Finish records the answers to all requests that were begun.
	Finish bool `yaml:"finish"`
	// Set changes what a page shows: fields of its source. Without a path it is
	// the first of the pages.
	Set map[string]any `yaml:"set"`
	// Wait is a time in seconds.
	Wait float64 `yaml:"wait"`
}

// records says whether the step leaves a recording.
func (s *Step) records() bool { return s.Ask != "" || s.Finish }

// Topic is the part of the name before the slash; it names the file.
func (s *Sequence) Topic() string {
	topic, _, _ := strings.Cut(s.Name, "/")
	return topic
}

// Names are the names of the recordings of the sequence.
func (s *Sequence) Names() []string {
	var names []string
	for i := range s.Steps {
		if step := &s.Steps[i]; step.records() {
			name := step.As
			if name == "" {
				name = fmt.Sprintf("%02d", len(names)+1)
			}
			names = append(names, s.Name+"/"+name)
		}
	}
	return names
}

// waits says whether the sequence needs time to pass, and so a server that is
// in time otherwise.
func (s *Sequence) waits() bool {
	for i := range s.Steps {
		if s.Steps[i].Wait > 0 {
			return true
		}
	}
	return false
}

// pages are the paths whose renders count.
func (s *Sequence) pages() []string {
	if len(s.Pages) > 0 {
		return s.Pages
	}
	for i := range s.Steps {
		for _, request := range []string{s.Steps[i].Ask, s.Steps[i].Begin} {
			if _, target, found := strings.Cut(request, " "); found {
				path, _, _ := strings.Cut(target, "?")
				return []string{path}
			}
		}
	}
	return nil
}

// Load reads every sequence of a folder, and reports every fault at once.
func Load(dir string) ([]Sequence, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("steps: %w", err)
	}
	var all []Sequence
	for _, file := range files {
		data, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return nil, fmt.Errorf("steps: %w", err)
		}
		var more []Sequence
		if err := yaml.UnmarshalWithOptions(data, &more, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("steps: %s: %w", file, err)
		}
		for i := range more {
			if topic := strings.TrimSuffix(filepath.Base(file), ".yaml"); more[i].Topic() != topic {
				return nil, fmt.Errorf("steps: %s: the sequence %q belongs into %s.yaml", file, more[i].Name, more[i].Topic())
			}
		}
		all = append(all, more...)
	}
	return all, check(all)
}

func check(all []Sequence) error {
	var faults []error
	seen := map[string]bool{}
	for i := range all {
		s := &all[i]
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Errorf("steps: %s "+format, append([]any{s.Name}, args...)...))
		}
		if !strings.HasPrefix(s.Name, "page-") || strings.Count(s.Name, "/") != 1 {
			fault("is no name: write page-topic/what")
		}
		if len(s.Rules) == 0 {
			fault("names no rule")
		}
		for _, name := range s.Names() {
			if seen[name] {
				fault("has the name %q twice", name)
			}
			seen[name] = true
		}
		for j := range s.Steps {
			if n := s.Steps[j].kinds(); n != 1 {
				fault("has %d things to do in step %d: write one of ask, begin, leave, finish, set and wait", n, j+1)
			}
		}
	}
	return errors.Join(faults...)
}

func (s *Step) kinds() int {
	n := 0
	for _, has := range []bool{s.Ask != "", s.Begin != "", s.Leave, s.Finish, s.Set != nil, s.Wait > 0} {
		if has {
			n++
		}
	}
	return n
}
