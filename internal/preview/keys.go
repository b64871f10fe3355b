package preview

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// MinLength is the length in characters below which Next.js takes neither an
// id nor a key (isValidData in api-resolver.js).
const MinLength = 16

// Keys are the three secrets that `next build` writes into the object
// "preview" of prerender-manifest.json. The two keys are used as the text that
// stands there: their hexadecimal digits are not decoded.
type Keys struct {
	ID         string `json:"previewModeId"`            // value of the bypass cookie
	Signing    string `json:"previewModeSigningKey"`    // HMAC-SHA256 of the token
	Encryption string `json:"previewModeEncryptionKey"` // password of the token's cipher
}

// Check returns what is wrong with the keys, every fault of them, or nil. The
// messages name the fields and never show their values.
func (k Keys) Check() error {
	return errors.Join(
		CheckID(k.ID),
		checkLength("previewModeSigningKey", k.Signing),
		checkLength("previewModeEncryptionKey", k.Encryption),
	)
}

// CheckID returns what is wrong with an id, or nil.
func CheckID(id string) error {
	err := checkLength("previewModeId", id)
	if !plain(id) {
		err = errors.Join(err, errors.New("preview: previewModeId may hold only letters, digits and -._~, so that it stands unchanged in a cookie and in a header"))
	}
	return err
}

func checkLength(name, value string) error {
	if len(value) >= MinLength {
		return nil
	}
	return fmt.Errorf("preview: %s has %d characters, write at least %d", name, len(value), MinLength)
}

// plain says whether encodeURIComponent leaves text as it is and no header
// writer objects to it.
func plain(text string) bool {
	for i := range len(text) {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '-', c == '.', c == '_', c == '~':
		default:
			return false
		}
	}
	return true
}

// Sizes in bytes of what `next build` makes at random
// (next/dist/build/preview-key-utils.js).
const (
	idSize  = 16
	keySize = 32
)

// NewKeys makes keys at random, of the sizes that `next build` makes.
func NewKeys() Keys {
	return Keys{ID: random(idSize), Signing: random(keySize), Encryption: random(keySize)}
}

func random(size int) string {
	b := make([]byte, size)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b)
}

// ParseManifest returns the keys in the text of a prerender-manifest.json, or
// of a server/preview-props.json, where they stand at the top.
func ParseManifest(text []byte) (Keys, error) {
	var manifest struct {
		Keys
		Preview Keys `json:"preview"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return Keys{}, fmt.Errorf("preview: not a prerender-manifest.json: %w", err)
	}
	keys := manifest.Preview
	if keys == (Keys{}) {
		keys = manifest.Keys
	}
	if keys == (Keys{}) {
		return Keys{}, errors.New(`preview: no object "preview" with the keys; give the prerender-manifest.json of a production build`)
	}
	return keys, keys.Check()
}
