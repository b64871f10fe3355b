package differences

import (
	"fmt"
	"strings"
)

// Markdown prints the list; counts has the number of cases of each title.
func (l List) Markdown(counts map[string]int) string {
	var b strings.Builder
	b.WriteString("# Where the toolkit differs from Next.js, on purpose\n\n")
	b.WriteString("Written by `go test . -update-documents` from `differences.yaml`; every entry is checked by the\nconformance tests, which fail on a difference that is not here and on an entry that no longer holds.\n")
	for i, e := range l {
		fmt.Fprintf(&b, "\n## %d. %s\n\n", i+1, e.Title)
		fmt.Fprintf(&b, "- **Next.js:** %s\n- **Here:** %s\n- **Why:** %s\n", oneLine(e.Next), oneLine(e.Ours), oneLine(e.Why))
		var cases []string
		for _, s := range e.Shows {
			cases = append(cases, s.Cases...)
		}
		fmt.Fprintf(&b, "- **Cases:** %d (`%s`)\n", counts[e.Title], strings.Join(cases, "`, `"))
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
