package report

import (
	"bytes"
	"fmt"
	"image/color"
	"strconv"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/gin-apiroutes/apiroutes/bench/internal/growth"
)

// grown writes what more patterns and more pages cost.
func grown(b *strings.Builder, run *Run) {
	if len(run.Patterns)+len(run.Pages) == 0 {
		return
	}
	b.WriteString("## As the work grows\n\n")
	if len(run.Patterns) > 0 {
		header(b, "patterns:", "mount, µs:", "mount, µs for one:", "a request to a catch-all, ns:")
		for _, p := range run.Patterns {
			row(b, number(float64(p.Number)), number(micro(p.Mount)), number(micro(p.Mount)/float64(p.Number)), number(float64(p.Match.Nanoseconds())))
		}
		b.WriteByte('\n')
	}
	if len(run.Pages) > 0 {
		fmt.Fprintf(b, "Pages have bodies of %d bytes.\n\n", growth.BodySize)
		header(b, "pages:", "bytes of memory for one:", "render and keep one, ns:", "answer from the cache, ns:")
		for _, p := range run.Pages {
			row(b, number(float64(p.Number)), number(p.Bytes), number(float64(p.Render.Nanoseconds())), number(float64(p.Hit.Nanoseconds())))
		}
		b.WriteByte('\n')
	}
}

func micro(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

// curve is a quantity that grows, or does not.
type curve struct {
	title, x, y string
	points      plotter.XYs
}

// GrowthChart draws what more work costs, as SVG with logarithmic axes; "" if
// nothing was measured.
func GrowthChart(run *Run) (string, error) {
	mount, match := make(plotter.XYs, 0, len(run.Patterns)), make(plotter.XYs, 0, len(run.Patterns))
	memory := make(plotter.XYs, 0, len(run.Pages))
	for _, p := range run.Patterns {
		mount = append(mount, plotter.XY{X: float64(p.Number), Y: micro(p.Mount)})
		match = append(match, plotter.XY{X: float64(p.Number), Y: float64(p.Match.Nanoseconds())})
	}
	for _, p := range run.Pages {
		memory = append(memory, plotter.XY{X: float64(p.Number), Y: p.Bytes})
	}
	var curves []curve
	for _, c := range []curve{
		{"Mounting patterns", "patterns", "µs", mount},
		{"Routing a request", "patterns", "ns", match},
		{"Memory of a page", "pages", "bytes", memory},
	} {
		if len(c.points) > 1 {
			curves = append(curves, c)
		}
	}
	if len(curves) == 0 {
		return "", nil
	}
	const height = 220
	picture := vgsvg.New(chartWidth, height)
	canvas := draw.New(picture)
	canvas.SetColor(color.White)
	canvas.Fill(canvas.Path())
	width := (canvas.Max.X - canvas.Min.X) / vg.Length(len(curves))
	for i, c := range curves {
		p, err := c.plot()
		if err != nil {
			return "", err
		}
		left := canvas.Min.X + vg.Length(i)*width
		p.Draw(draw.Canvas{Canvas: canvas.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: left + 6, Y: canvas.Min.Y + 6}, Max: vg.Point{X: left + width - 14, Y: canvas.Max.Y - 8},
		}})
	}
	var b bytes.Buffer
	if _, err := picture.WriteTo(&b); err != nil {
		return "", fmt.Errorf("bench: chart: %w", err)
	}
	return b.String(), nil
}

func (c *curve) plot() (*plot.Plot, error) {
	p := plot.New()
	sans(p)
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = c.title, c.x, c.y
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(decades), plot.TickerFunc(decades)
	line, points, err := plotter.NewLinePoints(c.points)
	if err != nil {
		return nil, fmt.Errorf("bench: chart: %w", err)
	}
	line.Color, points.Color, points.Shape = oursColor, oursColor, draw.CircleGlyph{}
	line.Width = 1.5
	p.Add(line, points)
	low, high := p.Y.Min, p.Y.Max
	p.Y.Min, p.Y.Max = 1, 10
	for p.Y.Max < high*1.5 {
		p.Y.Max *= 10
	}
	for p.Y.Min*10 < low {
		p.Y.Min *= 10
	}
	return p, nil
}

// decades marks the powers of ten.
func decades(least, most float64) []plot.Tick {
	var ticks []plot.Tick
	for v := 1.0; v <= most*1.001; v *= 10 {
		if v >= least*0.999 {
			ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 6, 64)})
		}
	}
	return ticks
}
