package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Load reads every recording of a folder, by the name of its case.
func Load(dir string) (map[string]Recording, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	all := map[string]Recording{}
	for _, file := range files {
		data, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return nil, fmt.Errorf("record: %w", err)
		}
		lines := bufio.NewScanner(bytes.NewReader(data))
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			var r Recording
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				return nil, fmt.Errorf("record: %s:%d: %w", file, n, err)
			}
			all[r.Case] = r
		}
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("record: %s: %w", file, err)
		}
	}
	return all, nil
}

// Save writes the recordings, one file for each topic, in the order given, and
// removes what was there before.
func Save(dir string, recordings []Recording) error {
	old, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	for _, file := range old {
		if err := os.Remove(file); err != nil {
			return fmt.Errorf("record: %w", err)
		}
	}
	files := map[string][]byte{}
	for _, r := range recordings {
		line, err := marshal(r)
		if err != nil {
			return err
		}
		topic, _, _ := strings.Cut(r.Case, "/")
		files[topic] = append(append(files[topic], line...), '\n')
	}
	for topic, data := range files {
		if err := os.WriteFile(filepath.Join(dir, topic+".jsonl"), data, 0o600); err != nil {
			return fmt.Errorf("record: %w", err)
		}
	}
	return nil
}
