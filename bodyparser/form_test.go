package bodyparser_test

import (
	"errors"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

type upper string

func (u *upper) UnmarshalParam(s string) error {
	if s == "bad" {
		return errors.New("bad")
	}
	*u = upper(strings.ToUpper(s))
	return nil
}

type point [2]byte

func (p *point) UnmarshalText(b []byte) error {
	if len(b) != 2 {
		return errors.New("two bytes")
	}
	copy(p[:], b)
	return nil
}

type city struct {
	City string `form:"city" binding:"max=5"`
}

type Street struct {
	Street string `form:"street"`
}

type everything struct {
	S       string
	I       int           `form:"i"`
	I8      int8          `form:"i8"`
	U       uint16        `form:"u"`
	F       float32       `form:"f"`
	B       bool          `form:"b"`
	P       *int          `form:"p"`
	PP      **string      `form:"pp"`
	L       []int         `form:"l"`
	LP      []*int        `form:"lp"`
	A       [2]string     `form:"a"`
	CSV     []string      `form:"csv" collection_format:"csv"`
	Pipes   []int         `form:"pipes" collection_format:"pipes"`
	D       time.Duration `form:"d"`
	T       time.Time     `form:"t"`
	Date    time.Time     `form:"date" time_format:"2006-01-02" time_utc:"1"`
	Zone    time.Time     `form:"zone" time_format:"2006-01-02 15:04" time_location:"Europe/Berlin"`
	Unix    time.Time     `form:"unix" time_format:"unix"`
	Milli   time.Time     `form:"milli" time_format:"unixmilli"`
	Micro   time.Time     `form:"micro" time_format:"unixMicro"`
	Nano    time.Time     `form:"nano" time_format:"unixnano"`
	Def     int           `form:"def,default=7"`
	DefL    []int         `form:"defl,default=1;2"`
	Upper   upper         `form:"upper"`
	Uppers  []upper       `form:"uppers"`
	Point   point         `form:"point"`
	Level   level         `form:"level"`
	Level2  level         `form:"level2,parser=encoding.TextUnmarshaler"`
	Home    city
	Work    *city          `form:"work"`
	JSON    city           `form:"json"`
	Map     map[string]int `form:"map"`
	Skipped string         `form:"-"`
	Street
	hidden string   //nolint:unused // that it stays empty is tested
	Chan   chan int `form:"chan"`
}

// Fields are filled as Gin fills them, in all kinds.
func TestForm(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
		v, err := bodyparser.Bind[everything](c)
		if err == nil {
			for _, at := range []*time.Time{&v.T, &v.Date, &v.Zone, &v.Unix, &v.Milli, &v.Micro, &v.Nano} {
				if !at.IsZero() {
					c.String(200, at.UTC().Format(time.RFC3339Nano))
					return
				}
			}
		}
		out := map[string]any{}
		for name, value := range map[string]any{
			"S": v.S, "i": v.I, "i8": v.I8, "u": v.U, "f": v.F, "b": v.B, "l": v.L, "a": v.A, "csv": v.CSV, "pipes": v.Pipes, "d": v.D,
			"upper": v.Upper, "uppers": v.Uppers, "level": v.Level, "level2": v.Level2, "home": v.Home.City, "json": v.JSON.City, "street": v.Street.Street, "skipped": v.Skipped,
		} {
			if text := jsonOf(value); !slices.Contains([]string{"0", `""`, "false", "null", `["",""]`}, text) {
				out[name] = value
			}
		}
		if v.P != nil {
			out["p"] = *v.P
		}
		if v.PP != nil {
			out["pp"] = **v.PP
		}
		if v.LP != nil {
			out["lp"] = *v.LP[0]
		}
		if v.Work != nil {
			out["work"] = v.Work.City
		}
		if v.Point != (point{}) {
			out["point"] = string(v.Point[:])
		}
		if v.Map != nil {
			out["map"] = v.Map
		}
		if v.Def != 7 {
			out["def"] = v.Def
		}
		if err == nil && jsonOf(v.DefL) != "[1,2]" {
			out["defl"] = v.DefL
		}
		show(c, out, err)
	})
	for form, want := range map[string]string{
		"":                                 `{}`,
		"S=+x+":                            `{"S":" x "}`,
		"i=+5+&i8=-128&u=65535&f=1.5":      `{"f":1.5,"i":5,"i8":-128,"u":65535}`,
		"i=&f=&b=&d=&t=":                   `{}`,
		"b=1":                              `{"b":true}`,
		"p=5&pp=x&lp=6":                    `{"lp":6,"p":5,"pp":"x"}`,
		"l=1&l=2&a=x&a=y":                  `{"a":["x","y"],"l":[1,2]}`,
		"csv=a,b&csv=c&pipes=1|2":          `{"csv":["a","b","c"],"pipes":[1,2]}`,
		"d=1h30m":                          `{"d":5400000000000}`,
		"def=8&defl=9":                     `{"def":8,"defl":[9]}`,
		"def=":                             `{}`,
		"upper=x&uppers=a&uppers=b":        `{"upper":"X","uppers":["A","B"]}`,
		"point=ab&level=3&level2=high":     `{"level":3,"level2":9,"point":"ab"}`,
		"city=Rome":                        `{"home":"Rome","json":"Rome","work":"Rome"}`,
		`json={"City":"Oslo"}&map={"a":1}`: `{"json":"Oslo","map":{"a":1}}`,
		"street=x&Street=y&hidden=z&Skipped=z&-=z": `{"street":"x"}`,
		"t=2024-05-01T10:00:00Z":                   "2024-05-01T10:00:00Z",
		"date=2024-05-01":                          "2024-05-01T00:00:00Z",
		"zone=2024-05-01+12:00":                    "2024-05-01T10:00:00Z",
		"unix=1":                                   "1970-01-01T00:00:01Z",
		"milli=1":                                  "1970-01-01T00:00:00.001Z",
		"micro=1":                                  "1970-01-01T00:00:00.000001Z",
		"nano=1":                                   "1970-01-01T00:00:00.000000001Z",

		"i=x":             "/i i type integer: must be an integer",
		"i=1.5":           "/i i type integer: must be an integer",
		"i8=128":          "/i8 i8 range : is out of range",
		"u=-1":            "/u u range : is out of range",
		"u=-x":            "/u u type integer: must be an integer",
		"f=x":             "/f f type number: must be a number",
		"f=1e99":          "/f f range : is out of range",
		"b=maybe":         "/b b type boolean: must be a boolean",
		"l=1&l=x":         "/l/1 l type integer: must be an integer",
		"a=x":             "/a a type : must be exactly 2 values",
		"d=soon":          `/d d type duration such as "1h30m": must be a duration such as "1h30m"`,
		"t=soon":          "/t t type time such as 2006-01-02T15:04:05Z07:00: must be a time such as 2006-01-02T15:04:05Z07:00",
		"unix=soon":       "/unix unix type integer: must be an integer",
		"upper=bad":       "/upper upper type : does not have the right form",
		"point=abc":       "/point point type : does not have the right form",
		"level2=low":      "/level2 level2 type : does not have the right form",
		"json={":          "/json json type JSON value of the right form: must be a JSON value of the right form",
		"json=[]":         "/json json type JSON value of the right form: must be a JSON value of the right form",
		"chan=x":          "/chan chan type : cannot be decoded",
		"city=Amsterdam":  "/city city max 5: must be 5 or less characters\n/city city max 5: must be 5 or less characters\n/city city max 5: must be 5 or less characters",
		"i=x&b=x&u=70000": "/i i type integer: must be an integer\n/u u range : is out of range\n/b b type boolean: must be a boolean",
	} {
		if a := post(t, s, formType, form); a.body != want {
			t.Errorf("%s\ngot  %s\nwant %s", form, a.body, want)
		}
	}
}

