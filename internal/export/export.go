// Package export writes all that is public, as it stood at one moment, in the formats that partners take it in: the API's export,
// "touchstone export" and the frozen monthly editions are the same bytes. What is written comes from stored documents and from
// states masked as they may be shown today; nothing else can get into it.
package export

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// pageLength is how many claims are read at once.
const pageLength = 100

// Config says what an export is like.
type Config struct {
	Format    string      // ndjson, claimreview or csv
	House     store.House // who is credited, and under what licence
	PublicURL string      // of the house, without a final slash
	Logger    *slog.Logger
}

// Export is one export being written. It is not safe for concurrent use, and does not close what it reads from.
type Export struct {
	from   *store.Extract
	form   form
	last   factcheck.ClaimID
	claims int64
}

// form writes a format.
type form interface {
	begin() error
	claim(c store.ExtractedClaim) error
	// end ends the format; gone reads which claims are public no more, after a number.
	end(claims int64, gone func(after int64) ([]store.DatasetGone, error)) error
	history() bool // whether it needs states and events
}

// New begins an export of what from holds after a claim, the zero id for all, and writes its beginning to w. CodeInvalid for what
// is no format.
func New(w io.Writer, from *store.Extract, after factcheck.ClaimID, cfg Config) (*Export, error) {
	f, err := newForm(w, from.ExportHead, cfg)
	if err != nil {
		return nil, err
	}
	return &Export{from: from, form: f, last: after}, f.begin()
}

func newForm(w io.Writer, head store.ExportHead, cfg Config) (form, error) {
	switch cfg.Format {
	case exchange.FormatNDJSON:
		return &lines{w: w, head: head, licence: cfg.House.Licence, base: cfg.PublicURL, house: cfg.House.Name}, nil
	case exchange.FormatClaimReview:
		return &feed{w: w, base: cfg.PublicURL, log: cfg.Logger, info: claimreview.FeedInfo{
			Name: cfg.House.Name, URL: cfg.PublicURL + "/api/v1/export?format=claimreview", House: cfg.House.Name, HouseURL: cfg.PublicURL,
			Licence: cfg.House.Licence, At: head.At, Epoch: head.Epoch, Seq: head.Seq,
		}}, nil
	}
	rows, err := exchange.NewWriter(w, cfg.Format, cfg.info(head))
	return &table{w: rows, base: cfg.PublicURL}, err
}

func (cfg Config) info(head store.ExportHead) exchange.Info {
	return exchange.Info{
		Name: cfg.House.Name, URL: cfg.PublicURL, House: cfg.House.Name, HouseURL: cfg.PublicURL, Licence: cfg.House.Licence, At: head.At, Epoch: head.Epoch, Seq: head.Seq,
	}
}

// Next writes the next hundred claims, whole ones always, and after the last the end of the format; then it reports done. Its
// memory is that of those claims. After an error what was written is not whole, and goes on after Last.
func (e *Export) Next(ctx context.Context) (done bool, err error) {
	page, err := e.from.Page(ctx, e.last, pageLength, e.form.history())
	if err != nil {
		return false, err
	}
	for _, c := range page {
		if err := e.form.claim(c); err != nil {
			return false, fmt.Errorf("export %s: %w", c.Claim, err)
		}
		e.last = c.Claim
		e.claims++
	}
	if len(page) == pageLength {
		return false, nil
	}
	err = e.form.end(e.claims, func(after int64) ([]store.DatasetGone, error) { return e.from.Gone(ctx, after, store.MaxChanges) })
	return err == nil, err
}

// Claims returns how many claims were read so far.
func (e *Export) Claims() int64 { return e.claims }

// Last returns the id of the last claim that was written; the one it began after if none was.
func (e *Export) Last() factcheck.ClaimID { return e.last }
