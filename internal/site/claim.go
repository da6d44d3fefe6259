package site

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// showClaim serves /claims/{slug}: the finished page, or with ?as_of= what the page said then.
func (s *Site) showClaim(c *fiber.Ctx) error {
	slug, err := slugParam(c)
	if err != nil {
		return err
	}
	if asOf := c.Query("as_of"); asOf != "" {
		return s.showAsOf(c, slug, asOf)
	}
	a, err := s.claimAnswer(c.UserContext(), slug)
	if moved, ok := errors.AsType[*movedError](err); ok {
		return moveTo(c, claimPath(moved.slug))
	}
	if err != nil {
		return err
	}
	a.send(c.Context())
	return nil
}

// movedError says that the claim has another address now: it was renamed, or merged into another.
type movedError struct {
	slug    string
	renamed bool // the claim is the same, and so are the numbers of its states
}

// Error implements error.
func (e *movedError) Error() string { return "the claim moved to " + e.slug }

// current returns the public claim at slug; a claim with another address is a movedError.
func (s *Site) current(ctx context.Context, slug string) (store.Document, document.Claim, error) {
	d, err := s.cfg.Store.ClaimBySlug(ctx, slug)
	if err != nil {
		return d, document.Claim{}, err
	}
	if d.Slug != slug {
		renamed, err := s.cfg.Store.WasRenamed(ctx, slug, d.Claim)
		if err != nil {
			return d, document.Claim{}, err
		}
		return d, document.Claim{}, &movedError{slug: d.Slug, renamed: renamed}
	}
	claim, err := s.decode(d)
	return d, claim, err
}

// claimPage fills the struct of a claim's page: its current state with its history.
func (s *Site) claimPage(h *house, claim document.Claim, states []store.State) pages.ClaimPage {
	path := claimPath(claim.Slug)
	shell := s.shell(h, path)
	page := pages.ClaimPage{Shell: shell, Claim: claim, History: history(shell.Local(path), states)}.Explained(path, h.meanings)
	page.EmbedURL = s.absolute("/oembed?url=" + url.QueryEscape(s.absolute(shell.Local(path))))
	page.Alternates = s.wordedAlternates(claim)
	page.CardURL, page.FeedURL = s.absolute(s.cardPath(h, claim)), shell.Local(path)+"/feed.atom"
	if s.cfg.Courier != nil {
		page.FollowURL = shell.Local(path + "/follow")
	}
	if len(states) > 0 {
		page.ChangedAt = states[len(states)-1].At
	}
	if _, ok := claim.House(); ok && h.lang == text.Default { // one ClaimReview for a claim, on the page it names
		if ld, err := claimreview.Encode(claim, claimreview.Options{MaxAppearances: 50, Logo: s.logoOf(h)}); err == nil {
			page.JSONLD = ld
		} else if !errors.Is(err, claimreview.ErrNoVerdict) {
			s.cfg.Logger.Warn("a claim has no ClaimReview", "claim", claim.ID, "error", err)
		}
	}
	return page
}

// PreviewClaim renders the page of a document as readers would get it if it were public, marked as a preview, and its
// JSON-LD, nil if it has none. Nothing is stored.
func (s *Site) PreviewClaim(ctx context.Context, claim document.Claim) (html, jsonLD []byte, err error) {
	h, err := s.houseRow(ctx)
	if err != nil {
		return nil, nil, err
	}
	page := s.claimPage(h, claim, nil)
	page.Preview = "/newsroom/claims/" + claim.ID
	jsonLD, page.JSONLD = page.JSONLD, nil // it stands on a page of its own, for people
	var buf bytes.Buffer
	if err := pages.Claim(page).Render(ctx, &buf); err != nil {
		return nil, nil, fmt.Errorf("preview %s: %w", claim.ID, err)
	}
	return buf.Bytes(), jsonLD, nil
}

// showState serves /claims/{slug}/v/{n}: the n-th public state of the page.
func (s *Site) showState(c *fiber.Ctx) error {
	slug, err := slugParam(c)
	if err != nil {
		return err
	}
	n, ok := number(c.Params("n"))
	if !ok {
		return factcheck.NotFound("this claim's page had no such state")
	}
	err = s.keepPinned(c, claimsPrefix+slug+"/v/"+strconv.Itoa(n), asking{slug: slug}, func([]store.State) int { return n - 1 })
	if moved, ok := errors.AsType[*movedError](err); ok {
		to := claimPath(moved.slug)
		if moved.renamed { // the numbers of states are each claim's own
			to += "/v/" + strconv.Itoa(n)
		}
		return moveTo(c, to)
	}
	return err
}

