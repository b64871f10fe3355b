package page

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Page is the content of a body.
type Page struct {
	// Path and Language are those of the request that it was rendered for.
	Path, Language string
	// Version is that of the data.
	Version uint64
	// Render names the run of the handler: no two have the same.
	Render string
	// Token is the proof that the data came from the source, for this render.
	Token string
}

// title is the first line of a body.
const title = "endure page"

// Text is the body, with about filler bytes more than it needs. It ends with
// the checksum of all before.
func (p *Page) Text(filler int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n%s\n%s\n%d\n%s\n%s\n", title, p.Path, p.Language, p.Version, p.Render, p.Token)
	for line := p.Render + strings.Repeat(".", 60) + "\n"; filler > 0; filler -= len(line) {
		b.WriteString(line)
	}
	b.WriteString(sum(b.Bytes()))
	return b.Bytes()
}

// Parse reads a body. The error says why it is not what [Page.Text] made.
func Parse(body []byte) (*Page, error) {
	end := bytes.LastIndexByte(body, '\n') + 1
	if string(body[end:]) != sum(body[:end]) {
		return nil, errors.New("the checksum is wrong")
	}
	lines := strings.SplitN(string(body), "\n", 7)
	if len(lines) < 7 || lines[0] != title {
		return nil, errors.New("it is no page")
	}
	version, err := strconv.ParseUint(lines[3], 10, 64)
	return &Page{Path: lines[1], Language: lines[2], Version: version, Render: lines[4], Token: lines[5]}, err
}

func sum(b []byte) string {
	hash := sha256.Sum256(b)
	return hex.EncodeToString(hash[:])
}

// Sign is the token for a version of the data at path that a render got.
func Sign(secret []byte, path string, version uint64, render string) string {
	mac := hmac.New(sha256.New, secret)
	_, _ = fmt.Fprintf(mac, "%s\n%d\n%s", path, version, render)
	return hex.EncodeToString(mac.Sum(nil))
}

// Signed says whether the token is the one that belongs to the rest.
func (p *Page) Signed(secret []byte) bool {
	return hmac.Equal([]byte(p.Token), []byte(Sign(secret, p.Path, p.Version, p.Render)))
}
