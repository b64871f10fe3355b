package rival

import (
	"net/http"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// echoRival is Echo with its own middleware. It has no cache: its page is
// written anew each time.
func echoRival() Rival {
	return Rival{
		Name: "echo", Modules: []string{"github.com/labstack/echo/v4"},
		Handlers: map[job.Kind]func() http.Handler{
			job.Hello: func() http.Handler {
				e := echo.New()
				e.GET("/api/hello", echoHello)
				return e
			},
			job.Dynamic: func() http.Handler {
				e := echo.New()
				e.POST("/api/dynamic", echoDynamic, middleware.BodyLimit("1M"))
				return e
			},
			job.Typed: func() http.Handler {
				e := echo.New()
				e.Validator = echoValidator{validator.New()}
				e.POST("/api/typed", echoTyped, middleware.BodyLimit("1M"))
				return e
			},
			job.CatchAll: echoDocs,
			job.Table:    echoRoutes,
			job.Page: func() http.Handler {
				e := echo.New()
				e.GET("/page", func(c echo.Context) error { return c.Blob(http.StatusOK, htmlType, page) })
				return e
			},
			job.CORS: func() http.Handler {
				e := echo.New()
				e.Use(middleware.CORSWithConfig(middleware.CORSConfig{
					AllowOrigins: allowedOrigins, AllowMethods: []string{http.MethodGet, http.MethodPut}, AllowHeaders: []string{"Content-Type"},
					AllowCredentials: true, MaxAge: 3600,
				}))
				e.PUT("/api/cors/:id", echoOK)
				return e
			},
			job.Deadline: func() http.Handler {
				e := echo.New()
				e.GET("/api/deadline", echoHello, middleware.ContextTimeout(time.Minute))
				return e
			},
		},
	}
}

// echoValidator is the adapter of Echo's guide.
type echoValidator struct{ validate *validator.Validate }

// Validate is called by echo.Context.Validate.
func (v echoValidator) Validate(i any) error { return v.validate.Struct(i) }

func echoHello(c echo.Context) error {
	return c.JSON(http.StatusOK, echo.Map{"message": "Hello from the API"})
}
func echoOK(c echo.Context) error { return c.JSON(http.StatusOK, echo.Map{"ok": true}) }

// Echo hands on the error of its limit: 413.
func echoDynamic(c echo.Context) error {
	var order map[string]any
	if err := c.Bind(&order); err != nil {
		return err
	}
	items, _ := order["items"].([]any)
	return c.JSON(http.StatusOK, echo.Map{"customer": order["customer"], "items": len(items)})
}

func echoTyped(c echo.Context) error {
	var order job.Order
	if err := c.Bind(&order); err != nil {
		return err
	}
	if err := c.Validate(&order); err != nil {
		return echo.NewHTTPError(http.StatusBadRequest, err.Error())
	}
	return c.JSON(http.StatusOK, echo.Map{"customer": order.Customer, "items": len(order.Items)})
}

func echoRoutes() http.Handler {
	e := echo.New()
	handlers := map[string]echo.HandlerFunc{
		"ok": echoOK, "slug": echoSlug,
		"id": func(c echo.Context) error { return c.JSON(http.StatusOK, echo.Map{"id": c.Param("id")}) },
	}
	table(func(pattern, kind string) { e.GET(pattern, handlers[kind]) })
	return e
}

func echoDocs() http.Handler {
	e := echo.New()
	e.GET("/api/docs/*", echoSlug)
	return e
}

func echoSlug(c echo.Context) error {
	return c.JSON(http.StatusOK, echo.Map{"slug": strings.Split(c.Param("*"), "/")})
}
