package main

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

type person struct {
	Name  string `json:"name" binding:"required,min=2"`
	Email string `json:"email" binding:"required,email"`
	Age   int    `json:"age" binding:"gte=18"`
}

// validate decodes the body when it asks for it. The error lists every fault.
func validate(c *gin.Context) {
	in, err := bodyparser.Bind[person](c)
	if err != nil {
		bodyparser.ProblemJSON(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"welcome": in.Name})
}
