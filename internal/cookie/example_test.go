package cookie_test

import (
	"fmt"

	"github.com/gin-apiroutes/apiroutes/internal/cookie"
)

func ExampleParse() {
	cookies, err := cookie.Parse([]string{`name=J%C3%BCrgen; theme="dark"; theme=light`}, 0)
	fmt.Println(cookies["name"], cookies["theme"], err)
	// Output: Jürgen dark <nil>
}
