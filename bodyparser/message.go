package bodyparser

import (
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
)

// ruleMessage says in English what a rule of the validator wants.
func ruleMessage(fe validator.FieldError) string {
	rule, param := fe.Tag(), fe.Param()
	if m, ok := plainMessages[rule]; ok {
		return m
	}
	if m, ok := paramMessages[rule]; ok && param != "" {
		return strings.ReplaceAll(m, "#", visible(param)) + unitOf(rule, fe.Kind())
	}
	if param != "" {
		return "must satisfy " + rule + "=" + visible(param)
	}
	return "must satisfy " + rule
}

var plainMessages = map[string]string{
	"required":    "is required",
	"email":       "must be an email address",
	"url":         "must be a URL",
	"http_url":    "must be an http or https URL",
	"uri":         "must be a URI",
	"uuid":        "must be a UUID",
	"uuid4":       "must be a UUID of version 4",
	"ulid":        "must be a ULID",
	"alpha":       "must consist of letters",
	"alphanum":    "must consist of letters and digits",
	"ascii":       "must consist of ASCII characters",
	"number":      "must be a number",
	"numeric":     "must be a number",
	"boolean":     "must be true or false",
	"lowercase":   "must be in lower case",
	"uppercase":   "must be in upper case",
	"ip":          "must be an IP address",
	"ipv4":        "must be an IPv4 address",
	"ipv6":        "must be an IPv6 address",
	"cidr":        "must be a range of IP addresses",
	"hostname":    "must be a host name",
	"fqdn":        "must be a full domain name",
	"json":        "must be JSON",
	"jwt":         "must be a JSON Web Token",
	"base64":      "must be base64",
	"hexadecimal": "must be hexadecimal",
	"hexcolor":    "must be a colour such as #a1b2c3",
	"e164":        "must be a telephone number such as +4930123456",
	"unique":      "must not contain a value twice",
	"timezone":    "must be a time zone",
	"latitude":    "must be a latitude",
	"longitude":   "must be a longitude",
}

// paramMessages have the parameter in place of #. Those that compare a size get its unit.
var paramMessages = map[string]string{
	"min":                  "must be # or more",
	"gte":                  "must be # or more",
	"max":                  "must be # or less",
	"lte":                  "must be # or less",
	"gt":                   "must be more than #",
	"lt":                   "must be less than #",
	"len":                  "must be exactly #",
	"eq":                   "must be #",
	"ne":                   "must not be #",
	"oneof":                "must be one of: #",
	"eqfield":              "must be equal to #",
	"nefield":              "must differ from #",
	"contains":             "must contain #",
	"excludes":             "must not contain #",
	"startswith":           "must begin with #",
	"endswith":             "must end with #",
	"datetime":             "must be a time written as #",
	"required_if":          "is required if #",
	"required_unless":      "is required unless #",
	"required_with":        "is required together with #",
	"required_with_all":    "is required together with #",
	"required_without":     "is required without #",
	"required_without_all": "is required without #",
}

func unitOf(rule string, k reflect.Kind) string {
	switch rule {
	case "min", "gte", "max", "lte", "gt", "lt", "len", "eq", "ne":
	default:
		return ""
	}
	switch k {
	case reflect.String:
		if rule == "eq" || rule == "ne" {
			return ""
		}
		return " characters"
	case reflect.Slice, reflect.Array, reflect.Map:
		return " items"
	default:
		return ""
	}
}
