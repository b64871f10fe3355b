package main_test

import (
	"bytes"
	"context"
	"log"
	"strings"
	"testing"

	endure "github.com/gin-apiroutes/apiroutes/bench/endure"
)

func TestSettingsThatAreRefused(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"-for 0s", "-for"},
		{"-uploads -1", "-uploads"},
		{"-visible -1s", "-visible"},
		{"-sabotage nothing,older", `no "nothing"`},
		{"now", `"now"`},
		{"-nonsense", "nonsense"},
	} {
		var text bytes.Buffer
		err := endure.Run(context.WithoutCancel(t.Context()), strings.Fields(tt.args), &text, log.New(&text, "", 0))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.args, err)
		}
	}
}
