package twin

import (
	"errors"
	"net/http"

	"github.com/gin-apiroutes/apiroutes"
)

var errAccident = errors.New("accident")

// statusError is an error with a status of its own.
type statusError struct{ status int }

func (statusError) Error() string { return "accident" }

// throw is res/throw/[when].js. An exception becomes an error, or a panic where
// JavaScript throws what is no error.
func throw(req *apiroutes.Request, res *apiroutes.Response) error {
	switch req.Query().Get("when") {
	case "text":
		panic("accident")
	case "null":
		panic(errors.New("null"))
	case "after-status":
		res.Status(http.StatusCreated)
	case "after-headers":
		res.SetHeader("Content-Type", "text/html")
		res.SetHeader("X-Own", "set before")
	case "after-end":
		res.Status(http.StatusAccepted).Send("done")
	case "after-write":
		writeString(res, "half an ")
		res.Flush()
	case "with-status":
		return statusError{http.StatusTeapot}
	}
	return errAccident
}
