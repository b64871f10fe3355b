package report

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
	"github.com/gin-apiroutes/apiroutes/bench/internal/stat"
)

// Bar is a contender in a chart.
type Bar struct {
	Name  string
	Value stat.Spread
}

// Panel is the bars of one job.
type Panel struct {
	Title string
	Bars  []Bar
}

// InProcessPanels has the times in process, relative to the yardstick's.
func InProcessPanels(run *Run) []Panel {
	panels := make([]Panel, 0, len(run.Jobs))
	for i := range run.Jobs {
		r := &run.Jobs[i]
		panel := Panel{Title: r.Job.String() + ": time, relative to " + r.Job.Yardstick + " (less is better)"}
		for _, entry := range r.InProcess {
			panel.Bars = append(panel.Bars, Bar{entry.Rival, r.ratio(entry.Rival, r.Job.Yardstick, wall)})
		}
		panels = append(panels, panel)
	}
	return panels
}

// SummaryPanels has ours and other packages for Gin, relative to Gin alone at the
// same jobs: what fits into a README.
func SummaryPanels(run *Run) []Panel {
	times := Panel{Title: "Time in process, relative to Gin alone (less is better)"}
	refusals := Panel{Title: "Refusals per second over loopback, relative to Gin alone (more is better)"}
	for i := range run.Jobs {
		r := &run.Jobs[i]
		for _, name := range []string{rival.Ours, job.Contrib, job.GinCache} {
			bar := Bar{Name: name + ": " + r.Job.Title, Value: r.ratio(name, job.Gin, wall)}
			times.Bars = append(times.Bars, bar)
			if r.Job.Want.Status >= 400 {
				bar.Value = r.loadRatio(name, job.Gin, throughput)
				refusals.Bars = append(refusals.Bars, bar)
			}
		}
	}
	return []Panel{times, refusals}
}

// LoopbackPanels has the answers per second, relative to the yardstick's.
func LoopbackPanels(run *Run) []Panel {
	panels := make([]Panel, 0, len(run.Jobs))
	for i := range run.Jobs {
		r := &run.Jobs[i]
		panel := Panel{Title: r.Job.String() + ": answers per second, relative to " + r.Job.Yardstick + " (more is better)"}
		for k := range r.Loopback {
			name := r.Loopback[k].Rival
			panel.Bars = append(panel.Bars, Bar{name, r.loadRatio(name, r.Job.Yardstick, throughput)})
		}
		panels = append(panels, panel)
	}
	return panels
}

// Sizes of a chart, in points.
const (
	chartWidth = 720 * vg.Length(1)
	barHeight  = 20 * vg.Length(1)
	barWidth   = 12 * vg.Length(1)
	frame      = 62 * vg.Length(1) // the title and the axis of a panel
)

var (
	oursColor   = color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff}
	othersColor = color.RGBA{R: 0xb8, G: 0xbd, B: 0xc4, A: 0xff}
	lineColor   = color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff}
)

// Chart draws panels below one another, as SVG. A panel's bars have the median
// as their length, which stands behind the name, and a line from the least to
// the greatest round; ours are blue. Panels without bars are left out; "" if there is none.
func Chart(panels []Panel) (string, error) {
	var drawn []Panel
	height := vg.Length(0)
	for _, panel := range panels {
		panel.Bars = withValue(panel.Bars)
		if len(panel.Bars) > 0 {
			drawn = append(drawn, panel)
			height += panel.height()
		}
	}
	if len(drawn) == 0 {
		return "", nil
	}
	picture := vgsvg.New(chartWidth, height)
	canvas := draw.New(picture)
	canvas.SetColor(color.White)
	canvas.Fill(canvas.Path())
	top := canvas.Max.Y
	for _, panel := range drawn {
		p, err := panel.plot()
		if err != nil {
			return "", err
		}
		bottom := top - panel.height()
		p.Draw(draw.Canvas{Canvas: canvas.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: canvas.Min.X + 6, Y: bottom + 8}, Max: vg.Point{X: canvas.Max.X - 14, Y: top - 6},
		}})
		top = bottom
	}
	var b bytes.Buffer
	if _, err := picture.WriteTo(&b); err != nil {
		return "", fmt.Errorf("bench: chart: %w", err)
	}
	return b.String(), nil
}

