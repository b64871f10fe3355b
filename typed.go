package apiroutes

import (
	"reflect"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// Typed is a route whose body and answer have types, as NextApiResponse<Data>
// has:
//
//	r.POST("/api/users", apiroutes.Typed(func(req *apiroutes.Request, in CreateUser) (User, error) {
//		return users.Create(req.Context(), in.Name)
//	}))
//
// The body is decoded and validated with [bodyparser.Bind], so that the function
// sees good input only: faults are answered 400 before it runs, all of them at
// once. The route, or one of its groups, needs a body parser. With struct{} as T the
// body is left alone, and no parser is needed.
//
// What the function returns is sent as JSON with the status 200, or with the one
// it set by req.Response().Status(201). If it has sent something itself, a
// redirect for instance, its result is not sent. Errors are answered as
// HandlerE does.
func Typed[T, R any](handler func(req *Request, body T) (R, error)) gin.HandlerFunc {
	if handler == nil {
		panic("apiroutes: Typed needs a function")
	}
	bodyless := reflect.TypeFor[T]() == reflect.TypeFor[struct{}]()
	return HandlerE(func(req *Request, res *Response) error {
		var body T
		if !bodyless {
			var err error
			if body, err = bodyparser.Bind[T](req.Gin()); err != nil {
				return err
			}
		}
		result, err := handler(req, body)
		if err != nil {
			return err
		}
		if !res.HeadersSent() {
			res.JSON(result)
		}
		return nil
	})
}
