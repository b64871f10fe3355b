module github.com/gin-apiroutes/apiroutes/conformance

go 1.26.0

require (
	github.com/gin-gonic/gin v1.12.0
	github.com/goccy/go-yaml v1.19.2
)
