package jsonscan

// maxExponent is the decimal exponent of the largest float64, 1.797…e308.
const maxExponent = 308

// limit holds the digits of 2^1024 - 2^970, the smallest number that rounds to infinity: half a step above the largest float64.
const limit = "17976931348623158079372897140530341507993413271003782693617377898044496829276475094664901797758720709633028641" +
	"66928879109465555478519404026306574886715058206819089020007083836762738548458177115317644757302700698555713669" +
	"59622842914819860834936475292719074168444365510704342711559699508093042880177904174497792"

// overflows tells whether the number, which is correct JSON, rounds to infinity as a float64.
func overflows(number []byte) bool {
	if number[0] == '-' {
		number = number[1:]
	}
	// exponent becomes that of the first digit that is not zero, as in scientific notation.
	end, exponent := len(number), int64(0)
	for i, c := range number {
		if c|0x20 == 'e' {
			end, exponent = i, parseExponent(number[i+1:])
			break
		}
	}
	digits := number[:end]
	point := len(digits)
	for i, c := range digits {
		if c == '.' {
			point = i
			break
		}
	}
	for i, c := range digits {
		if c == '0' || c == '.' {
			continue
		}
		exponent += int64(point - i)
		if i < point {
			exponent--
		}
		if exponent != maxExponent {
			return exponent > maxExponent
		}
		return reachesLimit(digits[i:])
	}
	return false // all digits are zero
}

// reachesLimit compares digits, which may have a point between them, with the limit, as if both had the same exponent.
func reachesLimit(digits []byte) bool {
	n := 0
	for _, c := range digits {
		if c == '.' {
			continue
		}
		if n == len(limit) {
			return true
		}
		if c != limit[n] {
			return c > limit[n]
		}
		n++
	}
	return n == len(limit) // what is missing are zeros, and the limit ends in one
}

// parseExponent reads an exponent; it saturates far beyond what the length of a text in memory could make up for.
func parseExponent(b []byte) int64 {
	const enough = 1 << 50
	sign, n := int64(1), int64(0)
	switch b[0] {
	case '-':
		sign, b = -1, b[1:]
	case '+':
		b = b[1:]
	}
	for _, c := range b {
		if n = n*10 + int64(c-'0'); n > enough {
			n = enough
		}
	}
	return sign * n
}
