package api

import (
	"context"

	"github.com/touchstone-factcheck/touchstone/internal/document"
)

// credit is whom a partner names for a document: the house as it calls itself now.
type credit struct {
	epoch   int64  // render epoch it was read at
	plain   string // its name
	name    []byte // the same inside a JSON string, without its quotation marks
	licence string
}

// learnCredit makes sure that documents are credited to the house under its name of now. It asks the store when that moved,
// and keeps what it has while the store cannot be asked.
func (a *API) learnCredit(ctx context.Context) error {
	now, known := a.cfg.Live.State(), a.credit.Load()
	if known != nil && (known.epoch == now.RenderEpoch || !now.Fresh) {
		return nil
	}
	p, err := a.cfg.Store.Publication(ctx)
	if err != nil {
		if known != nil {
			return nil // an older name is better than no answer
		}
		return err
	}
	a.credit.Store(&credit{epoch: p.RenderEpoch, plain: p.Name, name: document.CreditName(p.Name), licence: p.Licence})
	return nil
}

// credited returns the credit; before learnCredit, nobody.
func (a *API) credited() credit {
	if c := a.credit.Load(); c != nil {
		return *c
	}
	return credit{}
}

// appendClaim appends a stored claim with its number, this house's address and how to credit it in their places.
func (a *API) appendClaim(dst, stored []byte, seq int64) []byte {
	return document.AppendCredited(dst, stored, a.cfg.PublicURL, seq, a.credited().name)
}

// room returns how many bytes a stored claim takes at most, about.
func (a *API) room(stored []byte) int { return len(stored) + len(stored)/8 + 512 }

// creditFor says whom to credit for what stands on a page.
func (a *API) creditFor(page string) string {
	if name := a.credited().plain; name != "" {
		return name + ", " + page
	}
	return page
}
