package ledger

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Class is a way in which something can get lost.
type Class string

// The classes.
const (
	// Invisible: a page is older than an acknowledged revalidation, or than what
	// the same process has served before.
	Invisible Class = "an acknowledged revalidation is not visible"
	// Unrendered: a body is not what a render of this page has made.
	Unrendered Class = "a body equals no render"
	// Unexplained: an answer 5xx without a cause.
	Unexplained Class = "5xx that no handler and no deadline caused"
	// Swapped: an answer belongs to another request.
	Swapped Class = "an answer belongs to another request"
	// Wrong: any other answer than the one that the request deserves.
	Wrong Class = "an answer is not as it should be"
	// Broken: no answer, from an instance that was running.
	Broken Class = "no answer, or half of one"
	// Memory, Goroutines and Files: they did not return to the base line.
	Memory     Class = "memory does not return to the base line"
	Goroutines Class = "goroutines do not return to the base line"
	Files      Class = "files are left behind"
	// End: SIGTERM did not lead to an orderly end.
	End Class = "SIGTERM does not end it in order"
	// Noise: a log has a line of trouble that nothing explains.
	Noise Class = "a log tells of trouble"
	// Slow: fast requests were slowed down by slow ones.
	Slow Class = "slow clients slow down others"
)

// Classes are all of them, in the order of a report.
var Classes = []Class{Invisible, Unrendered, Unexplained, Swapped, Wrong, Broken, Memory, Goroutines, Files, End, Noise, Slow}

// Finding is something that got lost.
type Finding struct {
	At    time.Duration
	Class Class
	Text  string
}

// Count is of one kind of request.
type Count struct {
	// Requests were sent. Excused of them got no answer since their instance was
	// killed or ending.
	Requests, Excused int
	// Statuses has the answers by status; 0 is one that the client did not wait
	// for.
	Statuses map[int]int
	// Slowest is how long the slowest took.
	Slowest time.Duration
}

// Ledger is safe for concurrent use.
type Ledger struct {
	started time.Time

	mu       sync.Mutex
	counts   map[string]*Count
	lost     map[Class]int
	findings []Finding
	windows  []*Window
	faults   map[string]int
	notes    []string
	ends     Ends
}

// Ends are the orderly ends after SIGTERM, and the longest that one took: until
// the process was gone, and of that, to close the pages and their store.
type Ends struct {
	Count        int
	Took, Closed time.Duration
}

// Ended notes an orderly end.
func (l *Ledger) Ended(took, closed time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ends.Count++
	l.ends.Took, l.ends.Closed = max(l.ends.Took, took), max(l.ends.Closed, closed)
}

// New begins a ledger.
func New() *Ledger {
	return &Ledger{started: time.Now(), counts: make(map[string]*Count), lost: make(map[Class]int), faults: make(map[string]int)}
}

// most findings of one class are kept in words.
const most = 20

// Lost notes a finding.
func (l *Ledger) Lost(class Class, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lost[class]++
	if l.lost[class] <= most {
		l.findings = append(l.findings, Finding{time.Since(l.started), class, fmt.Sprintf(format, args...)})
	}
}

// Answered counts a request with the status of its answer.
func (l *Ledger) Answered(kind string, status int, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.count(kind)
	c.Requests++
	c.Statuses[status]++
	c.Slowest = max(c.Slowest, took)
}

// Excused counts a request to an instance that was not there.
func (l *Ledger) Excused(kind string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.count(kind)
	c.Requests++
	c.Excused++
}

func (l *Ledger) count(kind string) *Count {
	c := l.counts[kind]
	if c == nil {
		c = &Count{Statuses: make(map[int]int)}
		l.counts[kind] = c
	}
	return c
}

// Note keeps a line for the report.
func (l *Ledger) Note(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.notes = append(l.notes, fmt.Sprintf(format, args...))
}

// Sums are what a ledger has so far.
type Sums struct {
	Counts   map[string]Count
	Lost     map[Class]int
	Findings []Finding
	Faults   map[string]int
	Notes    []string
	Ends     Ends
}

// Sums returns a copy of what there is so far.
func (l *Ledger) Sums() Sums {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Sums{
		Counts: make(map[string]Count), Lost: maps.Clone(l.lost), Faults: maps.Clone(l.faults),
		Findings: slices.Clone(l.findings), Notes: slices.Clone(l.notes), Ends: l.ends,
	}
	for kind, c := range l.counts {
		own := *c
		own.Statuses = maps.Clone(c.Statuses)
		s.Counts[kind] = own
	}
	return s
}

// Requests is the number of all requests.
func (s *Sums) Requests() (n int) {
	for _, c := range s.Counts {
		n += c.Requests
	}
	return n
}

// Total is the number of things lost.
func (s *Sums) Total() (n int) {
	for _, count := range s.Lost {
		n += count
	}
	return n
}

// FaultCount is the number of faults that were injected.
func (s *Sums) FaultCount() (n int) {
	for _, count := range s.Faults {
		n += count
	}
	return n
}
