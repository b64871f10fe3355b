package corpus

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Extension ends the name of every file of the corpus.
const Extension = ".jsonl"

// Load reads every file of the folder and checks the cases: names are unique
// and fit their file, and each case has a rule, a method and something to send.
func Load(dir string) ([]Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*"+Extension))
	if err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("corpus: no %s files in %s", Extension, dir)
	}
	var cases []Case
	for _, file := range files {
		more, err := loadFile(file)
		if err != nil {
			return nil, err
		}
		cases = append(cases, more...)
	}
	return cases, Check(cases)
}

func loadFile(file string) ([]Case, error) {
	data, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	var cases []Case
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var c Case
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&c); err != nil {
			return nil, fmt.Errorf("corpus: %s:%d: %w", file, n, err)
		}
		if want := strings.TrimSuffix(filepath.Base(file), Extension); c.Topic() != want {
			return nil, fmt.Errorf("corpus: %s:%d: the case %q belongs into %s%s", file, n, c.Name, c.Topic(), Extension)
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("corpus: %s: %w", file, err)
	}
	return cases, nil
}

// Check reports every fault of the cases at once.
func Check(cases []Case) error {
	var faults []error
	seen := make(map[string]bool, len(cases))
	for _, c := range cases {
		switch {
		case seen[c.Name]:
			faults = append(faults, fmt.Errorf("corpus: the name %q is used twice", c.Name))
		case !strings.Contains(c.Name, "/"):
			faults = append(faults, fmt.Errorf("corpus: the name %q has no topic: write topic/what", c.Name))
		case len(c.Rules) == 0:
			faults = append(faults, fmt.Errorf("corpus: %s names no rule", c.Name))
		case len(c.Methods) == 0 || len(c.Send) == 0:
			faults = append(faults, fmt.Errorf("corpus: %s sends nothing or expects no answer", c.Name))
		}
		seen[c.Name] = true
	}
	return errors.Join(faults...)
}

// Files renders the cases as the files of the corpus, by name.
func Files(cases []Case) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, c := range cases {
		line, err := marshal(c)
		if err != nil {
			return nil, fmt.Errorf("corpus: %s: %w", c.Name, err)
		}
		name := c.Topic() + Extension
		files[name] = append(append(files[name], line...), '\n')
	}
	return files, nil
}

// Save writes the files of the corpus and removes those whose topic is gone.
func Save(dir string, cases []Case) error {
	if err := Check(cases); err != nil {
		return err
	}
	files, err := Files(cases)
	if err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "*"+Extension))
	if err != nil {
		return fmt.Errorf("corpus: %w", err)
	}
	for _, file := range old {
		if _, kept := files[filepath.Base(file)]; kept {
			continue
		}
		if err := os.Remove(file); err != nil {
			return fmt.Errorf("corpus: %w", err)
		}
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), files[name], 0o600); err != nil {
			return fmt.Errorf("corpus: %w", err)
		}
	}
	return nil
}
