package doctest_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	heading  = regexp.MustCompile(`(?m)^(#+) .*$`)
	question = regexp.MustCompile(`(?m)^\*\*`)
	item     = regexp.MustCompile(`(?m)^- `)
)

// The Chinese README has the sections, the blocks of code, the tables and the
// names of the English one, in the same order. What cannot be compared is the
// text: who changes one reads the other.
func TestTranslationIsInStep(t *testing.T) {
	t.Parallel()
	const original, translation = "README.md", "README.zh-CN.md"
	english, chinese := read(t, original), read(t, translation)
	for document, other := range map[string]string{english: translation, chinese: original} {
		if first, _, _ := strings.Cut(document, "\n\n**"); !strings.Contains(first, "]("+other+")") {
			t.Errorf("there is no link to %s at the top", other)
		}
	}
	// The list of differences is kept in English only.
	before, rest, _ := strings.Cut(english, "<details>")
	_, after, _ := strings.Cut(rest, "</details>")
	want, got := parts(before+after), parts(chinese)
	if len(want) != len(got) {
		t.Fatalf("%s has %d headings, %s %d", original, len(want), translation, len(got))
	}
	for i := range want {
		want[i].compare(t, &got[i])
	}
}

// part is what stands below one heading, as far as languages do not matter.
type part struct {
	title, level string
	blocks       []block
	tables       [][]string // the code in the cells of each row
	spans        []string
	links        []string
	items, bold  int
}

func (p *part) compare(t *testing.T, other *part) {
	t.Helper()
	check := func(same bool, what string, a, b any) {
		if !same {
			t.Errorf("%q and %q: %s differ:\n%v\n%v", p.title, other.title, what, a, b)
		}
	}
	check(p.level == other.level, "levels", p.level, other.level)
	check(slices.EqualFunc(p.blocks, other.blocks, func(a, b block) bool { return a.language == b.language && a.text == b.text }), "blocks of code", p.blocks, other.blocks)
	check(slices.EqualFunc(p.tables, other.tables, slices.Equal[[]string]), "tables", p.tables, other.tables)
	check(slices.Equal(p.spans, other.spans), "names in code", p.spans, other.spans)
	check(slices.Equal(p.links, other.links), "links", p.links, other.links)
	check(p.items == other.items, "numbers of items", p.items, other.items)
	check(p.bold == other.bold, "numbers of paragraphs that begin bold", p.bold, other.bold)
}

// parts splits a document at its headings; hashes in blocks of code are none.
func parts(document string) []part {
	var found []part
	blank := code.ReplaceAllStringFunc(document, func(text string) string {
		return strings.Repeat(".", len(text)) // of the same length
	})
	places := heading.FindAllStringIndex(blank, -1)
	for i, place := range places {
		end := len(document)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		title, text, _ := strings.Cut(document[place[0]:end], "\n")
		level, _, _ := strings.Cut(title, " ")
		p := part{title: title, level: level, blocks: blocks(text)}
		for i := range p.blocks {
			p.blocks[i].line = 0
		}
		prose := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(text, "")
		for line := range strings.Lines(prose) {
			switch {
			case strings.HasPrefix(line, "|"):
				p.tables = append(p.tables, codeSpans(line))
			default:
				p.spans = append(p.spans, codeSpans(line)...)
			}
		}
		slices.Sort(p.spans) // sentences order them in their own way
		for _, match := range link.FindAllStringSubmatch(prose, -1) {
			if target, _, _ := strings.Cut(match[1], "#"); target != "" && !strings.HasPrefix(target, "README") && !strings.HasSuffix(target, "differences.md") {
				p.links = append(p.links, target)
			}
		}
		slices.Sort(p.links)
		p.items, p.bold = len(item.FindAllString(prose, -1)), len(question.FindAllString(prose, -1))
		found = append(found, p)
	}
	return found
}
