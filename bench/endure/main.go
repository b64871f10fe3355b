package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
)

func main() {
	gin.SetMode(gin.ReleaseMode)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, log.New(os.Stderr, "", log.Ltime))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// errLost is what a run ends with that has lost something.
var errLost = errors.New("endure: something got lost; the report says what")

// run does what the arguments say. The report goes to out if they don't name a
// file.
func run(ctx context.Context, args []string, out io.Writer, progress *log.Logger) error {
	if len(args) == 2 && args[0] == "serve" { // how the harness starts itself as an instance
		var config subject.Config
		if err := json.Unmarshal([]byte(args[1]), &config); err != nil {
			return fmt.Errorf("endure: serve: %w", err)
		}
		return subject.Run(ctx, config, os.Stdin, out)
	}
	o, err := parse(args, progress)
	if err != nil {
		return err
	}
	r, err := begin(ctx, o, progress)
	if err != nil {
		return err
	}
	err = r.all(ctx)
	r.end()
	if err != nil {
		return err
	}
	if err := r.publish(out); err != nil {
		return err
	}
	if sums := r.ledger.Sums(); sums.Total() > 0 {
		return errLost
	}
	return nil
}
