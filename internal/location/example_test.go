package location_test

import (
	"fmt"

	"github.com/gin-apiroutes/apiroutes/internal/location"
)

func ExampleLocal() {
	fmt.Println(location.Local("/posts/1?tab=comments"))
	fmt.Println(location.Local("//evil.example"))
	// Output:
	// /posts/1?tab=comments <nil>
	//  location: "//evil.example" names another host; begin the path with one slash
}
