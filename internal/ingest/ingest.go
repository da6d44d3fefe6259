// Package ingest takes articles in: from an address, an uploaded page, pasted text, or a post that cannot be fetched. It
// fetches (fetch), reads (extract), settles the address (canonurl) and hands the article to the store, which asks who may
// and keeps what was found where, the page as it was, and all its addresses.
//
// A page that is a log-in, a consent dialogue, a check for robots or an error is refused, whatever its status: what such a
// page says is never an article. Behind a paywall the title, author and dates are right and the text is not: the article
// is taken in without a text, which can be pasted.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// Ingest takes articles in. It is safe for concurrent use.
type Ingest struct {
	db    *store.DB
	fetch *fetch.Fetcher
	log   *slog.Logger
}

// New returns an Ingest over a store and the one fetcher.
func New(db *store.DB, fetcher *fetch.Fetcher, log *slog.Logger) *Ingest {
	return &Ingest{db: db, fetch: fetcher, log: log}
}

// Taken is what taking an article in came to.
type Taken struct {
	store.Added
	URL     string          // the address it has now; empty for what has none
	Reading extract.Reading // what was read
	Details Details         // what was found besides, as it is kept
}

// Page is a file that is the page of an article.
type Page struct {
	URL         string // where the page was found
	ContentType string // empty: text/html
	Body        []byte
}

// Pasted is the text of an article as somebody copied it.
type Pasted struct {
	URL  string // where it stands; may be empty
	Text string
}

// Post is what is known of a post that cannot be fetched. Without an address it needs platform, handle and text.
type Post struct {
	URL        string
	Platform   string // Telegram, WhatsApp, …
	Handle     string // newsroom only
	Author     string // as readers may see it; empty: nobody is named
	Title      string
	Language   string // empty: found in the text
	Published  factcheck.Date
	Text       string
	Screenshot []byte // PNG, JPEG or WebP
}

// URL fetches an address, reads the page and takes the article in. Whoever may not take articles in makes the program
// fetch nothing. The errors are factcheck's: of the address, of the site, or of what it answered; a wall is CodeInvalid in
// the field url, with a WalledError in its chain.
func (in *Ingest) URL(ctx context.Context, actor factcheck.Actor, raw string) (Taken, error) {
	if err := factcheck.Permit(actor, factcheck.AddArticle); err != nil {
		return Taken{}, err
	}
	address, err := canonurl.Parse(raw)
	if err != nil {
		return Taken{}, factcheck.Invalid("url", "%s", err)
	}
	from := address.String()
	copied, archived := archivedCopy(raw)
	if archived {
		from = copied.fetch
	}
	resp, err := in.get(ctx, fetch.Request{URL: from, Accept: fetch.Page | fetch.Text})
	if err != nil {
		return Taken{}, err
	}
	base := resp.URL
	if archived {
		base = address.String()
	}
	reading, err := read(resp, base)
	if err != nil {
		return Taken{}, err
	}
	input := inputOf(reading, base)
	if err := input.setAddress(raw, resp.URL, reading.Canonical); err != nil {
		return Taken{}, err
	}
	input.TakenIn, input.FetchedAt, input.ETag, input.LastModified = factcheck.TakenInURL, resp.FetchedAt, resp.ETag, resp.LastModified
	input.Snapshot = snapshotOf(resp)
	return in.add(ctx, actor, raw, input, reading)
}

// get fetches, and writes down the real reason of a failure, which whoever asked is not told.
func (in *Ingest) get(ctx context.Context, req fetch.Request) (*fetch.Response, error) {
	resp, err := in.fetch.Get(ctx, req)
	if err == nil {
		err = resp.Err()
	}
	if err != nil {
		if failure, ok := errors.AsType[*fetch.Failure](err); ok {
			in.log.InfoContext(ctx, "not fetched", "failure", failure)
		}
		return nil, err
	}
	return resp, nil
}

