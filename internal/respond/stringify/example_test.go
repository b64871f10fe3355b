package stringify_test

import (
	"fmt"
	"math"

	"github.com/gin-apiroutes/apiroutes/internal/respond/stringify"
)

func ExampleAppend() {
	text, err := stringify.Append(nil, map[string]any{
		"html": "<b>", "large": 1e21, "ratio": math.NaN(), "id": int64(1) << 60,
	})
	fmt.Println(string(text), err)
	// Output: {"html":"<b>","id":1152921504606846976,"large":1e+21,"ratio":null} <nil>
}
