package revalidate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/internal/preview"
)

// NextConfig says where a Next.js front end is and how to talk to it. Exactly
// one of PreviewModeID, Manifest and Route has to be set.
type NextConfig struct {
	_ struct{}

	// BaseURL is the scheme and the host of the front end, such as
	// "http://127.0.0.1:3000". It has no path: that is BasePath. The client
	// never talks to another host, whatever a path looks like.
	BaseURL string

	// PreviewModeID is the secret of the build, "previewModeId" in its
	// .next/prerender-manifest.json.
	PreviewModeID string
	// Manifest is the path of that file. It is read at once, and again when the
	// front end does not take the id any more: after a deploy.
	Manifest string

	// Route is the path of an API route of the front end that calls
	// res.revalidate, such as "/api/revalidate"; see [NextClient] for its code.
	// Use it where the id of the build cannot be had.
	Route string
	// Secret goes to Route in the header X-Revalidate-Secret. At least 16
	// characters.
	Secret string

	// BasePath, Locales and TrailingSlash are those of next.config.js.
	//
	// BasePath is put before every path that does not begin with it already.
	BasePath string
	// Locales make one page per locale of every path that does not name one.
	Locales []string
	// TrailingSlash puts a slash behind every path, except those that end in
	// something like a file name.
	TrailingSlash bool

	// Header is sent with every request, for instance
	// "x-vercel-protection-bypass".
	Header http.Header

	// Concurrency is the number of requests at a time. 0: 8.
	Concurrency int
	// Retries is how often a page is asked for again after a 5xx or a time-out.
	// 0: 2; [NoRetries]: never.
	Retries int
	// Backoff is the pause before the first retry; it doubles with each one,
	// up to 32 times as long, and half of it is left to chance. 0: 200 ms.
	Backoff time.Duration
	// Timeout is for each request, rendering included. 0: 30 s.
	Timeout time.Duration
	// TotalTimeout is for each call with all its paths and retries. 0: 5 min.
	TotalTimeout time.Duration

	// HTTPClient sends the requests; a copy is taken, and it will not follow
	// redirects. nil: a client with connections of its own, without a proxy
	// (HTTP_PROXY is ignored), so that the secret goes nowhere else.
	HTTPClient *http.Client
	// Sleep waits before a retry, until the context ends. nil: a timer.
	Sleep func(context.Context, time.Duration) error
}

// NoRetries switches retries off, as [NextConfig.Retries].
const NoRetries = -1

const (
	nextConcurrency  = 8
	nextRetries      = 2
	nextBackoff      = 200 * time.Millisecond
	nextBackoffSteps = 5 // doublings of the pause
	nextTimeout      = 30 * time.Second
	nextTotalTimeout = 5 * time.Minute

	// nextBody bounds the body of an answer.
	nextBody = 1 << 20
	// nextHeaderBytes bounds the header of an answer.
	nextHeaderBytes = 64 << 10
)

// Headers of the protocol.
const (
	revalidateHeader    = "X-Prerender-Revalidate"
	onlyGeneratedHeader = "X-Prerender-Revalidate-If-Generated"
	routeSecretHeader   = "X-Revalidate-Secret" //nolint:gosec // a name, no secret
)

// NewNextClient returns a client for a front end. Every fault of the config is
// reported, an unreadable manifest among them.
func NewNextClient(config NextConfig) (*NextClient, error) {
	base, baseErr := nextBase(config.BaseURL)
	paths, pathsErr := newNextPaths(config)
	header, headerErr := nextHeader(config.Header)
	access, accessErr := nextAccess(config)
	if err := errors.Join(baseErr, pathsErr, headerErr, accessErr, nextNumbers(config)); err != nil {
		return nil, err
	}
	c := &NextClient{
		base:         base,
		paths:        paths,
		header:       header,
		ids:          access,
		concurrency:  cmp.Or(config.Concurrency, nextConcurrency),
		retries:      cmp.Or(config.Retries, nextRetries),
		backoff:      cmp.Or(config.Backoff, nextBackoff),
		timeout:      cmp.Or(config.Timeout, nextTimeout),
		totalTimeout: cmp.Or(config.TotalTimeout, nextTotalTimeout),
		sleep:        config.Sleep,
	}
	if config.Route != "" {
		route, err := paths.route(config.Route)
		if err != nil {
			return nil, err
		}
		c.route, c.secret = route, config.Secret
	}
	if c.sleep == nil {
		c.sleep = sleepUntil
	}
	c.http = nextHTTP(config.HTTPClient, c.concurrency)
	return c, nil
}

// MustNextClient is [NewNextClient] for a config that is known to be right: it
// panics otherwise.
func MustNextClient(config NextConfig) *NextClient {
	c, err := NewNextClient(config)
	if err != nil {
		panic(err)
	}
	return c
}

