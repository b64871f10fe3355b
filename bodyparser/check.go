package bodyparser

import (
	"errors"
	"strings"

	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
	"github.com/gin-apiroutes/apiroutes/querystring"
)

// check refuses what the handler must not see, by the kind of the body.
func (st *state) check() error {
	switch st.kind {
	case kindJSON:
		if len(st.text) == 0 {
			return nil // counts as {}
		}
		if st.unchecked = st.checkedByDecoding(); st.unchecked {
			return nil
		}
		return st.parser.checkJSON(st.text)
	case kindForm:
		var err error
		st.form, err = querystring.Parse(string(st.text), st.parser.maxParams)
		return tooMany(err)
	case kindNone, kindText, kindBinary:
	}
	return nil
}

// checkJSON scans the whole text, so that it does not matter which JSON package Gin was built with.
func (s *settings) checkJSON(text []byte) error {
	err := jsonscan.Check(text, s.json)
	if err == nil {
		return nil
	}
	return &SyntaxError{Detail: visible(strings.TrimPrefix(err.Error(), "jsonscan: ")), err: err}
}

func tooMany(err error) error {
	if e, ok := errors.AsType[*querystring.TooManyError](err); ok {
		return &TooManyParamsError{Limit: e.Limit}
	}
	return err
}
