package rival

import (
	"errors"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/cache"
	"github.com/gofiber/fiber/v3/middleware/cors"
	"github.com/gofiber/fiber/v3/middleware/timeout"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// fiberRival is Fiber, which stands on fasthttp instead of net/http, with its
// own middleware.
func fiberRival() Rival {
	one := func(config fiber.Config, register func(*fiber.App)) func() *fiber.App {
		return func() *fiber.App {
			app := fiber.New(config)
			register(app)
			return app
		}
	}
	limited := fiber.Config{BodyLimit: job.Limit}
	validated := limited
	validated.StructValidator = fiberValidator{validator.New()}
	return Rival{
		Name: Fiber, Modules: []string{"github.com/gofiber/fiber/v3"},
		Apps: map[job.Kind]func() *fiber.App{
			job.Hello:    one(fiber.Config{}, func(app *fiber.App) { app.Get("/api/hello", fiberHello) }),
			job.Dynamic:  one(limited, func(app *fiber.App) { app.Post("/api/dynamic", fiberDynamic) }),
			job.Typed:    one(validated, func(app *fiber.App) { app.Post("/api/typed", fiberTyped) }),
			job.Table:    one(fiber.Config{}, fiberRoutes),
			job.CatchAll: one(fiber.Config{}, func(app *fiber.App) { app.Get("/api/docs/*", fiberSlug) }),
			job.Page: one(fiber.Config{}, func(app *fiber.App) {
				app.Get("/page", cache.New(cache.Config{Expiration: time.Hour}), func(c fiber.Ctx) error {
					c.Set("Content-Type", htmlType)
					return c.Send(page)
				})
			}),
			job.CORS: one(fiber.Config{}, func(app *fiber.App) {
				app.Use(cors.New(cors.Config{
					AllowOrigins: allowedOrigins, AllowMethods: []string{"GET", "PUT"}, AllowHeaders: []string{"Content-Type"},
					AllowCredentials: true, MaxAge: 3600,
				}))
				app.Put("/api/cors/:id", fiberOK)
			}),
			job.Deadline: one(fiber.Config{}, func(app *fiber.App) {
				app.Get("/api/deadline", timeout.New(fiberHello, timeout.Config{Timeout: time.Minute}))
			}),
		},
	}
}

// fiberValidator is the adapter of Fiber's guide.
type fiberValidator struct{ validate *validator.Validate }

// Validate is called by Bind.
func (v fiberValidator) Validate(out any) error { return v.validate.Struct(out) }

func fiberHello(c fiber.Ctx) error { return c.JSON(fiber.Map{"message": "Hello from the API"}) }
func fiberOK(c fiber.Ctx) error    { return c.JSON(fiber.Map{"ok": true}) }

// Fiber validates structs only.
func fiberDynamic(c fiber.Ctx) error {
	var order map[string]any
	if err := c.Bind().JSON(&order); err != nil {
		return errors.Join(fiber.ErrBadRequest, err)
	}
	items, _ := order["items"].([]any)
	return c.JSON(fiber.Map{"customer": order["customer"], "items": len(items)})
}

func fiberTyped(c fiber.Ctx) error {
	var order job.Order
	if err := c.Bind().JSON(&order); err != nil {
		return errors.Join(fiber.ErrBadRequest, err)
	}
	return c.JSON(fiber.Map{"customer": order.Customer, "items": len(order.Items)})
}

func fiberRoutes(app *fiber.App) {
	handlers := map[string]fiber.Handler{
		"ok": fiberOK, "slug": fiberSlug,
		"id": func(c fiber.Ctx) error { return c.JSON(fiber.Map{"id": c.Params("id")}) },
	}
	table(func(pattern, kind string) { app.Get(pattern, handlers[kind]) })
}

func fiberSlug(c fiber.Ctx) error {
	return c.JSON(fiber.Map{"slug": strings.Split(c.Params("*"), "/")})
}