// read reads what was fetched, a page or plain text. base is the address its links are relative to.
func read(resp *fetch.Response, base string) (extract.Reading, error) {
	if resp.ContentType == "text/plain" {
		return extract.Text(resp.Text())
	}
	contentType := resp.ContentType
	if resp.Charset != "" {
		contentType += "; charset=" + resp.Charset
	}
	return unwalled(extract.Page(extract.Input{URL: base, ContentType: contentType, Body: resp.Body, FetchedAt: resp.FetchedAt}))
}

// Page takes an article in from its page, uploaded by somebody who could open it.
func (in *Ingest) Page(ctx context.Context, actor factcheck.Actor, page Page) (Taken, error) {
	if err := factcheck.Permit(actor, factcheck.AddArticle); err != nil {
		return Taken{}, err
	}
	address, err := canonurl.Parse(page.URL)
	if err != nil {
		return Taken{}, factcheck.Invalid("url", "%s", err)
	}
	if page, err = openPage(page); err != nil {
		return Taken{}, err
	}
	reading, err := unwalled(extract.Page(extract.Input{URL: address.String(), ContentType: page.ContentType, Body: page.Body, FetchedAt: time.Now()}))
	if err != nil {
		return Taken{}, err
	}
	input := inputOf(reading, address.String())
	if err := input.setAddress(page.URL, address.String(), reading.Canonical); err != nil {
		return Taken{}, err
	}
	input.TakenIn = factcheck.TakenInFile
	input.Snapshot = factcheck.Snapshot{Kind: factcheck.SnapshotHTML, ContentType: htmlType(page.ContentType), Body: page.Body, URL: address.String()}
	return in.add(ctx, actor, page.URL, input, reading)
}

// Text takes an article in from text that somebody copied, the lines around the article included.
func (in *Ingest) Text(ctx context.Context, actor factcheck.Actor, pasted Pasted) (Taken, error) {
	reading, err := extract.Text(pasted.Text)
	if err != nil {
		return Taken{}, err
	}
	input := inputOf(reading, pasted.URL)
	input.URL, input.TakenIn = pasted.URL, factcheck.TakenInText
	input.Snapshot = factcheck.Snapshot{Kind: factcheck.SnapshotText, ContentType: "text/plain; charset=utf-8", Body: []byte(strings.ToValidUTF8(pasted.Text, "\uFFFD"))}
	return in.add(ctx, actor, pasted.URL, input, reading)
}

// Post takes in a post that cannot be fetched. Its text is taken as it stands.
func (in *Ingest) Post(ctx context.Context, actor factcheck.Actor, post Post) (Taken, error) {
	reading, err := extract.Text(post.Text)
	if err != nil {
		return Taken{}, err
	}
	input := articleInput{ArticleInput: factcheck.ArticleInput{
		URL: post.URL, Kind: factcheck.ArticlePost, Title: post.Title, Author: post.Author, Language: post.Language, Published: post.Published,
		Text: strings.TrimSpace(post.Text), Platform: post.Platform, Handle: post.Handle, TakenIn: factcheck.TakenInPost,
	}}
	if input.Language == "" {
		input.Language = reading.Language
	}
	if len(post.Screenshot) > 0 {
		kind := factcheck.PictureType(post.Screenshot)
		if kind == "" {
			return Taken{}, factcheck.Invalid("screenshot", "the picture is neither PNG, JPEG nor WebP")
		}
		input.Snapshot = factcheck.Snapshot{Kind: factcheck.SnapshotScreenshot, ContentType: kind, Body: post.Screenshot}
	}
	reading.Title, reading.Text, reading.Leads = input.Title, input.Text, nil
	return in.add(ctx, actor, post.URL, input, reading)
}

