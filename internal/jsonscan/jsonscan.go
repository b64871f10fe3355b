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
	return s.document()
}

// scanner checks one text. Its methods take the position of what they check and return the one after it.
type scanner struct {
	data     []byte
	depth    int
	maxDepth int
	objects  bitStack // for each open level: object or array
	keys     *keySet  // nil: keys may repeat
}

// document checks the whole text. It loops instead of recursing, so that depth costs one bit per level and no stack.
func (s *scanner) document() error {
	i := s.space(0)
	for {
		after, opened, err := s.value(i)
		if err != nil {
			return err
		}
		if opened {
			i = after
			continue
		}
		i, err = s.following(after)
		if err != nil {
			return err
		}
		if s.depth == 0 {
			return s.end(i)
		}
	}
}

// end checks that nothing but white space is left.
func (s *scanner) end(i int) error {
	if i = s.space(i); i < len(s.data) {
		return s.unexpected(i, "after the value")
	}
	return nil
}

// value checks the value at i. An array or object that is not empty is opened only: the position is that of its first value.
func (s *scanner) value(i int) (after int, opened bool, err error) {
	if i >= len(s.data) {
		return i, false, s.unexpected(i, "in place of a value")
	}
	switch c := s.data[i]; c {
	case '"':
		after, err = s.str(i)
		return after, false, err
	case '{':
		return s.object(i)
	case '[':
		return s.array(i)
	case 't':
		after, err = s.literal(i, "true")
		return after, false, err
	case 'f':
		after, err = s.literal(i, "false")
		return after, false, err
	case 'n':
		after, err = s.literal(i, "null")
		return after, false, err
	default:
		after, err = s.number(i)
		return after, false, err
	}
}

// object opens the object at i, or passes it when it is empty.
func (s *scanner) object(i int) (after int, opened bool, err error) {
	if s.depth == s.maxDepth {
		return i, false, &DepthError{Limit: s.maxDepth}
	}
	i = s.space(i + 1)
	if i < len(s.data) && s.data[i] == '}' {
		return i + 1, false, nil
	}
	s.objects.push(s.depth, true)
	s.depth++
	if s.keys != nil {
		s.keys.open()
	}
	i, err = s.key(i)
	return i, true, err
}

// array opens the array at i, or passes it when it is empty.
func (s *scanner) array(i int) (after int, opened bool, err error) {
	if s.depth == s.maxDepth {
		return i, false, &DepthError{Limit: s.maxDepth}
	}
	i = s.space(i + 1)
	if i < len(s.data) && s.data[i] == ']' {
		return i + 1, false, nil
	}
	s.objects.push(s.depth, false)
	s.depth++
	return i, true, nil
}

// key checks a key with its colon and returns the position of its value.
func (s *scanner) key(i int) (int, error) {
	if i >= len(s.data) || s.data[i] != '"' {
		return i, s.unexpected(i, "in place of a key")
	}
	after, err := s.str(i)
	if err != nil {
		return i, err
	}
	if s.keys != nil {
		if key, duplicate := s.keys.add(s.data[i:after]); duplicate {
			return i, &DuplicateKeyError{Key: key, Offset: int64(i)}
		}
	}
	i = s.space(after)
	if i >= len(s.data) || s.data[i] != ':' {
		return i, s.unexpected(i, "in place of a colon")
	}
	return s.space(i + 1), nil
}

// following checks what comes after a value: the ends of open levels, then a comma, and returns the position of the next value.
// After the last level is closed the depth is 0.
func (s *scanner) following(i int) (int, error) {
	for s.depth > 0 {
		i = s.space(i)
		if i >= len(s.data) {
			return i, s.unexpected(i, "in place of a comma or a closing bracket")
		}
		object := s.objects.top(s.depth - 1)
		switch c := s.data[i]; {
		case c == ',':
			if i = s.space(i + 1); object {
				return s.key(i)
			}
			return i, nil
		case c == '}' && object:
			if s.keys != nil {
				s.keys.close()
			}
		case c == ']' && !object:
		default:
			return i, s.unexpected(i, "in place of a comma or a closing bracket")
		}
		s.depth--
		i++
	}
	return i, nil
}

// literal checks that word is at i.
func (s *scanner) literal(i int, word string) (int, error) {
	if len(s.data)-i < len(word) || string(s.data[i:i+len(word)]) != word {
		for n := range word {
			if i+n >= len(s.data) || s.data[i+n] != word[n] {
				return i, s.unexpected(i+n, "in the literal "+word)
			}
		}
	}
	return i + len(word), nil
}

// space returns the position after the white space at i.
func (s *scanner) space(i int) int {
	for i < len(s.data) && (s.data[i] == ' ' || s.data[i] == '\n' || s.data[i] == '\t' || s.data[i] == '\r') {
		i++
	}
	return i
}

// unexpected builds the error for the byte at i or for the end of the text.
func (s *scanner) unexpected(i int, where string) error {
	if i >= len(s.data) {
		return &SyntaxError{Offset: int64(len(s.data)), Msg: "unexpected end " + where}
	}
	return &SyntaxError{Offset: int64(i), Msg: "unexpected " + quote(s.data[i]) + " " + where}
}
