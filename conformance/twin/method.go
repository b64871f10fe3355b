package twin

import (
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// method: every method reaches the handler, OPTIONS too, and no CORS header is
// added.
func method(req *apiroutes.Request, res *apiroutes.Response) {
	answer(res, gin.H{"method": req.Method()})
}
