package twin

import (
	"log/slog"
	"maps"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// echoes are the files that only say who they are and with which parameters
// they were called: pages/api/query, post, docs and so on.
var echoes = []string{
	"/query",
	"/post/create", "/post/[pid]", "/post/[...slug]",
	"/docs/[[...slug]]",
	"/shop/sale/[item]", "/shop/[category]", "/shop/[category]/items/[...rest]",
	"/mix/a/b", "/mix/a/[x]", "/mix/[y]/b", "/mix/[y]/[x]", "/mix/a/[...rest]", "/mix/a/b/c/[...deep]", "/mix/[[...all]]",
	"/only/[id]", "/only/[id]/edit",
	"/tail/[...path]",
	"/level/[a]", "/level/[a]/[b]/[...c]",
	"/opt/en/about", "/opt/[lang]/[[...rest]]",
	"/dash/[my-id]", "/dash/[my-id]/[...my_rest]",
	"/static", "/static/index", "/static/Upper", "/static/a+b", "/static/dot.json", "/static/~tilde",
}

// unreachable are files that no request ever reaches: clients escape such
// names, and Next.js compares names with the path as it was sent. It builds
// them all the same; package catchall refuses them.
var unreachable = []string{"/static/café", "/static/with space"}

// files is the folder pages/api, without the unreachable.
func files(logger *slog.Logger, pages *pages) map[string][]gin.HandlerFunc {
	all := map[string][]gin.HandlerFunc{"/method": {apiroutes.Handler(method)}}
	for _, folder := range []map[string][]gin.HandlerFunc{bodyFiles(), limitFiles(), cookieFiles(), resFiles(), warnFiles(logger), pages.files()} {
		maps.Copy(all, folder)
	}
	for _, file := range echoes {
		all[file] = route(file[1:])
	}
	return all
}
