package revalidate_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// TestKeysOfPaths covers rule 4.2.
func TestKeysOfPaths(t *testing.T) {
	tests := []struct{ target, key, uri string }{
		{"/", "/", "/"},
		{"/a/b", "/a/b", "/a/b"},
		{"/caf%C3%A9", "/café", "/caf%C3%A9"},
		{"/caf%c3%a9", "/café", "/caf%C3%A9"},
		{"/%71", "/q", "/q"},
		{"/a%2fb", "/a%2Fb", "/a%2Fb"},
		{"/a%252Fb", "/a%252Fb", "/a%252Fb"},
		{"/a%3Fb", "/a%3Fb", "/a%3Fb"},
		{"/a%23b", "/a%23b", "/a%23b"},
		{"/a+b", "/a+b", "/a+b"},
		{"/a%20b", "/a b", "/a%20b"},
		{"/a%00b", "/a%00b", "/a%00b"},
		{"/%5Bslug%5D", "/[slug]", "/%5Bslug%5D"},
		{"/a//b/", "/a//b/", "/a//b/"},
		{"/a;b,c", "/a;b,c", "/a;b,c"},
		{"//a", "//a", "//a"},
		{"/%E9", "", ""},
	}
	for _, test := range tests {
		u, err := url.ParseRequestURI(test.target)
		if err != nil {
			t.Fatal(err)
		}
		key, ok := revalidate.PathKey(u)
		if key != test.key || ok != (test.key != "") {
			t.Errorf("%s: got the key %q, want %q", test.target, key, test.key)
		}
		if ok && revalidate.PageURI(key) != test.uri {
			t.Errorf("%q: got the URI %q, want %q", key, revalidate.PageURI(key), test.uri)
		}
	}
}

// FuzzKey checks that a key says all that it is made of: the path, the query
// and the headers come out again, so no two of them have one key.
func FuzzKey(f *testing.F) {
	f.Add("/a", "a=1", "X-A", "1", "2")
	f.Add("/caf%C3%A9/a%2Fb/%25", "?&=%00", "Accept", " 1:a;", "")
	f.Add("//x/*/..", "", "X", "\x00\xff", ";")
	// Other spellings of a path, which are decoded once, and what a path must not end.
	f.Add("/%2561dmin/%252e%252e", "%61=%2561", "x-a", "a", "a")
	f.Add("/a%00X-A%201%201:b;", "", "X-A", "\x00X-A 1 1:b;", "")
	f.Add("/A;v=1/%2e%2e/a%5Cb?q", "a&a&b=", "X A\r\n", "1,2", "1")
	f.Add("/%zz", "", "", "", "")
	f.Add("/\xff%ff", "\xff", "\xff", "\xff", "%ff")
	// What a store may have behind the path: fields as they are written, and as they are not.
	for _, fields := range []string{
		"X-A 2 1:a 0:;", "X-A 0;", "X-A 1 1:a;X-B 1 3:b;c;", "X-A 1 1:a;X-A 1 1:b;", "X-A 1 2:a;", "X-A 1 1:a", "X-A 2 1:a;", "X-A 01 1:a;", "X-A 1 1a;",
		"X-A 99999999999999999999 ;", "X-A -1;", "x-a 1 1:a;", " 1 1:a;", "X A 1 1:a;", "X-A", ";", "\x00",
	} {
		f.Add("/a", "", "X-A", fields[:len(fields)/2], fields[len(fields)/2:])
	}
	f.Fuzz(func(t *testing.T, target, query, name, first, second string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || target[0] != '/' {
			return
		}
		path, ok := revalidate.PathKey(u)
		if !ok {
			return
		}
		again, err := url.ParseRequestURI(revalidate.PageURI(path))
		if err != nil {
			t.Fatalf("%q can't be requested: %v", path, err)
		}
		if key, ok := revalidate.PathKey(again); key != path || !ok || again.Path != u.Path {
			t.Fatalf("%q was rendered as %q, whose key is %q", path, again.Path, key)
		}
		key := path + "?" + url.Values{"q": {query}}.Encode()
		name = http.CanonicalHeaderKey("X" + url.QueryEscape(name))
		header := http.Header{name: {first, second}, "Z": {second, first, ""}}
		names := []string{name, "Z"}
		gotKey, vary, ok := revalidate.SplitKey(revalidate.VariantKey(key, names, header))
		if !ok || gotKey != key || len(vary) != 2 || vary[0].Name != name || !slices.Equal(vary[0].Values, header[name]) || !slices.Equal(vary[1].Values, header["Z"]) {
			t.Fatalf("%q with %q came back as %q with %q, %v", key, header, gotKey, vary, ok)
		}
		// Anything may come from a store; what is taken is what it says.
		if k, v, ok := revalidate.SplitKey(target + "\x00" + first + second); ok {
			split := make(http.Header)
			var order []string
			for _, field := range v {
				order = append(order, field.Name)
				split[field.Name] = field.Values
			}
			if len(split) == len(order) && len(order) > 0 && revalidate.VariantKey(k, order, split) != target+"\x00"+first+second {
				t.Fatalf("%q was taken for %q %q", first+second, k, v)
			}
		}
	})
}
