package webhook

import (
	"context"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Drain sends what is due now, and returns when nothing is.
func (h *Hooks) Drain(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = h.cfg.Store.QueueWebhooks(ctx, factcheck.System()); err != nil {
			return err
		}
	}
	for {
		lease, found, err := h.cfg.Store.TakeWebhook(ctx, factcheck.System(), h.cfg.Lease)
		if err != nil || !found {
			return err
		}
		h.serve(ctx, lease)
	}
}
