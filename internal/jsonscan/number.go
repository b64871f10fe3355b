package jsonscan

// number checks the number at i, which begins with a minus sign or a digit.
func (s *scanner) number(i int) int {
	start := i
	if s.data[i] == '-' {
		i++
	}
	first := i
	if s.at(i) == '0' {
		i++
	} else if i = s.digits(i); i == first {
		return s.unexpected(i, "in a number")
	}
	suspect := i-first > surelySmall
	if s.at(i) == '.' {
		first = i + 1
		if i = s.digits(first); i == first {
			return s.unexpected(i, "in a number")
		}
	}
	if s.at(i)|0x20 == 'e' {
		i++
		if c := s.at(i); c == '+' || c == '-' {
			i++
		}
		first = i
		if i = s.digits(first); i == first {
			return s.unexpected(i, "in a number")
		}
		suspect = suspect || i-first > 2
	}
	if suspect && overflows(s.data[start:i]) {
		return s.fail(&RangeError{Offset: int64(start)})
	}
	return i
}

// surelySmall is a number of digits before the point that cannot overflow, even with an exponent of two digits.
const surelySmall = maxExponent - 99

// digits returns the position after the decimal digits at i.
func (s *scanner) digits(i int) int {
	for i < len(s.data) && isDigit(s.data[i]) {
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

func isDigit(c byte) bool { return c-'0' <= 9 }
