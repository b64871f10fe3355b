package preview

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	// MaxWritten is the length in characters of the longest token that is
	// written; setPreviewData of Next.js has the same limit.
	MaxWritten = 2048

	// MaxRead is the length of the longest token that is looked at: the size
	// of a whole cookie that browsers keep.
	MaxRead = 4096
)

// joseHeader is {"alg":"HS256","typ":"JWT"}, the header of every token that
// Next.js writes.
const joseHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"

// TooLargeError is the answer to data whose token would be longer than
// [MaxWritten].
type TooLargeError struct {
	Length int // of the token, in characters; when it was not built, the least that it could have
}

// Error is the sentence of Next.js, with the sizes.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("preview data is limited to 2KB currently, reduce how much data you are storing as preview data to continue: the token would have %d characters of at most %d", e.Length, MaxWritten)
}

// Faults of a token, as [Codec.Decode] tells them apart. Next.js treats the
// first two alike.
var (
	ErrToken   = errors.New("preview: the token is not one of ours")
	ErrExpired = errors.New("preview: the token is not valid at this time")
	ErrSealed  = errors.New("preview: the token is signed, but its data cannot be decrypted")
	ErrNotJSON = errors.New("preview: the data of the token is not JSON")
)

// Forever is the lifetime of a token without an end.
const Forever time.Duration = -1

// Codec makes and reads the tokens of one set of keys. It is safe for
// concurrent use.
type Codec struct {
	keys  Keys
	vault *vault
}

// NewCodec returns a codec for keys that have been checked.
func NewCodec(keys Keys) *Codec {
	return &Codec{keys: keys, vault: newVault(keys.Encryption)}
}

// Keys returns the keys of the codec.
func (c *Codec) Keys() Keys { return c.keys }

// Encode returns the token for a text of JSON that is valid for maxAge from
// now, or without end for [Forever]. It fails with [*TooLargeError].
func (c *Codec) Encode(text []byte, now time.Time, maxAge time.Duration) (string, error) {
	if least := 2 * (headerSize + len(text)); least > MaxWritten {
		return "", &TooLargeError{Length: least}
	}
	envelope, err := c.vault.seal(text)
	if err != nil {
		return "", err
	}
	payload := make([]byte, 0, len(envelope)+64)
	payload = append(payload, `{"data":"`...)
	payload = append(payload, envelope...)
	payload = append(payload, `","iat":`...)
	payload = strconv.AppendInt(payload, now.Unix(), 10)
	if maxAge >= 0 {
		payload = append(payload, `,"exp":`...)
		payload = strconv.AppendInt(payload, now.Add(maxAge).Unix(), 10)
	}
	payload = append(payload, '}')

	token := make([]byte, 0, MaxWritten)
	token = append(token, joseHeader...)
	token = append(token, '.')
	token = base64.RawURLEncoding.AppendEncode(token, payload)
	signature := c.sign(token)
	token = append(token, '.')
	token = base64.RawURLEncoding.AppendEncode(token, signature)
	if len(token) > MaxWritten {
		return "", &TooLargeError{Length: len(token)}
	}
	return string(token), nil
}

func (c *Codec) sign(input []byte) []byte {
	mac := hmac.New(sha256.New, []byte(c.keys.Signing))
	mac.Write(input)
	return mac.Sum(nil)
}

// Decode returns the text of JSON in a token, or an error that is one of
// [ErrToken], [ErrExpired], [ErrSealed] and [ErrNotJSON].
func (c *Codec) Decode(token string, now time.Time) ([]byte, error) {
	header, payload, err := c.verify(token)
	if err != nil {
		return nil, err
	}
	if alg, _ := claim(header, "alg"); alg != "HS256" {
		return nil, ErrToken
	}
	if critical, ok := claim(header, "crit"); ok && truthy(critical) {
		return nil, ErrToken // extensions that a reader must know; none are known
	}
	if err := inTime(payload, now); err != nil {
		return nil, err
	}
	data, _ := claim(payload, "data")
	envelope, ok := data.(string)
	if !ok {
		return nil, ErrSealed
	}
	text, err := c.vault.open(envelope)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	// JavaScript reads the bytes as UTF-8 and puts U+FFFD for what is none.
	text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	var value any // JSON with a number that no float64 holds is of no use to the caller
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, ErrNotJSON
	}
	return text, nil
}

type object map[string]json.RawMessage

// verify takes a token apart and compares its signature. Nothing in the token
// is read before that, so that only who knows the signing key can make the
// JSON reader work.
func (c *Codec) verify(token string) (header, payload object, err error) {
	if len(token) > MaxRead {
		return nil, nil, ErrToken
	}
	end := strings.LastIndexByte(token, '.')
	if end < 0 {
		return nil, nil, ErrToken
	}
	input := token[:end]
	signature, ok := unbase64(token[end+1:])
	if !ok || !hmac.Equal(signature, c.sign([]byte(input))) {
		return nil, nil, ErrToken
	}
	first, second, _ := strings.Cut(input, ".")
	header, ok = parse(first)
	if !ok {
		return nil, nil, ErrToken
	}
	payload, ok = parse(second)
	if !ok {
		return nil, nil, ErrToken
	}
	return header, payload, nil
}

// parse reads a part of a token that must be a JSON object.
func parse(part string) (object, bool) {
	text, ok := unbase64(part)
	if !ok {
		return nil, false
	}
	var o object
	if err := json.Unmarshal(text, &o); err != nil || o == nil {
		return nil, false
	}
	return o, true
}

// unbase64 is Buffer.from(text, 'base64') behind the check of fast-jwt that
// text has only characters of base64url: a lone last character counts for
// nothing, and bits that make no whole byte are dropped.
func unbase64(text string) ([]byte, bool) {
	if strings.ContainsAny(text, "\r\n") { // Go's reader would skip them
		return nil, false
	}
	if len(text)%4 == 1 {
		if strings.IndexByte(base64Alphabet, text[len(text)-1]) < 0 {
			return nil, false
		}
		text = text[:len(text)-1]
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	return raw, err == nil
}

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// claim returns a member of an object as JSON.parse gives it, and whether it
// is there. A number beyond the range of a float64 is infinite.
func claim(o object, name string) (any, bool) {
	raw, ok := o[name]
	if !ok {
		return nil, false
	}
	if c := raw[0]; c == '-' || '0' <= c && c <= '9' {
		number, _ := strconv.ParseFloat(string(raw), 64) // out of range: infinite, as in JavaScript
		return number, true
	}
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return raw, true // a number out of range further inside; there is a value, but none that is of use
	}
	return value, true
}

func truthy(value any) bool {
	switch v := value.(type) {
	case nil:
		return false
	case bool:
		return v
	case float64:
		return v != 0
	case string:
		return v != ""
	default:
		return true
	}
}

// inTime is the rule of fast-jwt: claims that are there must be numbers of
// seconds; the token is valid from nbf to exp, both included, in milliseconds.
func inTime(payload object, now time.Time) error {
	for _, limit := range [...]struct {
		name string
		sign float64
	}{{"nbf", 1}, {"exp", -1}} {
		value, ok := claim(payload, limit.name)
		if !ok {
			continue
		}
		seconds, ok := value.(float64)
		if !ok {
			return ErrToken
		}
		if left := float64(now.UnixMilli()) - seconds*1000; left*limit.sign < 0 || math.IsNaN(left) {
			return ErrExpired
		}
	}
	return nil
}
