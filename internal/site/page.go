package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// page is a finished page as it is kept in memory: compressed twice, plain never. Those who take neither encoding are few;
// theirs is unpacked.
type page struct {
	claim        factcheck.ClaimID
	surrogate    string // the claim's id, for a cache in front
	etag         string
	gzip, brotli []byte
}

func (p *page) size() int { return len(p.gzip) + len(p.brotli) }

// epoch names everything a finished page depends on besides its document.
func (s *Site) epoch(renderEpoch int64) string {
	sum := sha256.Sum256([]byte(s.cfg.PublicURL + "\x00" + s.cfg.Version + "\x00" + fmt.Sprint(s.cfg.Zone)))
	return fmt.Sprintf("%d-%s", renderEpoch, hex.EncodeToString(sum[:6]))
}

// finished returns the finished page at a slug in the language of the request: from memory, from the database, or rendered
// now and stored for others.
func (s *Site) finished(ctx context.Context, slug string) (*page, error) {
	key := ui.Locale{Lang: languageOf(ctx)}.Local(claimsPrefix + slug)
	if p, ok := s.cache.Get(key); ok {
		return p, nil
	}
	stamp := s.cfg.Live.Stamp()
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
	p := &page{claim: stored.Claim, surrogate: stored.Claim.String(), etag: stored.ETag, gzip: stored.Gzip, brotli: stored.Brotli}
	s.cache.Put(key, p.claim, p, p.size(), stamp)
	return p, nil
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
	sum := sha256.Sum256(html.Bytes())
	p := store.Page{
		Claim: d.Claim, Language: h.lang, Seq: d.Seq, Epoch: h.epoch, ETag: `W/"` + hex.EncodeToString(sum[:12]) + `"`, HTML: html.Bytes(),
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

// compress returns html in both encodings, at the levels that cost about nine milliseconds for a claim page.
func compress(html []byte) (gz, br []byte, err error) { return compressAt(html, 6, 5) }

const claimsPrefix = "/claims/"

// Fast answers a request for the page of a claim from memory, before routing, and reports whether it did. Headers that
// every response carries are the caller's.
func (s *Site) Fast(ctx *fasthttp.RequestCtx) bool {
	if !ctx.IsGet() && !ctx.IsHead() {
		return false
	}
	if len(ctx.URI().QueryString()) > 0 {
		return false
	}
	path := string(ctx.Path())
	if _, bare := ui.SplitLanguage(path); !strings.HasPrefix(bare, claimsPrefix) {
		return false
	}
	p, ok := s.cache.Get(path)
	if !ok {
		return false
	}
	p.send(ctx)
	return true
}

// send writes the page, or that the client has it.
func (p *page) send(ctx *fasthttp.RequestCtx) {
	h := &ctx.Response.Header
	h.Set("ETag", p.etag)
	h.Set("Cache-Control", cacheFindings)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Surrogate-Key", p.surrogate)
	if httpcache.NotModified(ctx.Request.Header.Peek("If-None-Match"), p.etag) {
		ctx.SetStatusCode(fasthttp.StatusNotModified)
		return
	}
	h.SetContentType("text/html; charset=utf-8")
	switch httpcache.Encoding(ctx.Request.Header.Peek("Accept-Encoding")) {
	case httpcache.Brotli:
		h.Set("Content-Encoding", "br")
		ctx.Response.SetBodyRaw(p.brotli)
	case httpcache.Gzip:
		h.Set("Content-Encoding", "gzip")
		ctx.Response.SetBodyRaw(p.gzip)
	default:
		ctx.Response.SetBodyRaw(unpack(p.gzip))
	}
}

// unpack returns what compress packed. What this process packed itself unpacks; a damaged row would be an empty page, and
// so is sent as the error it is.
func unpack(gz []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		return nil
	}
	html, err := io.ReadAll(r)
	if err != nil {
		return nil
	}
	return html
}
