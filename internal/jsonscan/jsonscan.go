package jsonscan

// Check returns nil when data is one JSON value, with white space around it or not, that passes the options.
//
// The error is the first fault found: a [*SyntaxError], [*DepthError], [*DuplicateKeyError] or [*RangeError].
// Bytes that are no UTF-8 pass inside strings; whoever decodes the text says what they mean. A byte-order mark is a fault.
// Without DisallowDuplicateKeys nothing is allocated up to a depth of 1024, except the error.
func Check(data []byte, o Options) error {
	s := scanner{data: data, maxDepth: o.MaxDepth}
	if s.maxDepth <= 0 {
		s.maxDepth = DefaultMaxDepth
	}
	if o.DisallowDuplicateKeys {
		s.keys = new(keySet)
	}
	s.document()
	return s.err
}

// scanner checks one text. Its methods take the position of what they check and return the position after it, or failed.
// They do not return an error of their own, because it would cost more to pass on than the rest of their work.
type scanner struct {
	data     []byte
	maxDepth int
	depth    int      // of the position, 0 outside of all arrays and objects
	inObject bool     // whether the innermost open level is an object
	outer    bitStack // for each open level: whether the one around it is an object
	keys     *keySet  // nil: keys may repeat
	err      error    // why a method returned failed
}

// failed is the position that a method returns after it set err.
const failed = -1

// fail sets err.
func (s *scanner) fail(err error) int {
	s.err = err
	return failed
}

// document checks the whole text. It loops instead of recursing, so that depth costs one bit per level and no stack.
// Strings and commas, the most frequent cases, are looked for here, which saves a call for each.
func (s *scanner) document() {
	i := s.space(0)
	for i >= 0 {
		level := s.depth
		if i < len(s.data) && s.data[i] == '"' {
			i = s.str(i)
		} else {
			i = s.value(i)
		}
		switch {
		case i < 0 || s.depth > level:
			continue // failed, or at the first value of a new level
		case s.depth > 0 && i < len(s.data) && s.data[i] == ',':
			i++
		default:
			if i = s.closing(i); i < 0 {
				return
			}
			if s.depth == 0 {
				s.end(i)
				return
			}
		}
		if i = s.space(i); s.inObject {
			i = s.key(i)
		}
	}
}

// end checks that nothing but white space is left.
func (s *scanner) end(i int) {
	if i = s.space(i); i < len(s.data) {
		s.unexpected(i, "after the value")
	}
}

// value checks the value at i, which is no string. Of an array or object that is not empty it passes the beginning only: depth has
// grown then, and the position is that of its first value.
func (s *scanner) value(i int) int {
	if i < len(s.data) {
		switch s.data[i] {
		case '{':
			return s.object(i)
		case '[':
			return s.array(i)
		case 't':
			return s.literal(i, "true")
		case 'f':
			return s.literal(i, "false")
		case 'n':
			return s.literal(i, "null")
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			return s.number(i)
		}
	}
	return s.unexpected(i, "in place of a value")
}

// object opens the object at i, or passes it when it is empty.
func (s *scanner) object(i int) int {
	if s.depth == s.maxDepth {
		return s.fail(&DepthError{Limit: s.maxDepth})
	}
	i = s.space(i + 1)
	if i < len(s.data) && s.data[i] == '}' {
		return i + 1
	}
	s.open(true)
	if s.keys != nil {
		s.keys.open()
	}
	return s.key(i)
}

// array opens the array at i, or passes it when it is empty.
func (s *scanner) array(i int) int {
	if s.depth == s.maxDepth {
		return s.fail(&DepthError{Limit: s.maxDepth})
	}
	i = s.space(i + 1)
	if i < len(s.data) && s.data[i] == ']' {
		return i + 1
	}
	s.open(false)
	return i
}

// open goes one level down.
func (s *scanner) open(object bool) {
	s.outer.set(s.depth, s.inObject)
	s.inObject = object
	s.depth++
}

// close goes one level up.
func (s *scanner) close() {
	s.depth--
	if s.inObject && s.keys != nil {
		s.keys.close()
	}
	s.inObject = s.outer.get(s.depth)
}

// key checks a key with its colon and returns the position of its value.
func (s *scanner) key(i int) int {
	if i >= len(s.data) || s.data[i] != '"' {
		return s.unexpected(i, "in place of a key")
	}
	after := s.str(i)
	if after < 0 {
		return failed
	}
	if s.keys != nil {
		if key := decodeKey(s.data[i:after]); !s.keys.add(key) {
			return s.fail(&DuplicateKeyError{Key: string(key), Offset: int64(i)})
		}
	}
	i = s.space(after)
	if i >= len(s.data) || s.data[i] != ':' {
		return s.unexpected(i, "in place of a colon")
	}
	return s.space(i + 1)
}

// closing checks the ends of levels after a value, as many as there are, and the comma after them.
// After the last level has ended the depth is 0 and no comma is looked for.
func (s *scanner) closing(i int) int {
	for s.depth > 0 {
		i = s.space(i)
		if i >= len(s.data) {
			return s.unexpected(i, "in place of a comma or a closing bracket")
		}
		switch c := s.data[i]; {
		case c == ',':
			return i + 1
		case c == '}' && s.inObject, c == ']' && !s.inObject:
			s.close()
			i++
		default:
			return s.unexpected(i, "in place of a comma or a closing bracket")
		}
	}
	return i
}

// literal checks that word is at i.
func (s *scanner) literal(i int, word string) int {
	for n := range len(word) {
		if i+n >= len(s.data) || s.data[i+n] != word[n] {
			return s.unexpected(i+n, "in the literal "+word)
		}
	}
	return i + len(word)
}

// space returns the position after the white space at i. It is small enough to be inlined, and most often there is none.
func (s *scanner) space(i int) int {
	if i < len(s.data) && s.data[i] <= ' ' {
		return s.blanks(i)
	}
	return i
}

func (s *scanner) blanks(i int) int {
	for i < len(s.data) && (s.data[i] == ' ' || s.data[i] == '\n' || s.data[i] == '\t' || s.data[i] == '\r') {
		i++
	}
	return i
}

// unexpected fails for the byte at i or for the end of the text.
func (s *scanner) unexpected(i int, where string) int {
	if i >= len(s.data) {
		return s.fail(&SyntaxError{Offset: int64(len(s.data)), Msg: "unexpected end " + where})
	}
	return s.fail(&SyntaxError{Offset: int64(i), Msg: "unexpected " + quote(s.data[i]) + " " + where})
}
