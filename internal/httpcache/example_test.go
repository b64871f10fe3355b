package httpcache_test

import (
	"fmt"

	"github.com/gin-apiroutes/apiroutes/internal/httpcache"
)

func Example() {
	tag := httpcache.ETag(`{"a":1}`)
	fmt.Println(tag)
	fmt.Println(httpcache.Fresh(map[string][]string{"If-None-Match": {`"old", W/` + tag}}, tag))
	// Output:
	// "147uiiad94i7"
	// true
}
