package tables

import "strings"

// tagged puts the tag where a condition says TAG, or a damaged form of it.
func tagged(headers []string, tag string) []string {
	bare := strings.Trim(tag, `"`)
	replace := strings.NewReplacer("TAG", tag, "UNQUOTED", bare, "CUT", tag[:len(tag)-2]+`"`, "UPPER", strings.ToUpper(tag))
	lines := make([]string, len(headers))
	for i, header := range headers {
		lines[i] = replace.Replace(header)
	}
	return lines
}
