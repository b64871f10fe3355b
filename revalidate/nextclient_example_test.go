package revalidate_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// pretendedFront answers as Next.js does: /posts/1 and /posts/2 are cached
// pages, /about is none.
func pretendedFront() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch right := r.Header.Get("X-Prerender-Revalidate") == "158ec99209cd94f1591e0b01e55773d7"; {
		case r.URL.Path == "/about":
		case right:
			w.Header().Set("X-Nextjs-Cache", "REVALIDATED")
		default:
			w.Header().Set("X-Nextjs-Cache", "HIT")
		}
	}))
}

// A post was edited here, and the front end shows it at once.
func ExampleNextClient() {
	server := pretendedFront()
	defer server.Close()
	front := revalidate.MustNextClient(revalidate.NextConfig{
		BaseURL:       server.URL,
		PreviewModeID: "158ec99209cd94f1591e0b01e55773d7", // or Manifest: ".next/prerender-manifest.json"
	})
	fmt.Println(front.Revalidate(context.Background(), "/posts/1"))
	// Output:
	// <nil>
}

// Every path says what became of it.
func ExampleNextClient_RevalidateAll() {
	server := pretendedFront()
	defer server.Close()
	front := revalidate.MustNextClient(revalidate.NextConfig{BaseURL: server.URL, PreviewModeID: "158ec99209cd94f1591e0b01e55773d7"})
	results, _ := front.RevalidateAll(context.Background(), []string{"/posts/1", "/posts/2", "/about", "posts/3"})
	for i := range results {
		fmt.Println(results[i].Path, results[i].Why())
	}
	// Output:
	// /posts/1 200: refreshed
	// /posts/2 200: refreshed
	// /about 200 but not a cached page: it has no getStaticProps, or the id is wrong and a proxy hides x-nextjs-cache
	// posts/3 not a path of a page
}

// The mistake that is made most often: an id from an older build. Next.js
// answers 200, and nothing is refreshed.
func ExampleNextClient_wrongID() {
	server := pretendedFront()
	defer server.Close()
	front := revalidate.MustNextClient(revalidate.NextConfig{BaseURL: server.URL, PreviewModeID: "00000000000000000000000000000000"})
	fmt.Println(front.Revalidate(context.Background(), "/posts/1"))
	// Output:
	// revalidate: "/posts/1": wrong id: answered 200 from the cache (HIT); take previewModeId from the prerender-manifest.json of the build that runs
}
