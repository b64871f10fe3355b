package revalidate

// For tests of the file format, which has no door of its own.
var (
	EncodeFile = encodeFile
	DecodeFile = decodeFile
)

// For tests of keys.
var (
	PathKey    = pathKey
	PageURI    = pageURI
	VariantKey = variantKey
	SplitKey   = splitKey
)