// withValue drops the bars of contenders that were not measured.
func withValue(bars []Bar) []Bar {
	var kept []Bar
	for _, bar := range bars {
		if !bar.Value.None() && !math.IsInf(bar.Value.Max, 0) {
			kept = append(kept, bar)
		}
	}
	return kept
}

func (p *Panel) height() vg.Length { return frame + vg.Length(len(p.Bars))*barHeight }

// plot is a panel: the first bar is the topmost.
func (p *Panel) plot() (*plot.Plot, error) {
	out := plot.New()
	out.Title.Text = p.Title
	out.Title.TextStyle.Font.Size = 11
	out.Title.Padding = 4
	out.Title.TextStyle.Font.Typeface, out.Title.TextStyle.Font.Variant = "Liberation", "Sans"
	out.X.Tick.Label.Font, out.Y.Tick.Label.Font = out.Title.TextStyle.Font, out.Title.TextStyle.Font
	out.X.Tick.Label.Font.Size, out.Y.Tick.Label.Font.Size = 8, 9
	longest, highest := 1.0, 1.0
	for _, bar := range p.Bars {
		longest, highest = math.Max(longest, bar.Value.Median), math.Max(highest, bar.Value.Max)
	}
	out.X.Min, out.X.Max = 0, math.Min(highest, 2*longest) // one bad round shall not make the rest small
	names, letters := make([]string, len(p.Bars)), 0
	for i, bar := range p.Bars {
		place := len(p.Bars) - 1 - i
		names[place] = fmt.Sprintf("%s  %.2f", bar.Name, bar.Value.Median)
		letters = max(letters, len(names[place]))
		if err := bar.add(out, float64(place)); err != nil {
			return nil, err
		}
	}
	yardstick, err := plotter.NewLine(plotter.XYs{{X: 1, Y: -0.5}, {X: 1, Y: float64(len(p.Bars)) - 0.5}})
	if err != nil {
		return nil, fmt.Errorf("bench: chart: %w", err)
	}
	yardstick.Color, yardstick.Dashes = lineColor, []vg.Length{4, 3}
	out.Add(yardstick)
	out.Y.Padding = 4 + 0.9*vg.Length(letters) // browsers may have a font that is wider
	out.NominalY(names...)
	out.Y.Min, out.Y.Max = -0.5, float64(len(p.Bars))-0.5
	return out, nil
}

// sans sets fonts that stay readable when the chart is small.
func sans(p *plot.Plot) {
	p.BackgroundColor = color.White
	font := p.Title.TextStyle.Font
	font.Typeface, font.Variant, font.Size = "Liberation", "Sans", 11
	p.Title.TextStyle.Font, p.Title.Padding = font, 4
	font.Size = 8
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Tick.Label.Font, axis.Label.TextStyle.Font = font, font
	}
}

func (b *Bar) add(p *plot.Plot, place float64) error {
	bars, err := plotter.NewBarChart(plotter.Values{b.Value.Median}, barWidth)
	if err != nil {
		return fmt.Errorf("bench: chart: %w", err)
	}
	bars.Horizontal, bars.XMin, bars.LineStyle.Width = true, place, 0
	bars.Color = othersColor
	if strings.HasPrefix(b.Name, rival.Ours) {
		bars.Color = oursColor
	}
	spread, err := plotter.NewLine(plotter.XYs{{X: b.Value.Min, Y: place}, {X: math.Min(b.Value.Max, p.X.Max), Y: place}})
	if err != nil {
		return fmt.Errorf("bench: chart: %w", err)
	}
	p.Add(bars, spread)
	return nil
}
