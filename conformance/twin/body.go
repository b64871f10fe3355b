package twin

import (
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// blind never looks at its body: what is wrong with it is refused all the same,
// because parsing comes first.
func blind(_ *apiroutes.Request, res *apiroutes.Response) {
	res.Status(http.StatusOK).End("not looked at")
}

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

// offSize: without a parser there is no limit either.
func offSize(req *apiroutes.Request, res *apiroutes.Response) error {
	raw, err := io.ReadAll(req.Gin().Request.Body)
	if err != nil {
		return err
	}
	answer(res, gin.H{"size": len(raw)})
	return nil
}

func bodyFiles() map[string][]gin.HandlerFunc {
	off, offSize := apiroutes.HandlerE(off), apiroutes.HandlerE(offSize)
	return map[string][]gin.HandlerFunc{
		"/body/echo":     {apiroutes.Handler(body)},
		"/body/blind":    {apiroutes.Handler(blind)},
		"/body/off":      {middleware.With(middleware.NoBodyParser()), off},
		"/body/off-size": {middleware.With(middleware.NoBodyParser()), offSize},
		// true is the default written out.
		"/body/on": {middleware.With(middleware.BodyParser(bodyparser.Config{})), apiroutes.Handler(body)},
		// An empty object keeps the default limit.
		"/body/options": {config(`{"api": {"bodyParser": {}}}`), apiroutes.Handler(body)},
	}
}
