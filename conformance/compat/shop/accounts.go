package shop

import (
	"net/http"

	"github.com/gin-contrib/sessions"
	"github.com/gin-gonic/gin"
)

func login(c *gin.Context) {
	var in struct {
		User     string `json:"user" form:"user" binding:"required"`
		Password string `json:"password" form:"password" binding:"required"`
	}
	if err := c.ShouldBind(&in); err != nil || in.Password != "open sesame" {
		c.JSON(http.StatusForbidden, gin.H{"error": "wrong name or password"})
		return
	}
	session := sessions.Default(c)
	session.Set("user", in.User)
	session.AddFlash("Welcome")
	if err := session.Save(); err != nil {
		_ = c.AbortWithError(http.StatusInternalServerError, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"user": in.User})
}

func logout(c *gin.Context) {
	session := sessions.Default(c)
	session.Clear()
	session.Options(sessions.Options{Path: "/", MaxAge: -1})
	if err := session.Save(); err != nil {
		_ = c.AbortWithError(http.StatusInternalServerError, err)
		return
	}
	c.Status(http.StatusNoContent)
}

// order is a form of a page; it goes on to another page.
func order(c *gin.Context) {
	c.SetCookie("last", c.PostForm("item"), 3600, "/", "", false, true)
	c.Redirect(http.StatusSeeOther, "/home")
}
