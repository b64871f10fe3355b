package preview

import (
	"crypto/cipher"
	"sync/atomic"
)

// CountDerivations makes the codec count how often it derives a key.
func CountDerivations(c *Codec) *atomic.Int64 {
	count := new(atomic.Int64)
	inner := c.vault.derive
	c.vault.derive = func(s salt) (cipher.AEAD, error) {
		count.Add(1)
		return inner(s)
	}
	return count
}

// SkipDerivations lets all salts share the key of one, so that a test of many
// salts takes no minutes.
func SkipDerivations(c *Codec) {
	aead, err := c.vault.derive(salt{})
	c.vault.derive = func(salt) (cipher.AEAD, error) { return aead, err }
}

// FailDerivations makes every derivation fail.
func FailDerivations(c *Codec, err error) {
	c.vault.derive = func(salt) (cipher.AEAD, error) { return nil, err }
}
