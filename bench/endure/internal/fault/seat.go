package fault

import (
	"fmt"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/process"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/traffic"
)

// Seat is the place of an instance: the process there may change.
type Seat struct {
	Site   *process.Site
	Target *traffic.Target

	instance   *process.Instance
	generation int
}

// Start starts the next process of the seat.
func (s *Seat) Start() error {
	s.generation++
	instance, err := s.Site.Start(s.generation)
	if err != nil {
		return err
	}
	s.instance = instance
	s.Target.Serve(instance.Address, instance.Control)
	return nil
}

// Instance is the process of the moment, nil before the first.
func (s *Seat) Instance() *process.Instance { return s.instance }

// Died says whether the process has ended by itself.
func (s *Seat) Died() error {
	select {
	case <-s.instance.Gone():
		return fmt.Errorf("endure: %s has ended by itself; see %s", s.Target.Name, s.Site.Log())
	default:
		return nil
	}
}
