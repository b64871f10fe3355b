package main

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// newAPI has a route for everybody, one for the scripts of site with their
// user's cookie, and one without a policy.
func newAPI(site string) *gin.Engine {
	engine := gin.Default()
	r := middleware.Routes(engine) // answers the preflights of the routes below
	r.Use(middleware.Must(middleware.Config{}))

	open := middleware.With(middleware.CORS(middleware.Policy{
		Origins: []string{"*"},
		Methods: []string{"GET", "PUT"},
	}))
	r.GET("/api/open", open, readOpen)
	r.PUT("/api/open", open, readOpen)

	friends := middleware.With(middleware.CORS(middleware.Policy{
		Origins:     []string{site}, // "*" with Credentials is refused at the start
		Methods:     []string{"GET", "PUT"},
		Credentials: true, // the browser sends cookies and shows the answer
		MaxAge:      time.Minute,
	}))
	r.GET("/api/me", friends, readMe)
	r.PUT("/api/me", friends, login)

	r.GET("/api/private", readPrivate)
	return engine
}

// readOpen is the same for all, so everybody may read it.
func readOpen(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"open": c.Request.Method})
}

// login remembers a name in a cookie. Its body is JSON, which forms of other
// sites cannot send without a preflight.
func login(c *gin.Context) {
	in, err := bodyparser.Bind[struct {
		Name string `json:"name" binding:"required,max=40"`
	}](c)
	if err != nil || c.ContentType() != "application/json" {
		c.String(http.StatusBadRequest, `send JSON such as {"name":"Ada"}`)
		return
	}
	c.SetCookieData(&http.Cookie{
		Name: "name", Value: in.Name, Path: "/", HttpOnly: true,
		Secure: true, // https only; Chromium and Firefox take this machine for secure
		// Both origins are on one site. For two sites it has to be SameSiteNoneMode.
		SameSite: http.SameSiteLaxMode,
	})
	c.JSON(http.StatusOK, gin.H{"name": in.Name})
}

// readMe answers for the user whose cookie came along.
func readMe(c *gin.Context) {
	name := apiroutes.Cookies(c)["name"]
	if name == "" {
		c.String(http.StatusUnauthorized, "log in first")
		return
	}
	c.JSON(http.StatusOK, gin.H{"name": name})
}

// readPrivate has no policy: scripts of other origins cannot read it, and its
// own origin can. Programs that are no browsers do not ask.
func readPrivate(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"private": true})
}
