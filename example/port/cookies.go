package main

import (
	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/catchall"
)

// setCookies: each value is a header of its own.
func setCookies(req *apiroutes.Request, res *apiroutes.Response) {
	values := map[string][]string{
		"one":     {"a=1; Path=/"},
		"list":    {"a=1; Path=/", "b=2; Path=/; HttpOnly"},
		"same":    {"a=1", "a=2"},
		"deleted": {"a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"},
	}
	for _, value := range values[req.Query().Get("set")] {
		res.AppendHeader("Set-Cookie", value)
	}
	res.Send("set")
}

func mountCookies(routes *catchall.Routes) {
	routes.Any("/cookies/[set]", apiroutes.Handler(setCookies))
}