// showAsOf serves ?as_of=: the state of the page at a moment, by time of publication. A day means its end.
func (s *Site) showAsOf(c *fiber.Ctx, slug, asOf string) error {
	date, err := factcheck.ParseDate(strings.ReplaceAll(asOf, " ", "+"))
	if err != nil {
		return factcheck.Invalid("as_of", "write a day or a moment: 2025-06-07 or 2025-06-07T16:40:00Z")
	}
	asked := date.String()
	if date.Precision == factcheck.PrecisionInstant { // to the last digit, for the state may have changed within that second
		asked = date.At.UTC().Format(time.RFC3339Nano)
	}
	query := with(nil, "as_of", asked)
	moment := endOf(date)
	err = s.keepPinned(c, keyed(claimsPrefix+slug, query), asking{slug: slug, asOf: date, query: query.Encode()}, func(states []store.State) int {
		i := len(states) - 1
		for i >= 0 && states[i].At.After(moment) {
			i--
		}
		return i
	})
	if moved, ok := errors.AsType[*movedError](err); ok { // a moment is the same everywhere
		return moveTo(c, keyed(claimPath(moved.slug), query))
	}
	if early, ok := errors.AsType[*earlyError](err); ok {
		return s.showEarly(c, early)
	}
	return err
}

// endOf returns the last moment of a date as far as it is known.
func endOf(d factcheck.Date) time.Time {
	switch d.Precision {
	case factcheck.PrecisionYear:
		return d.At.AddDate(1, 0, 0).Add(-time.Microsecond)
	case factcheck.PrecisionMonth:
		return d.At.AddDate(0, 1, 0).Add(-time.Microsecond)
	case factcheck.PrecisionDay:
		return d.At.AddDate(0, 0, 1).Add(-time.Microsecond)
	}
	return d.At
}

// asking is what of a claim's past is asked for.
type asking struct {
	slug  string
	asOf  factcheck.Date // zero for a number
	query string         // of the address
}

// keepPinned serves the state that pick chooses among all of the claim's.
func (s *Site) keepPinned(c *fiber.Ctx, key string, q asking, pick func([]store.State) int) error {
	return s.keepMade(c, key, func(ctx context.Context, h *house) (finished, error) {
		page, err := s.pinnedPage(ctx, h, q, pick)
		return finished{page: pages.Claim(page), surrogate: page.Claim.ID}, err
	})
}

// pinnedPage fills the page of a state. An earlyError where nothing was published at the moment asked for.
func (s *Site) pinnedPage(ctx context.Context, h *house, q asking, pick func([]store.State) int) (pages.ClaimPage, error) {
	d, current, err := s.current(ctx, q.slug)
	if err != nil {
		return pages.ClaimPage{}, err
	}
	states, err := s.cfg.Store.Versions(ctx, d.Claim)
	if err != nil {
		return pages.ClaimPage{}, err
	}
	i := pick(states)
	if i < 0 && !q.asOf.IsZero() && len(states) > 0 {
		return pages.ClaimPage{}, &earlyError{claim: current, asking: q, first: states[0]}
	}
	if i < 0 || i >= len(states) {
		return pages.ClaimPage{}, factcheck.NotFound("this claim's page had no such state")
	}
	claim, err := document.Decode(states[i].Stored, s.cfg.PublicURL, states[i].Seq)
	if err != nil {
		return pages.ClaimPage{}, err
	}
	claim.Slug, claim.URL = current.Slug, current.URL // an old state may carry an old address
	page := s.claimPage(h, claim, states)
	page.JSONLD = nil
	page.ChangedAt = states[i].At
	page.Pinned = pinned(page.Local(claimPath(q.slug)), states, i, q.asOf)
	page.Path = claimPath(q.slug) + "/v/" + strconv.Itoa(states[i].N)
	if !q.asOf.IsZero() { // the same moment in another language
		page.Path, page.Query = claimPath(q.slug), q.query
	}
	return page, nil
}

func pinned(path string, states []store.State, i int, asOf factcheck.Date) *pages.Pinned {
	p := &pages.Pinned{N: states[i].N, AsOf: asOf, From: states[i].At, CurrentURL: path}
	if i > 0 {
		p.PrevURL = path + "/v/" + strconv.Itoa(states[i-1].N)
	}
	if i+1 < len(states) {
		p.To = states[i+1].At
		p.NextURL = path + "/v/" + strconv.Itoa(states[i+1].N)
	}
	return p
}

// slugParam returns the slug in the path; one that cannot be a slug is not found.
func slugParam(c *fiber.Ctx) (string, error) {
	slug, err := param(c, "slug")
	if err != nil {
		return "", err
	}
	if !validSlug(slug) {
		return "", factcheck.NotFound("there is nothing at this address")
	}
	return slug, nil
}

func validSlug(slug string) bool {
	return slug != "" && len(slug) <= 1000 && utf8.ValidString(slug) && !strings.ContainsAny(slug, "\x00?") // keys of what is kept have one
}

func unescape(s string) (string, error) { return url.PathUnescape(s) }
