package jsonscan_test

import (
	"errors"
	"fmt"

	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
)

func ExampleCheck() {
	for _, text := range []string{`{"a": [1, 2]}`, `{"a": [1, 2,]}`, `{"a": 1e400}`} {
		fmt.Println(jsonscan.Check([]byte(text), jsonscan.Options{}))
	}
	// Output:
	// <nil>
	// jsonscan: unexpected ']' in place of a value at byte 12; write one JSON value
	// jsonscan: number at byte 6 is out of range; write one below 1.8e308
}

func ExampleCheck_options() {
	text := []byte(`{"role": "user", "r\u006fle": "admin"}`)
	err := jsonscan.Check(text, jsonscan.Options{DisallowDuplicateKeys: true, MaxDepth: 20})
	if duplicate, ok := errors.AsType[*jsonscan.DuplicateKeyError](err); ok {
		fmt.Println("twice:", duplicate.Key)
	}
	// Output: twice: role
}
