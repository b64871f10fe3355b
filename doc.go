// Package apiroutes is the face of the toolkit for people who know Next.js: an API
// route ported line by line.
//
//	export default function handler(req, res) {         func handler(req *apiroutes.Request, res *apiroutes.Response) {
//	  if (req.method === 'POST') {                         if req.Method() == http.MethodPost {
//	    const { id } = req.query                             id := req.Query().Get("id")
//	    const theme = req.cookies.theme                      theme := req.Cookies()["theme"]
//	    const body = req.body                                body := req.Body()
//	    res.status(201).json({ id, theme, body })            res.Status(201).JSON(gin.H{"id": id, "theme": theme, "body": body})
//	  } else {                                             } else {
//	    res.redirect(307, '/')                               res.RedirectStatus(307, "/")
//	  }                                                    }
//	}                                                    }
//
// Served with the defaults of Next.js for every route:
//
//	r := gin.New()
//	r.Use(middleware.Must(middleware.Config{}))
//	r.Any("/api/hello", apiroutes.Handler(handler))
//	log.Fatal(http.ListenAndServe("127.0.0.1:8080", r))
//
// # Three kinds of handlers
//
//   - [Handler] takes a function of a request and a response, as in Next.js.
//   - [HandlerE] takes one that returns an error, the way of Go.
//   - [Typed] takes a function from a decoded, validated body to an answer.
//
// Plain handlers of Gin have the same helpers as functions: [Status], [JSON], [Send],
// [Query], [Cookies] and [Of]. A handler in the manner of Next.js gets at the context
// of Gin by [Request.Gin].
//
// # Requests
//
//	req.method          req.Method()
//	req.url             req.URL()
//	req.headers['x-a']  req.Header().Get("x-a")
//	req.query           req.Query(): the query string, and the route's parameters over it
//	req.cookies         req.Cookies()
//	req.body            req.Body(), decoded by the body parser of the route
//	raw body            req.Raw()
//	req.draftMode       req.DraftMode(), on routes behind [Provide]
//	req.preview         req.Preview()
//	req.previewData     req.PreviewData()
//
// # Responses
//
//	res.status(code)               res.Status(code)
//	res.json(body)                 res.JSON(v)
//	res.send(body)                 res.Send(v): string, object, []byte, io.Reader
//	res.redirect([status,] path)   res.Redirect(url), res.RedirectStatus(status, url)
//	                               res.RedirectLocal(status, target) for targets of users
//	res.setHeader(name, value)     res.SetHeader(name, value)
//	res.appendHeader(name, value)  res.AppendHeader(name, value)
//	res.getHeader(name)            res.GetHeader(name)
//	res.removeHeader(name)         res.RemoveHeader(name)
//	Set-Cookie                     res.SetCookie(cookie)
//	res.write(chunk)               res.Write(p), res.WriteString(s): an io.Writer
//	res.end([text])                res.End(text)
//	res.headersSent                res.HeadersSent()
//	await res.revalidate(path)     res.Revalidate(path), on routes behind [Provide]
//	res.setDraftMode({enable})     res.SetDraftMode(enable)
//	res.setPreviewData(data)       res.SetPreviewData(data)
//	res.clearPreviewData()         res.ClearPreviewData()
//	try … catch                    if err := res.Err(); err != nil { … }
//
// Bodies, headers, tags and the answers to If-None-Match are those of Next.js 16, byte
// for byte. JSON text is what JSON.stringify writes, whatever JSON package Gin was
// built with. HEAD is answered with the headers of GET.
//
// # Differences
//
//   - A response without a Content-Type carries X-Content-Type-Options: nosniff, so that
//     no browser takes text from a client for HTML.
//   - After a response has begun, an error cuts the connection; Next.js appends
//     "Internal Server Error" to it. A failed answer loses the headers that described
//     its body, Cache-Control among them.
//   - An error of a helper is recorded, not thrown: the handler runs on, and further
//     helpers do nothing. See [Response].
//   - Statuses below 200 are errors: net/http would send a second answer after them.
//   - An empty redirect target is an error, and its header is percent-encoded where
//     Next.js sends Latin-1 or fails.
//   - More than 1000 cookies or query parameters are 400; Next.js has no limit.
//   - A 304 has no Content-Type.
package apiroutes
