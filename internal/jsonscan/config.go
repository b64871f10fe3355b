package jsonscan

// DefaultMaxDepth is the nesting that is allowed when Options do not say.
const DefaultMaxDepth = 1000

// Options are the checks beyond the grammar.
type Options struct {
	_ struct{}

	// MaxDepth is the largest number of arrays and objects inside one another; a value that is neither has depth 0.
	// Zero or less means DefaultMaxDepth. More is a *DepthError.
	MaxDepth int

	// DisallowDuplicateKeys makes a key that occurs twice in one object a *DuplicateKeyError. Keys are compared as
	// encoding/json decodes them: "a" equals "\u0061". By default the last one counts, as in JavaScript.
	DisallowDuplicateKeys bool
}