func TestFormIntoMaps(t *testing.T) {
	one := server(t, must(t, bodyparser.Config{}), binder[map[string]string])
	all := server(t, must(t, bodyparser.Config{}), binder[url.Values])
	bad := server(t, must(t, bodyparser.Config{}), binder[map[int]string])
	bad2 := server(t, must(t, bodyparser.Config{}), binder[map[string]int])
	if a := post(t, one, formType, "a=1&a=2&b="); a.body != `{"a":"1","b":""}` {
		t.Error(a.body)
	}
	if a := post(t, all, formType, "a=1&a=2&b="); a.body != `{"a":["1","2"],"b":[""]}` {
		t.Error(a.body)
	}
	for _, s := range []string{bad.URL, bad2.URL} {
		if a := send(t, "POST", s, strings.NewReader("a=1"), "Content-Type", formType); a.status != 500 {
			t.Errorf("got %d %s", a.status, a.body)
		}
	}
}

// S23: an index in a name is a name. Nothing is allocated by it, and a type that contains itself has an end.
func TestFormIndexesAllocateNothing(t *testing.T) {
	type list struct {
		Items []struct {
			Name string `form:"name"`
		} `form:"items"`
		L []int `form:"l"`
	}
	s := server(t, must(t, bodyparser.Config{}), binder[list])
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, form := range []string{"items[999999999].name=x", "items.999999999=x", "l[999999999]=1", "l.-1=5", "items[-1]=", "l[999999999999999999999]=1"} {
		if a := post(t, s, formType, form); a.body != `{"Items":null,"L":null}` {
			t.Errorf("%s: got %s", form, a.body)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("%d bytes were allocated", grown)
	}
	deep := server(t, must(t, bodyparser.Config{JSON: bodyparser.JSONConfig{MaxDepth: 10}}), binder[struct {
		M map[string]any `form:"m"`
	}])
	if a := post(t, deep, formType, "m="+url.QueryEscape(`{"a":`+strings.Repeat("[", 10)+strings.Repeat("]", 10)+`}`)); a.status != 400 {
		t.Errorf("JSON in a form is not held to the depth: %d %s", a.status, a.body)
	}
}
