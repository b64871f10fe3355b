package origin_test

import (
	"fmt"

	"github.com/gin-apiroutes/apiroutes/internal/origin"
)

func ExampleSet_Contains() {
	p, err := origin.ParsePattern("https://*.example.com")
	if err != nil {
		panic(err)
	}
	set := origin.NewSet(p)
	for _, header := range []string{"https://app.example.com", "https://example.com", "https://app.example.com.evil.net"} {
		fmt.Println(header, set.Contains(header))
	}
	// Output:
	// https://app.example.com true
	// https://example.com false
	// https://app.example.com.evil.net false
}

// The usual mistake is a trailing slash, copied from the address bar.
func ExampleParsePattern_mistake() {
	_, err := origin.ParsePattern("https://example.com/")
	fmt.Println(err)
	// Output:
	// an origin has no path and no slash at its end; write https://example.com
}
