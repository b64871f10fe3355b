package preview_test

import (
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/preview"
)

func TestNewKeys(t *testing.T) {
	t.Parallel()
	first, second := preview.NewKeys(), preview.NewKeys()
	if err := first.Check(); err != nil {
		t.Error(err)
	}
	if len(first.ID) != 32 || len(first.Signing) != 64 || len(first.Encryption) != 64 {
		t.Errorf("not of the sizes that next build makes: %+v", first)
	}
	if first.ID == second.ID || first.Signing == second.Signing || first.Encryption == second.Encryption || first.Signing == first.Encryption {
		t.Error("two secrets are equal")
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*preview.Keys)
		want   []string
	}{
		{"good", func(*preview.Keys) {}, nil},
		{"as short as can be", func(k *preview.Keys) {
			k.ID, k.Signing, k.Encryption = "0123456789abcdef", "0123456789abcdef", "0123456789abcdef"
		}, nil},
		{"empty", func(k *preview.Keys) { *k = preview.Keys{} }, []string{"previewModeId has 0", "previewModeSigningKey has 0", "previewModeEncryptionKey has 0"}},
		{"short", func(k *preview.Keys) { k.Signing = "0123456789abcde" }, []string{"previewModeSigningKey has 15 characters, write at least 16"}},
		{"blank in the id", func(k *preview.Keys) { k.ID = "158ec99209cd94f1 591e0b01e55773d7" }, []string{"only letters, digits"}},
		{"semicolon in the id", func(k *preview.Keys) { k.ID = "158ec99209cd94f1; Domain=evil" }, []string{"only letters, digits"}},
		{"line break in the id", func(k *preview.Keys) { k.ID = "158ec99209cd94f1\r\nX: y" }, []string{"only letters, digits"}},
		{"the other plain characters", func(k *preview.Keys) { k.ID = "Az09-._~Az09-._~" }, nil},
	} {
		k := keys
		c.change(&k)
		err := k.Check()
		if (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v does not say %q", c.name, err, part)
			}
		}
		if err != nil && len(k.ID) > 0 && strings.Contains(err.Error(), k.ID) {
			t.Errorf("%s: the message shows a secret: %v", c.name, err)
		}
	}
}

func TestParseManifest(t *testing.T) {
	t.Parallel()
	const inner = `"previewModeId":"158ec99209cd94f1591e0b01e55773d7","previewModeSigningKey":"4695f5741afe03df6c225f681ab26ebf65e09c4f5fbbf64ca8466044852f6e9c","previewModeEncryptionKey":"ef3996a7ab6161774c1db391c99c7cd9e9d5bef3b4d48fca5ca670ae6198c354"`
	for _, c := range []struct{ name, text, fault string }{
		{"prerender-manifest.json", `{"version":4,"routes":{},"preview":{` + inner + `}}`, ""},
		{"preview-props.json", `{` + inner + `}`, ""},
		{"empty", ``, "not a prerender-manifest.json"},
		{"half written", `{"version":4,"preview":{"previewModeId":"15`, "not a prerender-manifest.json"},
		{"another file", `{"version":3}`, `no object "preview"`},
		{"not an object", `[]`, "not a prerender-manifest.json"},
		{"keys missing", `{"preview":{"previewModeId":"158ec99209cd94f1591e0b01e55773d7"}}`, "previewModeSigningKey has 0"},
		{"of the development server", `{"preview":{"previewModeId":"development-id"}}`, "previewModeId has 14"},
	} {
		got, err := preview.ParseManifest([]byte(c.text))
		if c.fault == "" {
			if err != nil || got != keys {
				t.Errorf("%s: %+v, %v", c.name, got, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: %v does not say %q", c.name, err, c.fault)
		}
	}
}
