package redisstore

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// A page in Redis is
//
//	"APIR", 1 byte version, 4 bytes CRC-32C of what follows, fields
//
// and a field is a tag, a length, and as many bytes; tags, lengths and numbers
// are varints as in encoding/binary. Fields may repeat, and readers skip those
// that they don't know, so that a newer version may add some while older ones
// run. The key is the first.
const (
	magic      = "APIR\x01"
	headerSize = len(magic) + crc32.Size
)

const (
	tagKey = iota + 1
	tagURI
	tagVary
	tagStatus
	tagSplit
	tagHeader
	tagBody
	tagETag
	tagPageTag
	tagStored
	tagWindow
	tagExpire
	tagOrder
)

// The tags inside a header field.
const (
	tagName = iota + 1
	tagValue
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encode writes a page.
func encode(p *revalidate.Page) []byte {
	b := make([]byte, headerSize, headerSize+len(p.Key)+len(p.URI)+len(p.Body)+512)
	b = appendString(b, tagKey, p.Key)
	b = appendString(b, tagURI, p.URI)
	b = appendFields(b, tagVary, p.Vary)
	b = appendNumber(b, tagStatus, int64(p.Status))
	for _, name := range p.Splits {
		b = appendString(b, tagSplit, name)
	}
	b = appendFields(b, tagHeader, p.Header)
	b = appendString(b, tagETag, p.ETag)
	for _, name := range p.Tags {
		b = appendString(b, tagPageTag, name)
	}
	b = appendTime(b, tagStored, p.Stored)
	b = appendNumber(b, tagWindow, int64(p.Window))
	b = appendNumber(b, tagExpire, int64(p.Expire))
	b = appendNumber(b, tagOrder, int64(p.Order)) //nolint:gosec // the same 64 bits
	if p.Body != nil {
		b = appendField(b, tagBody, p.Body)
	}
	copy(b, magic)
	binary.BigEndian.PutUint32(b[len(magic):], crc32.Checksum(b[headerSize:], castagnoli))
	return b
}

func appendField(b []byte, tag uint64, value []byte) []byte {
	b = binary.AppendUvarint(b, tag)
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(b, value...)
}

func appendString(b []byte, tag uint64, value string) []byte {
	b = binary.AppendUvarint(b, tag)
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(b, value...)
}

func appendNumber(b []byte, tag uint64, n int64) []byte {
	return appendField(b, tag, binary.AppendVarint(nil, n))
}

// appendTime writes seconds and nanoseconds, as not every time has its
// nanoseconds since 1970 in 64 bits.
func appendTime(b []byte, tag uint64, t time.Time) []byte {
	value := binary.AppendVarint(nil, t.Unix())
	return appendField(b, tag, binary.AppendVarint(value, int64(t.Nanosecond())))
}

func appendFields(b []byte, tag uint64, fields []revalidate.Field) []byte {
	for _, field := range fields {
		value := appendString(nil, tagName, field.Name)
		for _, v := range field.Values {
			value = appendString(value, tagValue, v)
		}
		b = appendField(b, tag, value)
	}
	return b
}

var errDamaged = errors.New("redisstore: what is stored is not a page")

// decode reads a page. What it returns shares the memory of b. Nothing is
// allocated for a length before that many bytes have been seen, and only a page
// with the right key and checksum is returned.
func decode(b []byte, key string) (*revalidate.Page, error) {
	if len(b) < headerSize || string(b[:len(magic)]) != magic ||
		binary.BigEndian.Uint32(b[len(magic):]) != crc32.Checksum(b[headerSize:], castagnoli) {
		return nil, errDamaged
	}
	p := new(revalidate.Page)
	err := eachField(b[headerSize:], func(tag uint64, value []byte) error { return decodeField(p, tag, value) })
	if err != nil || p.Key != key {
		return nil, errDamaged
	}
	return p, nil
}

func decodeField(p *revalidate.Page, tag uint64, value []byte) (err error) {
	switch tag {
	case tagKey:
		p.Key = string(value)
	case tagURI:
		p.URI = string(value)
	case tagVary:
		p.Vary, err = decodeHeader(p.Vary, value)
	case tagStatus:
		return decodeNumber(&p.Status, value)
	case tagSplit:
		p.Splits = append(p.Splits, string(value))
	case tagHeader:
		p.Header, err = decodeHeader(p.Header, value)
	case tagBody:
		p.Body = value
	case tagETag:
		p.ETag = string(value)
	case tagPageTag:
		p.Tags = append(p.Tags, string(value))
	case tagStored:
		return decodeTime(&p.Stored, value)
	case tagWindow:
		return decodeNumber(&p.Window, value)
	case tagExpire:
		return decodeNumber(&p.Expire, value)
	case tagOrder:
		return decodeNumber(&p.Order, value)
	}
	return err
}

func decodeHeader(fields []revalidate.Field, b []byte) ([]revalidate.Field, error) {
	var field revalidate.Field
	err := eachField(b, func(tag uint64, value []byte) error {
		switch tag {
		case tagName:
			field.Name = string(value)
		case tagValue:
			field.Values = append(field.Values, string(value))
		}
		return nil
	})
	return append(fields, field), err
}

func decodeNumber[T ~int | ~int64 | ~uint64](to *T, b []byte) error {
	n, size := binary.Varint(b)
	if size != len(b) || size == 0 {
		return errDamaged
	}
	*to = T(n)
	return nil
}

func decodeTime(to *time.Time, b []byte) error {
	seconds, size := binary.Varint(b)
	if size <= 0 {
		return errDamaged
	}
	var nanoseconds int64
	if err := decodeNumber(&nanoseconds, b[size:]); err != nil {
		return err
	}
	*to = time.Unix(seconds, nanoseconds)
	return nil
}

// eachField calls f with each field of b, which is never longer than b.
func eachField(b []byte, f func(tag uint64, value []byte) error) error {
	for len(b) > 0 {
		tag, size := binary.Uvarint(b)
		if size <= 0 {
			return errDamaged
		}
		b = b[size:]
		length, size := binary.Uvarint(b)
		if size <= 0 || length > uint64(len(b[size:])) {
			return errDamaged
		}
		b = b[size:]
		if err := f(tag, b[:length:length]); err != nil {
			return err
		}
		b = b[length:]
	}
	return nil
}
