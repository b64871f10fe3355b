package bodyparser

import "strings"

// kind is what a media type is parsed as.
type kind uint8

const (
	kindNone   kind = iota // no body and no type
	kindJSON               // a JSON value
	kindForm               // name=value pairs
	kindText               // a string
	kindBinary             // bytes
)

// kindOf follows Next.js, where everything but JSON and forms is text, except for types whose bytes are no text.
func kindOf(mediaType string) kind {
	switch mediaType {
	case "application/json", "application/ld+json":
		return kindJSON
	case "application/x-www-form-urlencoded":
		return kindForm
	}
	if isBinary(mediaType) {
		return kindBinary
	}
	return kindText
}

// isBinary decides by the type alone, so that the type that Body returns does not depend on the bytes sent.
func isBinary(mediaType string) bool {
	top, sub, _ := strings.Cut(mediaType, "/")
	switch suffix := sub[strings.LastIndexByte(sub, '+')+1:]; suffix {
	case "json", "xml", "yaml":
		return false // image/svg+xml
	case "cbor", "fastinfoset", "gzip", "protobuf", "wbxml", "zip", "zstd":
		return true
	}
	switch top {
	case "multipart", "image", "audio", "video", "font":
		return true
	case "application":
		return binaryApplications[sub] || strings.HasPrefix(sub, "grpc") ||
			strings.HasPrefix(sub, "vnd.openxmlformats-") || strings.HasPrefix(sub, "vnd.oasis.opendocument.")
	}
	return false
}

var binaryApplications = set(
	"avro", "bson", "cbor", "cose", "cwt", "epub", "fits", "geopackage", "gzip", "java-archive", "msgpack", "msword",
	"octet-stream", "ogg", "pdf", "pkcs10", "pkcs12", "pkcs7-mime", "pkcs7-signature", "pkix-cert", "protobuf", "timestamp-query",
	"vnd.android.package-archive", "vnd.apache.arrow.file", "vnd.apache.arrow.stream", "vnd.apache.avro", "vnd.apache.parquet",
	"vnd.apache.thrift.binary", "vnd.apache.thrift.compact", "vnd.google.protobuf", "vnd.ms-excel", "vnd.ms-fontobject",
	"vnd.ms-powerpoint", "vnd.msgpack", "vnd.rar", "vnd.sqlite3", "wasm", "x-7z-compressed", "x-avro", "x-bzip", "x-bzip2",
	"x-gzip", "x-msdownload", "x-msgpack", "x-parquet", "x-protobuf", "x-rar-compressed", "x-sqlite3", "x-tar", "x-xz",
	"x-zip-compressed", "zip", "zstd",
)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}
