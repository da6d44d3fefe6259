package ingest

import (
	"context"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// Refreshed is what fetching an article again came to.
type Refreshed struct {
	store.Refreshed
	Unchanged bool // the site says that nothing changed
}

// Refresh fetches an article again and reads it anew; its passages are found again in the new text. A wall, a page that
// is gone, or a redirect to another page changes nothing and is the error. revision is the one the editor saw. The error is CodeInvalid for what has no
// address.
func (in *Ingest) Refresh(ctx context.Context, actor factcheck.Actor, id factcheck.ArticleID, revision int) (Refreshed, error) {
	if err := factcheck.Permit(actor, factcheck.AddArticle); err != nil {
		return Refreshed{}, err
	}
	article, err := in.db.NewsroomArticle(ctx, actor, id)
	if err != nil {
		return Refreshed{}, err
	}
	if article.URL == "" {
		return Refreshed{}, factcheck.Invalid("url", "this has no address to fetch it from")
	}
	resp, err := in.get(ctx, fetch.Request{URL: article.URL, Accept: fetch.Page | fetch.Text, IfNoneMatch: article.ETag, IfModifiedSince: article.LastModified})
	if err != nil {
		return Refreshed{}, err
	}
	input := factcheck.RefreshInput{FetchedAt: resp.FetchedAt, ETag: resp.ETag, LastModified: resp.LastModified}
	if !resp.NotModified {
		reading, err := read(resp, resp.URL)
		if err != nil {
			return Refreshed{}, err
		}
		found := inputOf(reading, resp.URL)
		if err := found.setAddress(article.URL, resp.URL, reading.Canonical); err != nil {
			return Refreshed{}, err
		}
		input.Text, input.Modified, input.Found, input.Spellings, input.Snapshot = found.Text, found.Modified, found.Found, found.Spellings, snapshotOf(resp)
	}
	out, err := in.db.RefreshArticle(ctx, actor, id, revision, input, Locate)
	return Refreshed{Refreshed: out, Unchanged: resp.NotModified}, err
}

// Locate finds a passage in a text. It is the factcheck.Locator of the store's acts.
func Locate(text string, a factcheck.Anchor) (factcheck.Anchor, bool) {
	start, end, ok := extract.Locate(text, extract.Anchor{Exact: a.Quote, Prefix: a.Prefix, Suffix: a.Suffix, Start: a.Start})
	if !ok {
		return a, false
	}
	return AnchorAt(text, start, end), true
}

// AnchorAt returns the anchor of the passage from byte start up to byte end of a text.
func AnchorAt(text string, start, end int) factcheck.Anchor {
	a := extract.MakeAnchor(text, start, end)
	return factcheck.Anchor{Quote: a.Exact, Prefix: a.Prefix, Suffix: a.Suffix, Start: start, End: end}
}
