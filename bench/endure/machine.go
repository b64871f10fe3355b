package main

import (
	"os"
	"strings"
)

func firstLine(path string) string {
	text, err := os.ReadFile(path) //nolint:gosec // the paths are constants of this program
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}

// field is the value of a key in a file of lines such as "key: value" and
// key="value".
func field(path, key string) string {
	text, err := os.ReadFile(path) //nolint:gosec // the paths are constants of this program
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			name, value, _ = strings.Cut(line, "=")
		}
		if strings.TrimSpace(name) == key {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}
