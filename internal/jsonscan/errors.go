package jsonscan

import "fmt"

// SyntaxError says that the text is not JSON.
type SyntaxError struct {
	Offset int64  // of the byte that cannot be there; the length of the text when it ends too early
	Msg    string // what is wrong
}

// Error tells what is wrong and where.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("jsonscan: %s at byte %d; write one JSON value", e.Msg, e.Offset)
}

// DepthError says that arrays and objects are nested too deeply.
type DepthError struct {
	Limit int // the largest depth allowed
}

// Error names the limit.
func (e *DepthError) Error() string {
	return fmt.Sprintf("jsonscan: nested more than %d levels deep; write a flatter value", e.Limit)
}

// DuplicateKeyError says that a key occurs twice in one object.
type DuplicateKeyError struct {
	Key    string // decoded
	Offset int64  // of the opening quote of the second one
}

// Error names the key.
func (e *DuplicateKeyError) Error() string {
	return fmt.Sprintf("jsonscan: duplicate key %q at byte %d; write it once", e.Key, e.Offset)
}

// RangeError says that a number is too large for a float64. JSON.parse makes it Infinity, which has no JSON text.
type RangeError struct {
	Offset int64 // of the first byte of the number
}

// Error tells where the number is.
func (e *RangeError) Error() string {
	return fmt.Sprintf("jsonscan: number at byte %d is out of range; write one below 1.8e308", e.Offset)
}
