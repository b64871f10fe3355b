package bodyparser_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// Messages say what to send, with the unit of the kind.
func TestMessages(t *testing.T) {
	type rules struct {
		Min    string         `json:"min" binding:"min=2"`
		Max    []int          `json:"max" binding:"max=1"`
		Len    map[string]int `json:"len" binding:"len=1"`
		Gt     int            `json:"gt" binding:"gt=5"`
		Eq     string         `json:"eq" binding:"eq=x"`
		One    string         `json:"one" binding:"oneof=a b"`
		Mail   string         `json:"mail" binding:"email"`
		Addr   string         `json:"addr" binding:"eth_addr"`
		Param  string         `json:"param" binding:"endsnotwith=x"`
		Same   string         `json:"same" binding:"eqfield=Eq"`
		Unique []int          `json:"unique" binding:"unique"`
	}
	want := strings.Join([]string{
		"/min min min 2: must be 2 or more characters",
		"/max max max 1: must be 1 or less items",
		"/len len len 1: must be exactly 1 items",
		"/gt gt gt 5: must be more than 5",
		"/eq eq eq x: must be x",
		"/one one oneof a b: must be one of: a b",
		"/mail mail email : must be an email address",
		"/addr addr eth_addr : must satisfy eth_addr",
		"/param param endsnotwith x: must satisfy endsnotwith=x",
		"/same same eqfield Eq: must be equal to Eq",
		"/unique unique unique : must not contain a value twice",
	}, "\n")
	s := server(t, must(t, bodyparser.Config{}), binder[rules])
	if a := post(t, s, jsonType, `{"max":[1,2],"param":"x","same":"y","unique":[1,1]}`); a.body != want {
		t.Errorf("got\n%s\nwant\n%s", a.body, want)
	}
}

// Errors begin with the name of the package, say what to do and have a status.
func TestErrorTexts(t *testing.T) {
	for text, err := range map[string]interface {
		error
		StatusCode() int
	}{
		"500 bodyparser: no parser on GET /a\\n; add bodyparser.Must(bodyparser.Config{}) or the package middleware to the route":  &bodyparser.NoParserError{Route: "GET /a\n"},
		"415 bodyparser: cannot bind a body of type a/b; send JSON or a form":                                                      &bodyparser.UnsupportedTypeError{MediaType: "a/b"},
		"413 bodyparser: the body inflates to more than 5 times its size; send it with less compression or raise Inflate.MaxRatio": &bodyparser.RatioError{Limit: 5},
		"400 bodyparser: /a is required; body must be an object":                                                                   &bodyparser.BindError{Faults: []bodyparser.Fault{{Pointer: "/a", Message: "is required"}, {Message: "must be an object"}}},
	} {
		if got := strings.Join([]string{statusText(err.StatusCode()), err.Error()}, " "); got != text {
			t.Errorf("got  %s\nwant %s", got, text)
		}
	}
}

func statusText(code int) string {
	return string([]byte{byte('0' + code/100), byte('0' + code/10%10), byte('0' + code%10)})
}

type embedsPointer struct {
	*inner
}

// A type that no JSON package can fill is a fault without a place. What the package said is for the log, not for the client.
func TestFaultOfTheType(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
		_, err := bodyparser.Bind[embedsPointer](c)
		if err == nil {
			c.String(200, "a package that can") // some do
			return
		}
		if !strings.Contains(err.Error(), "body does not have the right form: ") || errors.Unwrap(err) == nil {
			t.Error(err)
		}
		bodyparser.PlainText(c, err)
	})
	if a := post(t, s, jsonType, `{"name":"x"}`); a.status == 400 && a.body != "body does not have the right form" {
		t.Errorf("got %d %s", a.status, a.body)
	}
}

// Of two embedded fields with one name neither counts, as for encoding/json; a tagged one wins.
func TestFieldsThatHideEachOther(t *testing.T) {
	type A struct {
		X int
		Y int
		Z int `json:"z"`
	}
	type B struct {
		X int
		Y int `json:"Y"`
	}
	type both struct {
		A
		B
		Z string `json:"z"`
		Q string
	}
	s := server(t, must(t, bodyparser.Config{JSON: bodyparser.JSONConfig{DisallowUnknownFields: true}}), func(c *gin.Context) {
		_, err := bodyparser.Bind[both](c)
		show(c, nil, err)
	})
	for body, want := range map[string]string{
		`{"X":1,"q":5}`: "/X X unknown : is not a known field\n/Q Q type string: must be a string",
		`{"Y":"a"}`:     "/Y Y type integer: must be an integer",
		`{"z":5}`:       "/z z type string: must be a string",
	} {
		if a := post(t, s, jsonType, body); a.body != want {
			t.Errorf("%s: got %s, want %s", body, a.body, want)
		}
	}
}
