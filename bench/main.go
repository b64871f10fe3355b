package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/internal/report"
)

func main() {
	gin.SetMode(gin.ReleaseMode)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run does what the arguments say. The report goes to out, progress to log.
func run(ctx context.Context, args []string, out, log io.Writer) error {
	o, err := parse(args, log)
	if err != nil {
		return err
	}
	started := time.Now()
	result := &report.Run{
		Date: started, Command: o.command(), Machine: machine(), Versions: versions(o.rivals), Rounds: o.rounds, Window: o.window,
	}
	before := loadAverage()
	if err := inProcess(ctx, o, result, log); err != nil {
		return err
	}
	result.Machine = append(result.Machine, report.Fact{Name: "load average before", Value: before},
		report.Fact{Name: "load average after", Value: loadAverage()},
		report.Fact{Name: "took", Value: time.Since(started).Round(time.Second).String()})
	return publish(o, result, out)
}
