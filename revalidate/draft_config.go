package revalidate

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/internal/preview"
)

// DraftConfig holds the settings of draft mode. The zero value has keys of its
// own, made at random, and writes the cookies of a Next.js in production.
//
// The keys are ID, SigningKey and EncryptionKey, all three, or the ones in
// Manifest. Random keys end with the process, and no other instance knows them:
// give keys where there is more than one, or where a Next.js front end should
// take part in the same draft session.
type DraftConfig struct {
	_ struct{}

	// ID, SigningKey and EncryptionKey are previewModeId, previewModeSigningKey
	// and previewModeEncryptionKey of a prerender-manifest.json, as they stand
	// there.
	ID            string
	SigningKey    string
	EncryptionKey string
	// Manifest is the path of that file. It is looked at again for each request
	// with a cookie of draft mode, and read again after a deploy.
	Manifest string

	// Insecure leaves out Secure, for http://localhost, as `next dev` does.
	Insecure bool
	// SameSite of the cookies. 0: None, so that a CMS may show the site in a
	// frame; with Insecure: Lax.
	SameSite http.SameSite
	// Partitioned gives each site that shows this one in a frame a draft
	// session of its own (CHIPS); browsers that block third-party cookies
	// take no other cookies there.
	Partitioned bool
	// Domain of the cookies. "": the host that was asked, alone.
	Domain string
	// Path of the cookies. "": "/".
	Path string
	// MaxAge is how long a draft session lasts, at least a second. 0: until
	// the browser is closed.
	MaxAge time.Duration

	// Signed takes the id alone for nothing: a session has a signed token,
	// too, which ends after MaxAge whatever the browser does. Without it the
	// session of whoever ever saw the id lasts as long as the keys, as in
	// Next.js. The cookies are good for Next.js all the same; a session that
	// Next.js began with setDraftMode is not good here. It needs MaxAge.
	Signed bool

	// Now is the clock. nil: time.Now.
	Now func() time.Time
}

// NewDraft returns the draft mode for a config, or every fault of it.
func NewDraft(config DraftConfig) (*Draft, error) {
	file, keys, keysErr := draftKeys(config)
	if err := errors.Join(keysErr, draftAttributes(config)); err != nil {
		return nil, err
	}
	d := &Draft{file: file, signed: config.Signed, path: config.Path, maxAge: preview.Forever, now: config.Now}
	if d.path == "" {
		d.path = "/"
	}
	if config.MaxAge > 0 {
		d.maxAge = config.MaxAge
	}
	if d.now == nil {
		d.now = time.Now
	}
	d.codec.Store(preview.NewCodec(keys))
	if config.Domain != "" {
		d.domain = "; Domain=" + config.Domain
	}
	d.tail = draftTail(config)
	if d.signed { // what can fail fails now, not in Enable
		if _, err := d.codec.Load().Encode([]byte("{}"), d.now(), d.maxAge); err != nil {
			return nil, fmt.Errorf("revalidate: %w", err)
		}
	}
	return d, nil
}

// MustDraft is [NewDraft] for a config that is known to be right: it panics
// otherwise.
func MustDraft(config DraftConfig) *Draft {
	d, err := NewDraft(config)
	if err != nil {
		panic(err)
	}
	return d
}

func draftKeys(config DraftConfig) (*manifest, preview.Keys, error) {
	keys := preview.Keys{ID: config.ID, Signing: config.SigningKey, Encryption: config.EncryptionKey}
	switch {
	case config.Manifest != "" && keys != preview.Keys{}:
		return nil, keys, errors.New("revalidate: both Manifest and keys are set; set one")
	case config.Manifest != "":
		file, err := readManifest(config.Manifest)
		if err != nil {
			return nil, keys, err
		}
		keys = file.keys()
		return file, keys, nil
	case keys == preview.Keys{}:
		return nil, preview.NewKeys(), nil
	}
	if err := keys.Check(); err != nil {
		return nil, keys, fmt.Errorf("revalidate: ID, SigningKey and EncryptionKey: %w", err)
	}
	return nil, keys, nil
}

