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
	started := time.Now()
	result := &report.Run{
		Date: started, Command: o.command(), Machine: machine(), Versions: versions(o.rivals),
		Window: o.window, Load: o.load,
	}
	before := loadAverage()
	if o.inProcess {
		result.Rounds = o.rounds
		if err := errors.Join(inProcess(ctx, o, result, progress), grow(ctx, o, result, progress)); err != nil {
			return err
		}
	}
	if o.loopback {
		result.Loads = o.loads
		if err := loopback(ctx, o, result, progress); err != nil {
			return err
		}
	}
	result.Machine = append(result.Machine, report.Fact{Name: "load average before", Value: before},
		report.Fact{Name: "load average after", Value: loadAverage()},
		report.Fact{Name: "took", Value: time.Since(started).Round(time.Second).String()})
	result.Busy = busy(before, loadAverage())
	return publish(o, result, out)
}
