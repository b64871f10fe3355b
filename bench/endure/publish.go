package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/process"
)

// publish writes the report.
func (r *endurance) publish(out io.Writer) error {
	var b strings.Builder
	sums := r.ledger.Sums()
	r.summary(&b, &sums)
	lostTable(&b, &sums)
	r.visibility(&b)
	requestTable(&b, &sums)
	r.faultTable(&b, &sums)
	r.usageTable(&b)
	r.uploadTable(&b)
	if r.o.out == "-" {
		_, err := io.WriteString(out, b.String())
		return err
	}
	if err := os.MkdirAll(filepath.Dir(r.o.out), 0o750); err != nil { //nolint:gosec // whoever runs this names the file
		return fmt.Errorf("endure: -out: %w", err)
	}
	if err := os.WriteFile(r.o.out, []byte(b.String()), 0o600); err != nil { //nolint:gosec // whoever runs this names the file
		return fmt.Errorf("endure: -out: %w", err)
	}
	_, err := fmt.Fprintf(out, "lost: %d of %d requests, %d faults injected; written to %s\n", sums.Total(), sums.Requests(), sums.FaultCount(), r.o.out)
	return err
}

func (r *endurance) summary(b *strings.Builder, sums *ledger.Sums) {
	fmt.Fprintf(b, "# Endurance\n\n`%s` on %s\n\n", r.o.command(), r.started.UTC().Format("2006-01-02 15:04 MST"))
	fmt.Fprintf(b, "**Lost: %d.** %d requests in %v of mixed traffic, %d faults injected, %d revalidations acknowledged.\n\n", sums.Total(), sums.Requests(),
		r.traffic.Round(time.Second), sums.FaultCount(), r.shared.Truth.Visibility().Acknowledged+r.alone.Truth.Visibility().Acknowledged)
	if len(r.o.sabotage) > 0 {
		fmt.Fprintf(b, "The site was made to do wrong: %s.\n\n", strings.Join(r.o.sabotage, ", "))
	}
	fmt.Fprintf(b, "| | |\n|---|---|\n| machine | %d processors (%s), %s |\n", runtime.NumCPU(), field("/proc/cpuinfo", "model name"), field("/proc/meminfo", "MemTotal"))
	fmt.Fprintf(b, "| system | %s/%s, %s |\n| Go | %s |\n| Gin | %s |\n| Redis | %s |\n", runtime.GOOS, runtime.GOARCH, field("/etc/os-release", "PRETTY_NAME"), runtime.Version(), gin.Version, process.RedisVersion())
	fmt.Fprintf(b, "| load average at the end | %s |\n| longest that a request that does nothing took | %v |\n", firstLine("/proc/loadavg"), r.lag.Worst().Round(time.Millisecond))
	fmt.Fprintf(b, "| visitors | %d at full speed, %d awkward ones, %d editors, on the machine of the site |\n\n", r.o.size.Quick, r.o.size.Awkward, r.o.size.Editors)
}

func lostTable(b *strings.Builder, sums *ledger.Sums) {
	b.WriteString("## Lost\n\n| what | how often |\n|---|---:|\n")
	for _, class := range ledger.Classes {
		fmt.Fprintf(b, "| %s | %d |\n", class, sums.Lost[class])
	}
	for _, f := range sums.Findings {
		fmt.Fprintf(b, "\n- after %v: %s: %s", f.At.Round(time.Millisecond), f.Class, strings.TrimSpace(f.Text))
	}
	if len(sums.Findings) > 0 {
		b.WriteString("\n")
	}
	b.WriteString("\n")
}

func (r *endurance) visibility(b *strings.Builder) {
	shared, alone := r.shared.Truth.Visibility(), r.alone.Truth.Visibility()
	renders, failed := r.source.Renders()
	fmt.Fprintf(b, `## Revalidations

After an acknowledgement no request to the same process may get an older page, and after %v none to another; where Redis was away
in the meantime, %v after it is back. No process may go back behind a page that it has served.

- %d acknowledged for pages shared by Redis, %d for those in a folder.
- The latest that an older page was still seen elsewhere, while that was allowed: %v after the acknowledgement, times without Redis included.
- %d times the %v were exceeded, by no more than three times what a request that does nothing took at that moment.
- Instances took Redis for away %d times, by its faults or since the machine was too busy for it to answer within half a second; what was acknowledged
  is demanded of them %v after they had it back.
- %d renders, of which %d got no data, on purpose.

`, r.o.budget.Normal, r.o.budget.Back, shared.Acknowledged, alone.Acknowledged, shared.Latest.Round(time.Millisecond), shared.Lagging+alone.Lagging, r.o.budget.Normal, r.away(), r.o.budget.Back, renders, failed)
}

