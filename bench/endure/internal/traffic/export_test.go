package traffic

import (
	"context"
	"errors"
)

// SendAll sends a request of each kind to a target, and returns by kind what is
// lost: "" for nothing, and the text of the error where there was no answer.
func (c *Crowd) SendAll(ctx context.Context, target *Target) map[string]string {
	found := make(map[string]string)
	v := c.visitor("t", 1)
	defer v.client.CloseIdleConnections()
	for _, k := range append(quick(), awkward()...) {
		v.target, v.on, v.id, v.status = target, target.running.Load(), "t-"+k.name[:1], 0
		err := k.send(ctx, v)
		var wrong *loss
		switch {
		case errors.As(err, &wrong):
			found[k.name] = string(wrong.class)
		case err != nil:
			found[k.name] = err.Error()
		default:
			found[k.name] = ""
		}
	}
	return found
}
