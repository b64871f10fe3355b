package bytesize

import (
	"math"
	"strconv"
)

// Size is a number of bytes. Its zero value is zero bytes; what zero means as a limit is up to the setting it is used for.
type Size int64

// The units, each 1024 times the one before.
const (
	B  Size = 1
	KB      = 1024 * B
	MB      = 1024 * KB
	GB      = 1024 * MB
	TB      = 1024 * GB
	PB      = 1024 * TB
)

// units holds the names of the units as they are printed; unit n is 1024 to the power of n bytes.
var units = [...]string{"B", "KB", "MB", "GB", "TB", "PB"}

// bitsPerUnit is the distance of neighbouring units as a power of two.
const bitsPerUnit = 10

// String prints s as Next.js prints sizes in its messages: the largest unit that s reaches, at most two decimals without
// trailing zeros, no blank: "4MB", "500KB", "1000B", "953.67MB". It is rounded; see [Size.MarshalText] for a form that is not.
func (s Size) String() string {
	var buf [24]byte
	return string(s.appendRounded(buf[:0]))
}

// appendRounded appends the text of String to b. Halves are rounded away from zero, as toFixed of JavaScript does,
// and a value that is rounded up to 1024 keeps its unit: 1048575 is "1024KB".
func (s Size) appendRounded(b []byte) []byte {
	n := uint64(s) //nolint:gosec // two's complement is what is wanted: the next lines make it the absolute value
	if s < 0 {
		b = append(b, '-')
		n = -n
	}
	unit := 0
	for unit < len(units)-1 && n>>(bitsPerUnit*(unit+1)) > 0 {
		unit++
	}
	shift := bitsPerUnit * unit
	rest := n & (1<<shift - 1) // below 2^50, so that a hundred of them fit
	hundredths := (rest*100 + 1<<shift/2) >> shift
	whole := n>>shift + hundredths/100
	hundredths %= 100

	b = strconv.AppendUint(b, whole, 10)
	if hundredths > 0 {
		b = append(b, '.', '0'+byte(hundredths/10))
		if hundredths%10 > 0 {
			b = append(b, '0'+byte(hundredths%10))
		}
	}
	return append(b, units[unit]...)
}

// maxSize is the largest size, one byte less than 8192pb.
const maxSize = math.MaxInt64
