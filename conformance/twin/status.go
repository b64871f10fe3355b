package twin

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// code is the parameter of res/status/[code].
func code(req *apiroutes.Request) int {
	n, err := strconv.Atoi(req.Query().Get("code"))
	if err != nil {
		return 0
	}
	return n
}

func statusText(req *apiroutes.Request, res *apiroutes.Response) {
	res.Status(code(req)).Send("the body")
}

func statusJSON(req *apiroutes.Request, res *apiroutes.Response) {
	res.Status(code(req)).JSON(gin.H{"code": req.Query().Get("code")})
}

func statusEnd(req *apiroutes.Request, res *apiroutes.Response) {
	res.Status(code(req)).End()
}
