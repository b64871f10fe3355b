package doctest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// skipped are folders that hold nothing of ours.
var skipped = []string{".git", "bin", "node_modules", "testdata", ".next"}

// files returns all files below the root of the repository whose names end in
// suffix, as paths relative to it with forward slashes.
func files(t *testing.T, suffix string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains(skipped, d.Name()) {
			return fs.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(path, suffix) {
			relative, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			found = append(found, filepath.ToSlash(relative))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// read returns the text of a file of the repository.
func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// block is a fenced block of a Markdown document.
type block struct {
	line     int // of the opening fence, from 1
	language string
	text     string
}

// blocks returns the fenced blocks of a document, those inside lists too.
func blocks(document string) []block {
	var found []block
	open := -1 // index in found
	number := 0
	for line := range strings.SplitSeq(document, "\n") {
		number++
		language, fence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case fence && open < 0:
			found = append(found, block{line: number, language: language})
			open = len(found) - 1
		case fence:
			open = -1
		case open >= 0:
			found[open].text += line + "\n"
		}
	}
	return found
}

// section returns what stands below a heading, up to the next one of its level.
func section(t *testing.T, document, heading string) string {
	t.Helper()
	_, rest, found := strings.Cut(document, "\n## "+heading+"\n")
	if !found {
		t.Fatalf("there is no section %q", heading)
	}
	text, _, _ := strings.Cut(rest, "\n## ")
	return text
}

// rows returns the cells of the rows of the first table in text, without its
// two lines of heading.
func rows(text string) [][]string {
	var found [][]string
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(line, "|") {
			if found != nil {
				break
			}
			continue
		}
		line = strings.ReplaceAll(strings.Trim(line, "|"), `\|`, "\x00")
		cells := strings.Split(line, "|")
		for i, cell := range cells {
			cells[i] = strings.TrimSpace(strings.ReplaceAll(cell, "\x00", "|"))
		}
		found = append(found, cells)
	}
	return found[min(2, len(found)):]
}

// codeSpans returns what stands between backquotes in text.
func codeSpans(text string) []string {
	var found []string
	for i, part := range strings.Split(text, "`") {
		if i%2 == 1 {
			found = append(found, part)
		}
	}
	return found
}

// plain removes the indentation and the blank lines of code, in which a
// document may differ from the file that its code was taken from.
func plain(code string) string {
	var lines []string
	for line := range strings.Lines(code) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return "\n" + strings.Join(lines, "\n") + "\n"
}