// draftAttributes checks what browsers would refuse without a word.
func draftAttributes(config DraftConfig) error {
	var faults []error
	fault := func(text string) { faults = append(faults, errors.New("revalidate: "+text)) }
	if config.Insecure && config.SameSite == http.SameSiteNoneMode {
		fault("SameSite=None needs Secure: leave out Insecure, or set SameSite to http.SameSiteLaxMode")
	}
	if config.Insecure && config.Partitioned {
		fault("Partitioned needs Secure: leave out Insecure")
	}
	if config.SameSite < 0 || config.SameSite > http.SameSiteNoneMode {
		fault("SameSite is none of those in net/http")
	}
	if config.Path != "" && !isCookiePath(config.Path) {
		fault(fmt.Sprintf("Path %q; write a path of printable ASCII without a semicolon", config.Path))
	}
	if strings.ContainsFunc(config.Domain, notInDomain) {
		fault(fmt.Sprintf("Domain %q; write a host such as example.org", config.Domain))
	}
	if config.MaxAge < 0 || config.MaxAge > 0 && config.MaxAge < time.Second {
		fault("MaxAge is less than a second; 0 is until the browser is closed")
	}
	if config.Signed && config.MaxAge <= 0 {
		fault("Signed needs MaxAge: how long may a draft session last?")
	}
	return errors.Join(faults...)
}

func isCookiePath(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r > '~' || r == ';' })
}

func notInDomain(r rune) bool {
	return ('a' > r || r > 'z') && ('A' > r || r > 'Z') && ('0' > r || r > '9') && r != '-' && r != '.'
}

// draftTail is the end of every cookie, in the order of Next.js.
func draftTail(config DraftConfig) string {
	tail := "; HttpOnly"
	if !config.Insecure {
		tail += "; Secure"
	}
	switch config.SameSite {
	case http.SameSiteLaxMode:
		tail += "; SameSite=Lax"
	case http.SameSiteStrictMode:
		tail += "; SameSite=Strict"
	default:
		if config.Insecure {
			tail += "; SameSite=Lax"
		} else {
			tail += "; SameSite=None"
		}
	}
	if config.Partitioned {
		tail += "; Partitioned"
	}
	return tail
}

// PreviewOption is a setting of one [Draft.SetPreviewData] or
// [Draft.ClearPreviewData].
type PreviewOption func(*previewOptions)

type previewOptions struct {
	maxAge time.Duration // preview.Forever: a session cookie
	path   string
	fault  error
}

// PreviewMaxAge lets the data end after d, instead of [DraftConfig.MaxAge]. As
// in Next.js, with 0 it ends within the second. Clearing has no use for it.
func PreviewMaxAge(d time.Duration) PreviewOption {
	return func(o *previewOptions) {
		o.maxAge = d
		if d < 0 {
			o.fault = errors.Join(o.fault, fmt.Errorf("revalidate: PreviewMaxAge(%s) is negative", d))
		}
	}
}

// PreviewPath binds the cookies to a path and what is below it, instead of
// [DraftConfig.Path]. They are cleared by the same path only.
func PreviewPath(path string) PreviewOption {
	return func(o *previewOptions) {
		o.path = path
		if !isCookiePath(path) {
			o.fault = errors.Join(o.fault, fmt.Errorf("revalidate: PreviewPath(%q); write a path of printable ASCII without a semicolon", path))
		}
	}
}

// cookie writes one Set-Cookie line, its attributes in the order of Next.js.
func (d *Draft) cookie(name, value string, o previewOptions, expired bool) string {
	var b strings.Builder
	b.WriteString(name + "=" + value)
	if o.maxAge >= 0 {
		b.WriteString("; Max-Age=" + strconv.FormatInt(int64(o.maxAge/time.Second), 10))
	}
	b.WriteString(d.domain + "; Path=" + o.path)
	if expired {
		b.WriteString("; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
	}
	b.WriteString(d.tail)
	return b.String()
}
