package preview

import (
	"container/list"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
)

// The envelope of Next.js (crypto-utils.js): hex of salt, nonce, tag and
// ciphertext, the key derived from the password and the salt.
const (
	saltSize   = 64
	nonceSize  = 16
	tagSize    = 16
	headerSize = saltSize + nonceSize + tagSize
	rounds     = 100_000
	cipherKey  = 32
)

// KeyCache is the number of derived keys that are kept: the tokens that one
// Go process makes share one, each token that Next.js makes needs its own.
const KeyCache = 64

type salt [saltSize]byte

// vault encrypts and decrypts with keys derived from one password. It derives
// a key once per salt, however many requests ask for it at the same time, and
// forgets the one that was not asked for the longest.
type vault struct {
	derive func(salt) (cipher.AEAD, error)
	own    salt // of everything that this process encrypts

	mu    sync.Mutex
	keys  map[salt]*list.Element // of *derived
	order *list.List             // the last used in front
}

type derived struct {
	salt salt
	open func() (cipher.AEAD, error) // derives when first called
}

func newVault(password string) *vault {
	v := &vault{
		derive: func(s salt) (cipher.AEAD, error) { return derive(password, s) },
		keys:   make(map[salt]*list.Element),
		order:  list.New(),
	}
	_, _ = rand.Read(v.own[:]) // never fails: crypto/rand ends the program instead
	return v
}

// key returns the cipher for a salt.
func (v *vault) key(s salt) (cipher.AEAD, error) {
	v.mu.Lock()
	element, ok := v.keys[s]
	if ok {
		v.order.MoveToFront(element)
	} else {
		element = v.order.PushFront(&derived{s, sync.OnceValues(func() (cipher.AEAD, error) {
			return v.derive(s)
		})})
		v.keys[s] = element
		v.trim()
	}
	v.mu.Unlock()
	d, _ := element.Value.(*derived) // the list holds nothing else
	return d.open()
}

// trim forgets the oldest key when there are too many. The caller holds mu.
func (v *vault) trim() {
	if v.order.Len() <= KeyCache {
		return
	}
	if d, ok := v.order.Remove(v.order.Back()).(*derived); ok {
		delete(v.keys, d.salt)
	}
}

func derive(password string, s salt) (cipher.AEAD, error) {
	key, err := pbkdf2.Key(sha512.New, password, s[:], rounds, cipherKey)
	if err != nil {
		return nil, fmt.Errorf("preview: derive the key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("preview: make the cipher: %w", err)
	}
	return cipher.NewGCMWithNonceSize(block, nonceSize)
}

// seal returns plaintext in its envelope. Every call takes the salt of the
// process, so that only the first one derives a key, and a nonce of its own:
// 128 random bits do not repeat within any number of cookies.
func (v *vault) seal(plaintext []byte) (string, error) {
	aead, err := v.key(v.own)
	if err != nil {
		return "", err
	}
	envelope := make([]byte, headerSize, headerSize+len(plaintext))
	copy(envelope, v.own[:])
	nonce := envelope[saltSize : saltSize+nonceSize]
	_, _ = rand.Read(nonce)
	sealed := aead.Seal(nil, nonce, plaintext, nil)
	text, tag := sealed[:len(plaintext)], sealed[len(plaintext):]
	copy(envelope[saltSize+nonceSize:], tag) // Go puts the tag behind the text, Next.js before it
	return hex.EncodeToString(append(envelope, text...)), nil
}

var errEnvelope = errors.New("preview: the encrypted part is not whole")

// open returns what seal put into an envelope.
func (v *vault) open(envelope string) ([]byte, error) {
	raw := unhex(envelope)
	if len(raw) < headerSize {
		return nil, errEnvelope
	}
	aead, err := v.key(salt(raw[:saltSize]))
	if err != nil {
		return nil, err
	}
	nonce, tag, text := raw[saltSize:saltSize+nonceSize], raw[saltSize+nonceSize:headerSize], raw[headerSize:]
	sealed := make([]byte, 0, len(text)+tagSize)
	sealed = append(append(sealed, text...), tag...)
	plaintext, err := aead.Open(sealed[:0], nonce, sealed, nil)
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	return plaintext, nil
}

// unhex is Buffer.from(text, 'hex'): it stops at the first pair that is none.
func unhex(text string) []byte {
	raw := make([]byte, 0, len(text)/2)
	for i := 0; i < len(text); i += 2 {
		b, ok := pair(text, i)
		if !ok {
			break
		}
		raw = append(raw, b)
	}
	return raw
}
