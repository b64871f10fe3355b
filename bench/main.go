package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/internal/report"
	"github.com/gin-apiroutes/apiroutes/bench/internal/serve"
)

func main() {
	gin.SetMode(gin.ReleaseMode)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, log.New(os.Stderr, "", 0))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run does what the arguments say. The report goes to out.
func run(ctx context.Context, args []string, out io.Writer, progress *log.Logger) error {
	if len(args) == 3 && args[0] == "serve" { // how the harness starts itself as a contender
		return serve.Run(ctx, args[1], args[2], os.Stdin, out)
	}
	o, err := parse(args, progress)
	if err != nil {
		return err
	}
	if err := o.present(ctx, progress); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.timeout, fmt.Errorf("bench: not ready within -timeout %v", o.timeout))
	defer cancel()
	started, before := time.Now(), loadAverage()
	s := &session{o: o, progress: progress, result: &report.Run{
		Date: started, Command: o.command(), Machine: machine(), Versions: versions(o.rivals),
		Runs: o.runs, Rounds: o.rounds, Window: o.window, Load: o.load,
	}}
	if err := s.measure(ctx); err != nil {
		return err
	}
	after := loadAverage()
	s.result.Machine = append(s.result.Machine, report.Fact{Name: "load average before", Value: before},
		report.Fact{Name: "load average after", Value: after},
		report.Fact{Name: "took", Value: time.Since(started).Round(time.Second).String()})
	s.result.Busy = busy(before, after)
	return errors.Join(publish(o, s.result, out), s.failed)
}