// away is how often instances took Redis for away, as far as those know that
// were there at the end.
func (r *endurance) away() (times int) {
	for i := range r.after {
		times += r.after[i].Away
	}
	return times
}

func requestTable(b *strings.Builder, sums *ledger.Sums) {
	b.WriteString("## Requests\n\nUnanswered are requests to an instance that was killed or ended at that time, and their refused connections.\n\n")
	b.WriteString("| kind | requests | answers | unanswered | slowest |\n|---|---:|---|---:|---:|\n")
	for _, kind := range slices.Sorted(maps.Keys(sums.Counts)) {
		c := sums.Counts[kind]
		var answers []string
		for _, status := range slices.Sorted(maps.Keys(c.Statuses)) {
			if status == 0 {
				answers = append(answers, fmt.Sprintf("%d not waited for", c.Statuses[status]))
			} else {
				answers = append(answers, fmt.Sprintf("%d × %d", c.Statuses[status], status))
			}
		}
		fmt.Fprintf(b, "| %s | %d | %s | %d | %v |\n", kind, c.Requests, strings.Join(answers, ", "), c.Excused, c.Slowest.Round(time.Millisecond))
	}
	b.WriteString("\n")
}

func (r *endurance) faultTable(b *strings.Builder, sums *ledger.Sums) {
	fmt.Fprintf(b, "## Faults\n\nOne at a time, %v long on average.\n\n| fault | times |\n|---|---:|\n", r.o.length)
	for _, fault := range slices.Sorted(maps.Keys(sums.Faults)) {
		fmt.Fprintf(b, "| %s | %d |\n", fault, sums.Faults[fault])
	}
	fmt.Fprintf(b, "\n%d times SIGTERM, the last one of each instance without load, the others with eight answers in flight, of which each that did not come to its end is lost; the process was gone after %v at most, of which closing the pages and their store took %v at most.\n\n",
		sums.Ends.Count, sums.Ends.Took.Round(time.Millisecond), sums.Ends.Closed.Round(time.Millisecond))
}

func (r *endurance) usageTable(b *strings.Builder) {
	b.WriteString("## What instances hold\n\nBefore the load, warmed up, and after it, in the process that was there at the end; heap in use after a collection.\n\n" +
		"| instance | heap | resident | goroutines | open files |\n|---|---:|---:|---:|---:|\n")
	for i, seat := range r.seats {
		x, y := r.before[i], r.after[i]
		fmt.Fprintf(b, "| %s (%s) | %s → %s | %s → %s | %d → %d | %d → %d |\n", seat.Target.Name, seat.Target.World.Name, megabytes(x.Heap), megabytes(y.Heap),
			megabytes(x.Resident), megabytes(y.Resident), x.Goroutines, y.Goroutines, x.Files, y.Files)
	}
	b.WriteString("\n")
}

func (r *endurance) uploadTable(b *strings.Builder) {
	u := r.uploads
	fmt.Fprintf(b, "## Slow uploads\n\n%d uploads of 1 MB at once, at 1 KB a second each, held %s after a collection, when they had sent %s: %.1f KB a connection. "+
		"One that was brought to its end was answered %q.\n\n", r.o.uploads, megabytes(u.Held), megabytes(u.Received), float64(u.Held)/1024/float64(r.o.uploads), u.Answer)
	fmt.Fprintf(b, "Fast requests at an even pace, %d a second, %v with and without the uploads in turns; 99th percentile:\n\n| without | with | ratio |\n|---:|---:|---:|\n", fastRate, r.o.window)
	for _, round := range u.Rounds {
		fmt.Fprintf(b, "| %v | %v | %.2f |\n", round.Without.Round(time.Microsecond), round.With.Round(time.Microsecond), float64(round.With)/float64(round.Without))
	}
	fmt.Fprintf(b, "\nThe median of the ratios is %.2f; ", u.Median)
	if r.o.short {
		b.WriteString("from so short a measurement nothing is concluded.\n")
	} else {
		fmt.Fprintf(b, "more than %.1f would count as lost.\n", fastAllowed)
	}
}
