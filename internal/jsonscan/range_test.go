package jsonscan_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
)

// checkRange compares one number with strconv.ParseFloat.
func checkRange(t *testing.T, number string) {
	t.Helper()
	err := jsonscan.Check([]byte(number), jsonscan.Options{})
	_, refused := errors.AsType[*jsonscan.RangeError](err)
	if refused != isInfinite(number) || err != nil && !refused {
		t.Errorf("Check(%.40q…, of %d digits) = %v", number, len(number), err)
	}
}

// TestPointAnywhere writes numbers around the limit with the point at every place and the exponent that goes with it.
func TestPointAnywhere(t *testing.T) {
	t.Parallel()
	for _, digits := range []string{
		"1", "9", "17976931348623157", "179769313486231580", "1797693134862315807", "1797693134862315808", "17976931348623159", "18",
		limitDigits, belowLimit, limitDigits + "0", belowLimit + "9",
	} {
		for point := 1; point <= len(digits); point += 1 + point/25 {
			number := digits[:point]
			if point < len(digits) {
				number += "." + digits[point:]
			}
			for exponent := 307 - (point - 1); exponent <= 309-(point-1); exponent++ {
				checkRange(t, fmt.Sprintf("%se%d", number, exponent))
				checkRange(t, fmt.Sprintf("-%sE%+d", number, exponent))
				checkRange(t, fmt.Sprintf("%se%05d", number, max(0, exponent)))
			}
		}
	}
}

// TestZerosAnywhere puts zeros before and after the digits and undoes them with the exponent.
func TestZerosAnywhere(t *testing.T) {
	t.Parallel()
	for zeros := 0; zeros < 700; zeros += 1 + zeros/9 {
		for exponent := 306; exponent <= 310; exponent++ {
			some := strings.Repeat("0", zeros)
			checkRange(t, "0."+some+"1e"+strconv.Itoa(exponent+zeros+1))
			checkRange(t, "1"+some+"e"+strconv.Itoa(exponent-zeros))
			checkRange(t, "1"+some+".5e"+strconv.Itoa(exponent-zeros))
			checkRange(t, "0.0"+some+"e"+strconv.Itoa(exponent+zeros))
			checkRange(t, "1e"+some+strconv.Itoa(exponent))
			checkRange(t, "1e-"+some+strconv.Itoa(exponent))
		}
		checkRange(t, strings.Repeat("9", zeros+1))
		checkRange(t, strings.Repeat("9", zeros+1)+"e99")
		checkRange(t, strings.Repeat("9", zeros+1)+"e-99")
	}
}

// TestRangeAnywhere puts a number out of range at each place of a value.
func TestRangeAnywhere(t *testing.T) {
	t.Parallel()
	for _, around := range []string{"?", " ? ", "[?]", "[ ? ]", "[1,?]", "[?,1]", `{"a":?}`, `{"a" : ? , "b":1}`, `{"b":{},"a":[[?]]}`, `["1e400",?]`} {
		for number, want := range map[string]bool{"1e400": true, "-1e400": true, "1E+400": true, "1e4": false, "-1e-400": false} {
			text := strings.Replace(around, "?", number, 1)
			err := jsonscan.Check([]byte(text), jsonscan.Options{})
			fault, ok := errors.AsType[*jsonscan.RangeError](err)
			if ok != want || ok && fault.Offset != int64(strings.Index(around, "?")) {
				t.Errorf("Check(%q) = %v", text, err)
			}
		}
	}
	if err := jsonscan.Check([]byte(`{"1e400":"1e400"}`), jsonscan.Options{}); err != nil {
		t.Errorf("in strings it is no number, but %v", err)
	}
}
