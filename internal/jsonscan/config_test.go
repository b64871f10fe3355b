package jsonscan_test

import (
	"reflect"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
)

// TestOptionsNeedKeys checks that a literal of Options without field names does not compile, so that fields can be added.
func TestOptionsNeedKeys(t *testing.T) {
	t.Parallel()
	first := reflect.TypeFor[jsonscan.Options]().Field(0)
	if first.Name != "_" || first.Type.Size() != 0 {
		t.Errorf("the first field is %s of %d bytes", first.Name, first.Type.Size())
	}
}
