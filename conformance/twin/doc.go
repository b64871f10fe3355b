// Package twin has the routes of ../nextjs/pages/api, ported to Go the way a
// user would port them: one file here for each folder there, with the same
// names for the same things.
//
//	lib/echo.js, lib/bytes.js          echo.go, warn.go
//	pages/api/body/                    body.go
//	pages/api/limit/                   limit.go
//	pages/api/cookies/                 cookies.go
//	pages/api/method.js                method.go
//	pages/api/query/, post/, docs/ …   routes.go
//	pages/api/res/send/, json/ …       send.go, json.go …
//	pages/api/res/*.js                 res.go
//	pages/api/warn/                    warn.go
//	lib/source.js, lib/page.js         source.go
//	pages/index.js, pages/isr/         pages.go
//	pages/api/isr/                     isr.go
//
// Open two files side by side to see how a route moves: the folder tree becomes
// the list in routes.go, an exported config becomes middleware.With, and a
// handler keeps its lines.
package twin
