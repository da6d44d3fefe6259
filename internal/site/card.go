package site

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/card"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/web/ui"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

const (
	maxCards  = 2        // drawn at once; each takes some 8 MB
	cardBytes = 16 << 20 // of pictures kept, about 400
)

// cardOf returns what the share card of a claim says, in the language of the house row: each language of the interface has a
// card of its own. It depends on the document and the house alone, so that its name can be told without drawing it.
func (s *Site) cardOf(h *house, claim document.Claim) card.Card {
	p := s.pageOf(h, claim)
	mark := p.Mark()
	host := p.PublicURL
	if u, err := url.Parse(p.PublicURL); err == nil && u.Host != "" {
		host = u.Host
	}
	return card.Card{
		House: p.HouseName, Site: host, Rating: mark.Label, RatingLanguage: mark.Lang, Truth: mark.Truth,
		Claim: ui.Quoted(claim.Language, claim.Text), ClaimLanguage: claim.Language, Date: p.Dated(), Language: p.Lang,
	}
}

// cardPath returns the path of a claim's card as it is now.
func (s *Site) cardPath(h *house, claim document.Claim) string {
	return claimPath(claim.Slug) + "/card-" + s.cardOf(h, claim).Hash() + ".png"
}

// shareCard serves /claims/{slug}/card-{hash}.png. A card that was replaced leads to the one of now: what was shared before a
// correction shows the correction, and an address that never was tells nothing.
func (s *Site) shareCard(c *fiber.Ctx) error {
	slug, err := slugParam(c)
	if err != nil {
		return err
	}
	asked := c.Params("hash")
	a, err := s.cards.get(c.UserContext(), slug+" "+asked, func(ctx context.Context) (*answer, error) { return s.makeCard(ctx, slug, asked) })
	if moved, ok := errors.AsType[*movedError](err); ok {
		c.Set(fiber.HeaderCacheControl, cacheFindings)
		return c.Redirect(moved.slug, fiber.StatusFound)
	}
	if err != nil {
		return err
	}
	a.send(c.Context())
	return nil
}

// makeCard draws the card that was asked for; another one than the claim has now is a movedError with its path.
func (s *Site) makeCard(ctx context.Context, slug, asked string) (*answer, error) {
	h, err := s.houseRow(ctx)
	if err != nil {
		return nil, err
	}
	d, err := s.cfg.Store.ClaimBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	claim, err := s.decode(d)
	if err != nil {
		return nil, err
	}
	claim.Slug = d.Slug
	now, ok := s.cardNamed(h, claim, asked)
	if d.Slug != slug || !ok {
		return nil, &movedError{slug: s.cardPath(h, claim)}
	}
	png, err := s.draw(ctx, now)
	if err != nil {
		return nil, fmt.Errorf("draw the card of %s: %w", claim.ID, err)
	}
	return &answer{claim: d.Claim, surrogate: claim.ID, Content: httpcache.Content{
		Body: png, ContentType: "image/png", ETag: httpcache.ETag(png), CacheControl: cacheFindings,
	}}, nil
}

// cardNamed returns the card that a claim has now under a name, in whatever language.
func (s *Site) cardNamed(h *house, claim document.Claim, name string) (card.Card, bool) {
	for _, lang := range text.Languages() {
		if one := s.cardOf(h.in(lang), claim); one.Hash() == name {
			return one, true
		}
	}
	return card.Card{}, false
}

// draw draws a card when its turn has come.
func (s *Site) draw(ctx context.Context, c card.Card) ([]byte, error) {
	if err := s.drawing.Acquire(ctx, 1); err != nil {
		return nil, &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "too many pictures are being drawn; try again", Err: err}
	}
	defer s.drawing.Release(1)
	return c.PNG()
}

// PreviewCard draws the share card of a document as it would be if it were public. Nothing is stored.
func (s *Site) PreviewCard(ctx context.Context, claim document.Claim) ([]byte, error) {
	h, err := s.houseRow(ctx)
	if err != nil {
		return nil, err
	}
	return s.draw(ctx, s.cardOf(h, claim))
}
