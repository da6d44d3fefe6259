package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// epoch names everything a finished page depends on besides its document.
func (s *Site) epoch(renderEpoch int64) string {
	sum := sha256.Sum256([]byte(s.cfg.PublicURL + "\x00" + s.cfg.Version + "\x00" + fmt.Sprint(s.cfg.Zone, s.cfg.Courier != nil)))
	return fmt.Sprintf("%d-%s", renderEpoch, hex.EncodeToString(sum[:6]))
}

// claimAnswer returns the finished page at a slug in the language of the request: from memory, from the database, or rendered now
// and stored for others. A herd that comes after a change has it rendered once on each node.
func (s *Site) claimAnswer(ctx context.Context, slug string) (*answer, error) {
	return s.pages.get(ctx, ui.Locale{Lang: languageOf(ctx)}.Local(claimsPrefix+slug), func(ctx context.Context) (*answer, error) {
		h, err := s.houseRow(ctx)
		if err != nil {
			return nil, err
		}
		stored, err := s.cfg.Store.PageBySlug(ctx, slug, h.lang, h.epoch)
		if factcheck.CodeOf(err) == factcheck.CodeNotFound {
			stored, err = s.finish(ctx, h, slug)
		}
		if err != nil {
			return nil, err
		}
		return &answer{claim: stored.Claim, seq: stored.Seq, surrogate: stored.Claim.String(), modified: stored.Modified, Content: httpcache.Content{
			Gzip: stored.Gzip, Brotli: stored.Brotli, ContentType: "text/html; charset=utf-8", ETag: stored.ETag, CacheControl: cacheFindings,
		}}, nil
	})
}

// finish renders the page at a slug, compresses it and stores it.
func (s *Site) finish(ctx context.Context, h *house, slug string) (store.Page, error) {
	d, claim, err := s.current(ctx, slug)
	if err != nil {
		return store.Page{}, err
	}
	states, err := s.cfg.Store.States(ctx, d.Claim)
	if err != nil {
		return store.Page{}, err
	}
	var html bytes.Buffer
	if err := pages.Claim(s.claimPage(h, claim, states)).Render(ctx, &html); err != nil {
		return store.Page{}, fmt.Errorf("render %s: %w", claim.ID, err)
	}
	p := store.Page{
		Claim: d.Claim, Language: h.lang, Seq: d.Seq, Epoch: h.epoch, ETag: httpcache.ETag(html.Bytes()), HTML: html.Bytes(), Modified: d.UpdatedAt,
	}
	if p.Gzip, p.Brotli, err = compress(p.HTML); err != nil {
		return p, fmt.Errorf("compress %s: %w", claim.ID, err)
	}
	return p, s.cfg.Store.SavePage(ctx, p)
}

// RenderClaim finishes the page of a claim in the default language, for the job that follows each change: the others are
// finished when the first reader asks, so that a change costs the same however many languages there are. A claim that is
// not public any more needs none. Doing it again changes nothing.
func (s *Site) RenderClaim(ctx context.Context, id factcheck.ClaimID) error {
	h, err := s.houseRow(ctx)
	if err != nil {
		return err
	}
	d, err := s.cfg.Store.ClaimByID(ctx, id)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound || err == nil && d.Claim != id {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.cfg.Store.PageBySlug(ctx, d.Slug, h.lang, h.epoch)
	if factcheck.CodeOf(err) != factcheck.CodeNotFound {
		return err
	}
	_, err = s.finish(ctx, h, d.Slug)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound {
		return nil
	}
	return err
}

const claimsPrefix = "/claims/"

// FastClaim answers a request for the page of a claim from memory, before routing, and reports whether it did. Headers that
// every response carries are the caller's.
func (s *Site) FastClaim(ctx *fasthttp.RequestCtx) bool { return s.pages.fast(ctx) }

// FastPage does the same for the other pages of readers that a path alone names.
func (s *Site) FastPage(ctx *fasthttp.RequestCtx) bool { return s.lists.fast(ctx) }

// fast answers a request without a query whose path is a key.
func (a *answers) fast(ctx *fasthttp.RequestCtx) bool {
	if !ctx.IsGet() && !ctx.IsHead() || len(ctx.URI().QueryString()) > 0 {
		return false
	}
	kept, ok := a.cache.Get(string(ctx.Path()))
	if ok {
		kept.send(ctx)
	}
	return ok
}
