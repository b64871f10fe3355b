package twin

import (
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// nothing returns without an answer: a Go handler has no later.
func nothing(*apiroutes.Request, *apiroutes.Response) {}

// slow is twice as slow as it promises to be.
func slow(req *apiroutes.Request, res *apiroutes.Response) {
	select {
	case <-time.After(2 * time.Second):
		res.Send("slow")
	case <-req.Context().Done():
	}
}

func quick(_ *apiroutes.Request, res *apiroutes.Response) {
	res.Send("quick")
}

func resFiles() map[string][]gin.HandlerFunc {
	return map[string][]gin.HandlerFunc{
		"/res/send/[value]":        {apiroutes.Handler(send)},
		"/res/json/[value]":        {apiroutes.Handler(jsonValue)},
		"/res/type/[kind]":         {apiroutes.Handler(typed)},
		"/res/type/json":           {apiroutes.Handler(typedJSON)},
		"/res/status/[code]/text":  {apiroutes.Handler(statusText)},
		"/res/status/[code]/json":  {apiroutes.Handler(statusJSON)},
		"/res/status/[code]/end":   {apiroutes.Handler(statusEnd)},
		"/res/etag/[value]":        {apiroutes.Handler(etag)},
		"/res/etag/own":            {apiroutes.Handler(etagOwn)},
		"/res/etag/end":            {apiroutes.Handler(etagEnd)},
		"/res/etag/own-end":        {apiroutes.Handler(etagOwnEnd)},
		"/res/etag/kept":           {apiroutes.Handler(etagKept)},
		"/res/end/[how]":           {apiroutes.Handler(end)},
		"/res/redirect/[target]":   {apiroutes.Handler(redirect)},
		"/res/redirect/after-type": {apiroutes.Handler(redirectAfterType)},
		"/res/throw/[when]":        {apiroutes.HandlerE(throw)},
		"/res/header/[kind]":       {apiroutes.Handler(header)},
		"/res/nothing":             {apiroutes.Handler(nothing)},
		"/res/external":            {middleware.With(middleware.ExternalResolver()), apiroutes.Handler(nothing)},
		"/res/slow":                {middleware.With(middleware.MaxDuration(time.Second)), apiroutes.Handler(slow)},
		"/res/quick":               {middleware.With(middleware.MaxDuration(time.Second)), apiroutes.Handler(quick)},
	}
}
