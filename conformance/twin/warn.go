package twin

import (
	"log/slog"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// bytes is lib/bytes.js: as many bytes as the query asks for, in one piece or
// in several writes.
func bytes(req *apiroutes.Request, res *apiroutes.Response) error {
	size, err := strconv.Atoi(req.Query().Get("size"))
	if err != nil {
		return err
	}
	if req.Query().Get("pieces") == "" {
		res.Send(strings.Repeat("x", size))
		return nil
	}
	pieces, err := strconv.Atoi(req.Query().Get("pieces"))
	if err != nil {
		return err
	}
	for range pieces - 1 {
		writeString(res, strings.Repeat("x", size/pieces))
	}
	res.End(strings.Repeat("x", size-size/pieces*(pieces-1)))
	return nil
}

// responseLimits are the limits of the files in the folder, as they are written
// there.
var responseLimits = map[string]string{
	"off": `false`, "on": `true`, "10b": `"10b"`, "10-number": `10`, "1000b": `"1000b"`, "1kb": `"1kb"`, "1.5kb": `"1.5kb"`, "500kb": `"500kb"`,
	"1000000-number": `1000000`, "1025-number": `1025`, "1mb": `"1mb"`, "8mb": `"8mb"`, "zero-number": `0`,
}

func warnFiles(logger *slog.Logger) map[string][]gin.HandlerFunc {
	// marker marks a place in the log, so that the recorder knows which
	// warnings belong to which request.
	marker := func(req *apiroutes.Request, res *apiroutes.Response) {
		logger.Warn("marker " + req.Query().Get("name"))
		res.End("marked")
	}
	list := map[string][]gin.HandlerFunc{
		"/warn/default": {apiroutes.HandlerE(bytes)},
		"/warn/marker":  {apiroutes.Handler(marker)},
	}
	for name, limit := range responseLimits {
		list["/warn/"+name] = []gin.HandlerFunc{config(`{"api": {"responseLimit": ` + limit + `}}`), apiroutes.HandlerE(bytes)}
	}
	return list
}
