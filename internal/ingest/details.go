package ingest

import (
	"encoding/json"

	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
)

// Details is what was found in an article besides what it says, kept for the editor. Its JSON is the store's "found".
type Details struct {
	Found      []extract.Found     `json:"found,omitempty"`      // every candidate for every field, in order of trust
	Quotations []extract.Quotation `json:"quotations,omitempty"` // of the text
	Leads      []extract.Lead      `json:"leads,omitempty"`      // pointers to other stories
	Checks     []exchange.Record   `json:"checks,omitempty"`     // fact-checks that the page's markup states, of its own publisher
	Refused    []string            `json:"refused,omitempty"`    // fact-checks in the markup that cannot be taken, and why
	Wall       *extract.Wall       `json:"wall,omitempty"`
}

// DetailsOf gathers the details of a reading of the page at an address; pasted text may have none.
func DetailsOf(r extract.Reading, page string) Details {
	d := Details{Found: r.Found, Quotations: r.Quotations, Leads: r.Leads}
	if r.Wall.Kind != extract.WallNone {
		d.Wall = &r.Wall
	}
	d.setChecks(r, page)
	return d
}

// ReadDetails reads the store's "found"; an article that was imported has none.
func ReadDetails(found json.RawMessage) (Details, error) {
	var d Details
	if len(found) == 0 {
		return d, nil
	}
	return d, json.Unmarshal(found, &d)
}

// setChecks takes over the fact-checks of the page's own publisher. Markup may say anything: one that claims to be
// somebody else's is not theirs because a page says so.
func (d *Details) setChecks(r extract.Reading, page string) {
	for _, review := range r.Checks {
		record, err := exchange.FromReview(review, exchange.Options{})
		if err != nil {
			d.Refused = append(d.Refused, err.Error())
			continue
		}
		at, err := canonurl.Parse(record.ReviewURL)
		here, perr := canonurl.Parse(page)
		if err != nil || perr != nil || !canonurl.SameSite(at, here) {
			d.Refused = append(d.Refused, "the page states a fact-check of another site, "+record.Publisher.Site)
			continue
		}
		d.Checks = append(d.Checks, record)
	}
}

// JSON returns the details, at most as many bytes as the store takes: quotations go first, then candidates that were not
// chosen, then pointers to other stories from the end.
func (d Details) JSON() json.RawMessage {
	for _, shorten := range []func(){
		func() {},
		func() { d.Quotations = nil },
		func() { d.Found = chosen(d.Found) },
		func() { d.Leads = d.Leads[:min(len(d.Leads), 50)] },
		func() { d.Checks, d.Refused = d.Checks[:min(len(d.Checks), 5)], nil },
		func() { d.Checks, d.Leads = nil, nil },
	} {
		shorten()
		if b, err := json.Marshal(d); err == nil && len(b) <= factcheck.MaxFound {
			return b
		}
	}
	return nil
}

func chosen(all []extract.Found) []extract.Found {
	var out []extract.Found
	for _, f := range all {
		if f.Chosen {
			out = append(out, f)
		}
	}
	return out
}
