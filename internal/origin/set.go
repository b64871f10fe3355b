package origin

import "strings"

// Set is a list of patterns prepared for matching. It is immutable and safe for concurrent use; the zero value
// admits nothing.
type Set struct {
	exact map[string]struct{}  // serialized origins
	loose map[string][]Pattern // by host or ".suffix": patterns with a wildcard in host or port
}

// NewSet prepares patterns.
func NewSet(patterns ...Pattern) *Set {
	s := &Set{exact: make(map[string]struct{}), loose: make(map[string][]Pattern)}
	for _, p := range patterns {
		if p.Exact() {
			s.exact[p.String()] = struct{}{}
		} else {
			s.loose[p.host] = append(s.loose[p.host], p)
		}
	}
	return s
}

// Contains reports whether one of the patterns admits the value of an Origin header. It allocates nothing. An exact
// origin is found by one lookup; wildcards cost one lookup for each label of the host, however many patterns
// there are.
func (s *Set) Contains(header string) bool {
	if _, ok := s.exact[header]; ok {
		return true
	}
	if len(s.loose) == 0 {
		return false
	}
	o, ok := Parse(header)
	if !ok {
		return false
	}
	if matchAny(s.loose[o.Host], o) {
		return true
	}
	for i := strings.IndexByte(o.Host, '.'); i >= 0; {
		if matchAny(s.loose[o.Host[i:]], o) {
			return true
		}
		next := strings.IndexByte(o.Host[i+1:], '.')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// matchAny reports whether one of a few patterns admits o.
func matchAny(patterns []Pattern, o Origin) bool {
	for _, p := range patterns {
		if p.Matches(o) {
			return true
		}
	}
	return false
}
