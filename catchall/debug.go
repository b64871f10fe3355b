package catchall

import (
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

// quiet is held while the mode of Gin is changed.
var quiet sync.Mutex

// announced runs register without the lines that Gin's debug mode prints for each route, which are many for each
// pattern, and prints one line for each pattern instead. Gin has no switch for one engine. A program that has set
// gin.DebugPrintRouteFunc gets all routes.
func announced(base string, patterns []*pattern, register func() error) error {
	if !gin.IsDebugging() || gin.DebugPrintRouteFunc != nil {
		return register()
	}
	quiet.Lock()
	defer quiet.Unlock()
	gin.SetMode(gin.ReleaseMode)
	defer gin.SetMode(gin.DebugMode)
	if err := register(); err != nil {
		return err
	}
	for _, p := range patterns {
		methods := p.allow()
		if methods[0] == anyMethod {
			methods[0] = "ANY"
		}
		line := fmt.Sprintf("[GIN-debug] %-6s %-25s --> %s (catchall)\n", strings.Join(methods, ","), nameBelow(base, p.text), p.handlerName())
		_, _ = io.WriteString(gin.DefaultWriter, line) // as Gin: what cannot be printed is not worth an error
	}
	return nil
}

// handlerName returns the name of the last handler of the method that comes first.
func (p *pattern) handlerName() string {
	handlers := p.handlers(p.allow()[0])
	return runtime.FuncForPC(reflect.ValueOf(handlers[len(handlers)-1]).Pointer()).Name()
}
