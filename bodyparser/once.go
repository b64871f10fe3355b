package bodyparser

import (
	"reflect"

	"github.com/gin-gonic/gin/codec/json"

	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
)

// checkedByDecoding tells whether the decoding into the declared type, which comes next, finds every fault that checkJSON would,
// so that a good body need not be gone through twice. A body that fails is checked all the same, for the words of its fault.
//
// A strict decoder does not look at what is behind the value.
func (st *state) checkedByDecoding() bool {
	s := &st.parser.settings
	return s.declared.decodes && !s.strict && usesStandard() && jsonscan.PassesIfValid(st.text, s.json)
}

// standard is the codec of Gin that calls encoding/json, which refuses what is not JSON before it fills anything or calls a method.
// It is nil if Gin was built with another codec: what such a one skips, or hands on to UnmarshalJSON, need not be JSON.
var standard = func() json.Core {
	ofGin := reflect.TypeFor[json.Core]().PkgPath()
	if json.Package != "encoding/json" || reflect.TypeOf(json.API).PkgPath() != ofGin {
		return nil
	}
	return json.API
}()

// usesStandard looks each time, because a program may set another codec.
func usesStandard() bool { return standard != nil && json.API == standard }
