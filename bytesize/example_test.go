package bytesize_test

import (
	"encoding/json"
	"fmt"

	"github.com/gin-apiroutes/apiroutes/bytesize"
)

func ExampleParse() {
	for _, text := range []string{"1mb", "500 KB", "1.5kb", "1048576"} {
		size, err := bytesize.Parse(text)
		fmt.Println(int64(size), size, err)
	}
	// Output:
	// 1048576 1MB <nil>
	// 512000 500KB <nil>
	// 1536 1.5KB <nil>
	// 1048576 1MB <nil>
}

// The common mistakes are errors. In the original "1k" is one byte, and "abc" switches the limit off.
func ExampleParse_mistakes() {
	for _, text := range []string{"1k", "2 GiB", "-1kb", "abc"} {
		_, err := bytesize.Parse(text)
		fmt.Println(err)
	}
	// Output:
	// bytesize: "1k" has no unit that is known; write "1kb"
	// bytesize: "2 GiB" has no unit that is known; write "2gb"
	// bytesize: "-1kb" is negative; write "1kb"
	// bytesize: "abc" does not begin with a number; write a number of bytes or a number with one of b, kb, mb, gb, tb, pb, such as "1mb"
}

func ExampleSize_String() {
	fmt.Println(4*bytesize.MB, bytesize.Size(1_000_000_000), bytesize.Size(1000))
	// Output: 4MB 953.67MB 1000B
}

// A setting is a string or a number of bytes.
func ExampleSize_UnmarshalJSON() {
	var config struct {
		SizeLimit, ResponseLimit bytesize.Size
	}
	err := json.Unmarshal([]byte(`{"sizeLimit": "500kb", "responseLimit": 4194304}`), &config)
	fmt.Println(config.SizeLimit, config.ResponseLimit, err)
	// Output: 500KB 4MB <nil>
}
