package main

import (
	"io"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// off has no parser. The stream is untouched: the bytes come back as they were
// sent.
func off(req *apiroutes.Request, res *apiroutes.Response) error {
	property := "absent"
	if req.Body() != nil {
		property = "present"
	}
	res.SetHeader("X-Body-Property", property)
	raw, err := io.ReadAll(req.Gin().Request.Body)
	if err != nil {
		return err
	}
	res.Send(raw)
	return nil
}

func mountBody(routes *catchall.Routes) {
	routes.Any("/body/off", middleware.With(middleware.NoBodyParser()), apiroutes.HandlerE(off))
}
