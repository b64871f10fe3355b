package traffic

import (
	"context"
	"fmt"
	"sync"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
)

// Size is how many visitors there are of each sort.
type Size struct{ Quick, Awkward, Editors int }

// Run sends requests until ctx ends and all of them have their answers.
func (c *Crowd) Run(ctx context.Context, size Size) {
	var running sync.WaitGroup
	number := 0
	begin := func(sort string, count int, do func(*visitor)) {
		for i := range count {
			number++
			v := c.visitor(fmt.Sprintf("%s%d", sort, i), number)
			running.Go(func() { do(v) })
		}
	}
	begin("q", size.Quick, func(v *visitor) { v.visit(ctx, quick()) })
	begin("a", size.Awkward, func(v *visitor) { v.visit(ctx, awkward()) })
	// While Redis is away, much may come together that is to be looked at.
	todo := make(chan edited, 100_000)
	begin("e", size.Editors, func(v *visitor) { v.edit(ctx, todo) })
	begin("v", size.Editors, func(v *visitor) { v.verify(ctx, todo) })
	running.Wait()
}

// Warm sends each target some requests of each kind and asks for all pages, so
// that what it holds from then on is what it always holds.
func (c *Crowd) Warm(ctx context.Context, target *Target) {
	var running sync.WaitGroup
	for i, kinds := range [][]kind{quick(), awkward()} {
		v := c.visitor(fmt.Sprintf("w%d", i), -1-i)
		running.Go(func() {
			for range 3 {
				for j := range kinds {
					v.one(ctx, &kinds[j], target)
				}
			}
			for number := range subject.Pages {
				v.look(ctx, target, number)
			}
			v.client.CloseIdleConnections()
		})
	}
	running.Wait()
}

// Refresh revalidates every page on one target, as an operator does after
// trouble.
func (c *Crowd) Refresh(ctx context.Context, target *Target) {
	const atOnce = 8
	var running sync.WaitGroup
	for first := range atOnce {
		v := c.visitor(fmt.Sprintf("r%d", first), -100-first)
		running.Go(func() {
			for number := first; number < subject.Pages; number += atOnce {
				v.revalidate(ctx, target, byPath, "path="+pagePath(number), []int{number})
			}
			v.client.CloseIdleConnections()
		})
	}
	running.Wait()
}
