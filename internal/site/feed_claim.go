package site

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// corrections is what the house corrected, each version once: its id is the version's, its date when it was published.
func (s *Site) corrections(ctx context.Context, h *house, cursor string) (feed, error) {
	f := feed{id: "urn:touchstone:corrections:" + h.Site, home: s.absolute("/corrections"), lang: h.lang}
	f.title = s.shell(h, "/corrections").T("nav.corrections") + " · " + h.Name
	docs, next, err := s.cfg.Store.CorrectedClaims(ctx, cursor, feedLength)
	if err != nil {
		return f, err
	}
	f.next = next
	for _, d := range docs {
		e, err := s.entryOf(h, d)
		if err != nil {
			return f, err
		}
		claim, err := s.decode(d)
		if err != nil {
			return f, err
		}
		v, ok := claim.House()
		if !ok || v.Correction == nil {
			continue // what moved was not what the house says
		}
		e.id = "urn:touchstone:version:" + v.ID + ":" + strconv.Itoa(v.Version)
		e.published, e.updated = v.PublishedAt, v.PublishedAt
		if v.State == ui.StateSuspended {
			e.updated = d.UpdatedAt // it is under review since
		} else {
			e.summary = v.Correction.Note
		}
		f.entries = append(f.entries, e)
	}
	return f, nil
}

// claimFeed is what became of one claim, newest first: for "tell me when this changes".
func (s *Site) claimFeed(slug string) feedSource {
	return func(ctx context.Context, h *house, cursor string) (feed, error) {
		if cursor != "" {
			return feed{}, factcheck.Invalid("cursor", "the feed of a claim has one page")
		}
		d, claim, err := s.current(ctx, slug)
		if err != nil {
			return feed{}, err
		}
		states, err := s.cfg.Store.States(ctx, d.Claim)
		if err != nil {
			return feed{}, err
		}
		f := feed{id: "urn:touchstone:claim:" + claim.ID, title: s.pageOf(h, claim).Title(), home: claim.URL, lang: h.lang}
		for _, st := range slices.Backward(states) {
			f.entries = append(f.entries, s.stateEntry(h, claim, st))
			if len(f.entries) == 2*feedLength {
				break
			}
		}
		return f, nil
	}
}

// stateEntry is one public state of a claim's page. The address of the newest is the page itself.
func (s *Site) stateEntry(h *house, claim document.Claim, st store.State) feedEntry {
	l := s.shell(h, "")
	said := l.T("history." + pages.HistoryKind(st.Type))
	e := feedEntry{
		id: fmt.Sprintf("urn:touchstone:state:%s:%d", claim.ID, st.N), title: said, lang: h.lang, summary: st.Note,
		url: s.absolute(claimPath(claim.Slug) + "/v/" + strconv.Itoa(st.N)), published: st.At, updated: st.At,
	}
	if st.Label != "" {
		e.title += " " + st.Label
	}
	e.title += ": " + ui.Quoted(claim.Language, ui.Clip(claim.Text, 200))
	if e.summary == "" {
		e.summary = said
	}
	return e
}
