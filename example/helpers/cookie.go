package main

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

const visitsCookie = "visits"

// countVisits is a middleware: it reads a cookie and sets it anew before the
// handler runs. What it found out it leaves in the context of Gin.
func countVisits(c *gin.Context) {
	req, res := apiroutes.Of(c)
	count, err := strconv.Atoi(req.Cookies()[visitsCookie])
	if err != nil || count < 0 || count > 999 { // clients can send anything
		count = 0
	}
	count++
	res.SetCookie(&http.Cookie{
		Name:     visitsCookie,
		Value:    strconv.Itoa(count),
		Path:     "/",
		MaxAge:   int((24 * time.Hour).Seconds()),
		HttpOnly: true, // scripts need not read it
		Secure:   true, // https only; Chromium and Firefox take this machine for secure
		SameSite: http.SameSiteLaxMode,
	})
	c.Set(visitsCookie, count)
	c.Next()
}

// visits stands behind countVisits.
func visits(req *apiroutes.Request, res *apiroutes.Response) {
	res.JSON(gin.H{"visits": req.Gin().GetInt(visitsCookie)})
}
