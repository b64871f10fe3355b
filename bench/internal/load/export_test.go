package load

// For the tests, which are outside the package.
var (
	ParseStat = parseStat
	ParseWrk  = parseWrk
	Kilobytes = kilobytes
)