// add gives an article, with the address it was given by, to the store.
func (in *Ingest) add(ctx context.Context, actor factcheck.Actor, given string, input articleInput, reading extract.Reading) (Taken, error) {
	// Whoever names the copy in an archive shows readers the way to it, however the text came in.
	if copied, ok := archivedCopy(given); ok {
		input.ArchiveURL = copied.page
	}
	added, err := in.db.AddArticle(ctx, actor, input.ArticleInput)
	if err != nil {
		return Taken{Reading: reading}, err
	}
	return Taken{Added: added, URL: input.URL, Reading: reading, Details: input.details}, nil
}

// articleInput is what the store takes, being filled in.
type articleInput struct {
	factcheck.ArticleInput
	details Details
}

// inputOf turns what was read into what the store takes.
func inputOf(r extract.Reading, page string) articleInput {
	details := DetailsOf(r, page)
	return articleInput{details: details, ArticleInput: factcheck.ArticleInput{
		Kind: factcheck.ArticlePage, Title: r.Title, Author: r.Byline, OutletName: r.Outlet, Language: r.Language, Published: r.Published,
		Modified: r.Modified.At, Text: r.Text, LeadImage: imageOf(r.LeadImage), Found: details.JSON(),
	}}
}

// setAddress settles the address by where the page was asked for, where it came from, and what it says of itself. It is an
// error when the address led to another page, a front page or a page of another site: what stands there is not the article,
// and neither its text nor its address may become the article's.
func (in *articleInput) setAddress(requested, final, canonical string) error {
	address, seen := canonurl.Refine(requested, final, canonical)
	if landed, err := canonurl.Parse(final); err != nil || !slices.Contains(seen, landed.String()) {
		return factcheck.Invalid("url", "this address leads to another page, %s; if that is what you mean, add it instead", shown(final))
	}
	in.URL, in.OutletSite = address.String(), address.Site()
	for _, s := range append(seen, requested) {
		if len(s) <= factcheck.MaxArticleURL && strings.HasPrefix(strings.ToLower(s), "http") && len(in.Spellings) < factcheck.MaxSpellings {
			in.Spellings = append(in.Spellings, s)
		}
	}
	if isVideo(in.URL) {
		in.Kind = factcheck.ArticleVideo
	}
	return nil
}

// shown returns an address for a message.
func shown(address string) string {
	if len(address) > 200 {
		return strings.ToValidUTF8(address[:200], "") + "…"
	}
	return address
}

// isVideo reports whether an address is that of a video on one of the large platforms.
func isVideo(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch strings.TrimPrefix(u.Hostname(), "www.") {
	case "youtube.com":
		return u.Path == "/watch"
	case "vimeo.com", "dailymotion.com", "rumble.com", "bitchute.com", "tiktok.com":
		return path.Clean(u.Path) != "/"
	}
	return false
}

// imageOf returns the address of a picture if it is one that can be kept.
func imageOf(address string) string {
	if factcheck.CheckLead(address, "") != nil {
		return ""
	}
	return address
}

// WalledError is in the chain of the error for a page that stands in an article's place.
type WalledError struct{ Reading extract.Reading }

// Error says which wall it is.
func (w *WalledError) Error() string {
	return fmt.Sprintf("a %s page: %s", w.Reading.Wall.Kind, w.Reading.Wall.Why)
}

// unwalled refuses what is no article.
func unwalled(r extract.Reading, err error) (extract.Reading, error) {
	if err != nil {
		return r, err
	}
	what := ""
	switch r.Wall.Kind {
	case extract.WallNone, extract.WallPaywall:
		return r, nil
	case extract.WallLogin:
		what = "a log-in page"
	case extract.WallConsent:
		what = "a page that asks for consent"
	case extract.WallBot:
		what = "a page that checks for robots"
	case extract.WallError:
		what = "an error page"
	case extract.WallEmpty:
		what = "a page that shows nothing without its scripts"
	}
	return r, &factcheck.Error{
		Code: factcheck.CodeInvalid, Field: "url", Err: &WalledError{r},
		Message: fmt.Sprintf("this is %s, not the article (%s); open it in a browser and paste the text, or upload the page", what, r.Wall.Why),
	}
}
