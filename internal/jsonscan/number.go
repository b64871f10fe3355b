package jsonscan

// number checks the number at i.
func (s *scanner) number(i int) (int, error) {
	start := i
	if s.at(i) == '-' {
		i++
	}
	if s.at(i) == '0' {
		i++
	} else {
		first := i
		if i = s.digits(i); i == first {
			if first == start {
				return i, s.unexpected(i, "in place of a value")
			}
			return i, s.unexpected(i, "in a number")
		}
	}
	whole := i - start
	if s.at(i) == '.' {
		first := i + 1
		if i = s.digits(first); i == first {
			return i, s.unexpected(i, "in a number")
		}
	}
	exponent := false
	if s.at(i)|0x20 == 'e' {
		exponent = true
		i++
		if c := s.at(i); c == '+' || c == '-' {
			i++
		}
		first := i
		if i = s.digits(first); i == first {
			return i, s.unexpected(i, "in a number")
		}
	}
	if (exponent || whole > maxExponent) && overflows(s.data[start:i]) {
		return start, &RangeError{Offset: int64(start)}
	}
	return i, nil
}

// digits returns the position after the decimal digits at i.
func (s *scanner) digits(i int) int {
	for i < len(s.data) && s.data[i]-'0' <= 9 {
		i++
	}
	return i
}

// at returns the byte at i, or 0, which is in no number, at the end of the text.
func (s *scanner) at(i int) byte {
	if i < len(s.data) {
		return s.data[i]
	}
	return 0
}
