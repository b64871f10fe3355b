package querystring_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

func ExampleParse() {
	values, err := querystring.Parse("name=J%C3%BCrgen+M.&tag=a&tag=b&empty", 0)
	fmt.Println(values.Get("name"), values.All("tag"), values.Has("empty"), err)
	// Output: Jürgen M. [a b] true <nil>
}

// Too many parameters are an error; they are not cut off in silence.
func ExampleParse_cap() {
	_, err := querystring.Parse("a=1&b=2&c=3", 2)
	if tooMany, ok := errors.AsType[*querystring.TooManyError](err); ok {
		fmt.Println("at most", tooMany.Limit)
	}
	fmt.Println(err)
	// Output:
	// at most 2
	// querystring: more than 2 parameters; send fewer or raise the cap
}

// The common mistake: brackets and dots have no meaning. Whoever sends them finds them in the name.
func ExampleParse_brackets() {
	values, _ := querystring.Parse("ids[]=1&ids[]=2&user.name=a", 0)
	fmt.Println(values.All("ids"), values.All("ids[]"), values.Get("user.name"))
	// Output: [] [1 2] a
}

func ExamplePairs() {
	pairs, err := querystring.Pairs("b=2&a=1&b=3", 0)
	fmt.Println(pairs, err)
	// Output: [{b 2} {a 1} {b 3}] <nil>
}

func ExampleValues_MarshalJSON() {
	values, _ := querystring.Parse("tag=a&tag=b&id=7", 0)
	text, err := json.Marshal(values)
	fmt.Println(string(text), err)
	// Output: {"id":"7","tag":["a","b"]} <nil>
}