func nextBase(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "", errors.New("revalidate: BaseURL is no URL; write it as http://127.0.0.1:3000")
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "", u.Opaque != "":
		return "", fmt.Errorf("revalidate: BaseURL %q has no scheme or no host; write it as http://127.0.0.1:3000", u.Redacted())
	case u.User != nil:
		return "", errors.New("revalidate: BaseURL has a user name; set the header Authorization in Header instead")
	case strings.Trim(u.Path, "/") != "":
		return "", fmt.Errorf("revalidate: BaseURL has the path %q; put it into BasePath", u.Path)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(text, "#"):
		return "", errors.New("revalidate: BaseURL has a query or a fragment; leave them out")
	}
	return u.Scheme + "://" + u.Host, nil
}

// nextAccess finds the one way in which the client proves who it is. It
// returns nil for the API route.
func nextAccess(config NextConfig) (*nextIDs, error) {
	ways := 0
	for _, set := range []bool{config.PreviewModeID != "", config.Manifest != "", config.Route != ""} {
		if set {
			ways++
		}
	}
	switch {
	case ways != 1:
		return nil, fmt.Errorf("revalidate: %d of PreviewModeID, Manifest and Route are set; set exactly one", ways)
	case config.Route == "" && config.Secret != "":
		return nil, errors.New("revalidate: Secret is set without Route; it is sent to nothing else")
	case config.Route != "":
		if len(config.Secret) < preview.MinLength || strings.ContainsFunc(config.Secret, notPrintable) {
			return nil, fmt.Errorf("revalidate: Secret must have at least %d characters of ASCII, none of them a blank", preview.MinLength)
		}
		return nil, nil
	case config.Manifest != "":
		file, err := readManifest(config.Manifest)
		if err != nil {
			return nil, err
		}
		return &nextIDs{file: file, current: file.keys().ID}, nil
	}
	if err := preview.CheckID(config.PreviewModeID); err != nil {
		return nil, fmt.Errorf("revalidate: PreviewModeID: %w", err)
	}
	return &nextIDs{current: config.PreviewModeID}, nil
}

func notPrintable(r rune) bool { return r <= ' ' || r > '~' }

// nextNumbers checks the settings that are numbers.
func nextNumbers(config NextConfig) error {
	var faults []error
	for _, number := range []struct {
		name  string
		value int64
		least int64
	}{
		{"Concurrency", int64(config.Concurrency), 0},
		{"Retries", int64(config.Retries), NoRetries},
		{"Backoff", int64(config.Backoff), 0},
		{"Timeout", int64(config.Timeout), 0},
		{"TotalTimeout", int64(config.TotalTimeout), 0},
	} {
		if number.value < number.least {
			faults = append(faults, fmt.Errorf("revalidate: %s is negative; 0 is the default", number.name))
		}
	}
	return errors.Join(faults...)
}

// nextOwnHeaders are those that the client or the connection sets.
var nextOwnHeaders = []string{
	revalidateHeader, onlyGeneratedHeader, routeSecretHeader,
	"Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Upgrade",
}

// nextHeader copies the user's headers.
func nextHeader(header http.Header) (http.Header, error) {
	var faults []error
	for name, values := range header {
		if canonical := http.CanonicalHeaderKey(name); slices.Contains(nextOwnHeaders, canonical) {
			faults = append(faults, fmt.Errorf("revalidate: Header has %s, which the client sets itself", canonical))
		} else if name == "" || strings.ContainsFunc(name, notToken) {
			faults = append(faults, fmt.Errorf("revalidate: Header has the name %q, which is none", name))
		}
		if slices.ContainsFunc(values, func(v string) bool { return strings.ContainsFunc(v, isControl) }) {
			faults = append(faults, fmt.Errorf("revalidate: Header: the value of %q has a control character", name))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	own := make(http.Header, len(header)+3)
	for name, values := range header {
		for _, value := range values {
			own.Add(name, value)
		}
	}
	return own, nil
}

func notToken(r rune) bool { return notPrintable(r) || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r) }

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// nextHTTP returns a client that follows no redirects: where one leads is for
// the caller to read, and the secret must not go there.
func nextHTTP(given *http.Client, concurrency int) *http.Client {
	var own http.Client
	if given != nil {
		own = *given
	} else {
		own.Transport = &http.Transport{
			MaxIdleConnsPerHost:    concurrency,
			IdleConnTimeout:        90 * time.Second,
			TLSHandshakeTimeout:    10 * time.Second,
			ForceAttemptHTTP2:      true,
			MaxResponseHeaderBytes: nextHeaderBytes,
		}
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

func sleepUntil(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
