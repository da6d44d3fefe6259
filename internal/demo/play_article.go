package demo

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// takenArticle is an article that the house has.
type takenArticle struct {
	id   factcheck.ArticleID
	text string // as the house has it now
}

// articleStep does one thing to an article.
func (p *stage) articleStep(ctx context.Context, a Article, s ArticleStep) error {
	who := p.people[s.By]
	taken, err := p.article(ctx, who, a.Key)
	if err != nil {
		return err
	}
	switch s.Do {
	case ArticleChange:
		return p.refresh(ctx, who, a.changed(s), s.At.Time(p.start))
	case ArticleAccept:
		return p.accept(ctx, who, taken.id)
	case ArticleTake:
	}
	return err
}

// accept takes in the first fact-check that an article states.
func (p *stage) accept(ctx context.Context, who factcheck.Actor, id factcheck.ArticleID) error {
	article, err := p.db.NewsroomArticle(ctx, who, id)
	if err != nil {
		return err
	}
	found, err := ingest.ReadDetails(article.Found)
	if err != nil {
		return err
	}
	if len(found.Checks) == 0 {
		return fmt.Errorf("%s states no fact-check", id)
	}
	_, err = p.db.AcceptCheck(ctx, who, id, 0, store.CheckHash(found.Checks[0]))
	return err
}

// article takes an article in the first time it is named.
func (p *stage) article(ctx context.Context, who factcheck.Actor, key string) (takenArticle, error) {
	if taken, ok := p.articles[key]; ok {
		return taken, nil
	}
	a, ok := p.content.Article(key)
	if !ok {
		return takenArticle{}, fmt.Errorf("there is no article %s", key)
	}
	in, err := p.articleInput(a)
	if err != nil {
		return takenArticle{}, err
	}
	added, err := p.db.AddArticle(ctx, who, in)
	p.articles[key] = takenArticle{added.Article, in.Text}
	return p.articles[key], err
}

// articleInput returns an article as the house takes it in: a page is read as one that was fetched would be, a post is
// written down.
func (p *stage) articleInput(a Article) (factcheck.ArticleInput, error) {
	in := factcheck.ArticleInput{
		URL: a.URL, Spellings: a.Spellings, Kind: a.Kind, Title: a.Title, Author: a.Author, Language: a.Language, Text: a.Text.String(),
		Published: a.Published.Date(p.start, factcheck.PrecisionInstant), Platform: a.Platform, Handle: a.Handle, LeadImage: a.Image, ArchiveURL: a.Archive,
	}
	if o, ok := p.outlet(a); ok {
		in.OutletName, in.OutletSite = o.Name, strings.ToLower(o.Domains[0])
	}
	if a.Picture {
		picture, err := a.picture()
		if err != nil {
			return in, err
		}
		in.Snapshot = factcheck.Snapshot{Kind: factcheck.SnapshotScreenshot, ContentType: "image/png", Body: picture}
	}
	if a.Kind != factcheck.ArticlePage {
		return in, nil
	}
	read, err := p.read(a, p.clock.Now(), time.Time{})
	in.Text, in.Found, in.Snapshot, in.FetchedAt, in.ETag = read.Text, read.Found, read.Snapshot, read.FetchedAt, read.ETag
	return in, err
}

// outlet returns the outlet of an article, and whether it has one.
func (p *stage) outlet(a Article) (Outlet, bool) {
	for _, o := range p.content.Outlets {
		if o.Key == a.Outlet {
			return o, true
		}
	}
	return Outlet{}, false
}

// read reads the page of an article the way the house reads what it fetched. No address of the demonstration is fetched:
// they are reserved for examples, and nothing is there.
func (p *stage) read(a Article, at, modified time.Time) (factcheck.RefreshInput, error) {
	name := factcheck.Site(a.URL)
	if o, ok := p.outlet(a); ok {
		name = o.Name
	}
	const contentType = "text/html; charset=utf-8"
	page := a.typeset(name, p.start, modified)
	r, err := extract.Page(extract.Input{URL: a.URL, ContentType: contentType, Body: page, FetchedAt: at})
	if err != nil {
		return factcheck.RefreshInput{}, fmt.Errorf("read the page of %s: %w", a.Key, err)
	}
	etag := fmt.Sprintf(`"%s-%d"`, a.Key, at.Unix())
	return factcheck.RefreshInput{
		Text: r.Text, Modified: modified, Found: ingest.DetailsOf(r, a.URL).JSON(), FetchedAt: at, ETag: etag,
		Snapshot: factcheck.Snapshot{
			Kind: factcheck.SnapshotHTML, ContentType: contentType, Body: page, URL: a.URL, Status: http.StatusOK,
			Header: map[string][]string{"Content-Type": {contentType}, "Etag": {etag}},
		},
	}, nil
}

// refresh reads the page of an article again, as it is after a change a while ago.
func (p *stage) refresh(ctx context.Context, who factcheck.Actor, a Article, at time.Time) error {
	const unnoticed = 20 * time.Minute
	taken := p.articles[a.Key]
	read, err := p.read(a, at, at.Add(-unnoticed))
	if err != nil {
		return err
	}
	now, err := p.db.NewsroomArticle(ctx, who, taken.id)
	if err != nil {
		return err
	}
	if _, err := p.db.RefreshArticle(ctx, who, taken.id, now.Revision, read, ingest.Locate); err != nil {
		return err
	}
	p.articles[a.Key] = takenArticle{taken.id, read.Text}
	return nil
}

// anchor returns where a passage stands in an article as the house has it; a passage of the title stands nowhere.
func (t takenArticle) anchor(quote string) factcheck.Anchor {
	if at := strings.Index(t.text, quote); at >= 0 && quote != "" {
		return ingest.AnchorAt(t.text, at, at+len(quote))
	}
	return factcheck.Anchor{}
}

// appearance links an article, or does something to its link.
func (p *stage) appearance(ctx context.Context, who factcheck.Actor, pc *playedClaim, s Step) error {
	taken, err := p.article(ctx, who, s.Article)
	if err != nil {
		return err
	}
	if s.Do == DoLink {
		pc.appearances[s.Article], err = p.db.LinkArticle(ctx, who, taken.id, pc.id, factcheck.AppearanceInput{
			Stance: s.Stance, Quote: s.Quote, Note: s.Note, Anchor: taken.anchor(s.Quote), Appeared: s.Appeared.Date(p.start, factcheck.PrecisionInstant),
		})
		return err
	}
	id, linked := pc.appearances[s.Article]
	if !linked {
		return fmt.Errorf("article %s is not linked", s.Article)
	}
	article, err := p.db.NewsroomArticle(ctx, who, taken.id)
	if err != nil {
		return err
	}
	for _, ap := range article.Appearances {
		if ap.ID == id {
			return p.act(ctx, who, pc, s, ap.Revision, ap.Anchor)
		}
	}
	return fmt.Errorf("the appearance of %s is gone", s.Article)
}

// act does something to a link.
func (p *stage) act(ctx context.Context, who factcheck.Actor, pc *playedClaim, s Step, revision int, passage factcheck.Anchor) error {
	id := pc.appearances[s.Article]
	switch s.Do {
	case DoMark:
		return p.db.MarkCorrection(ctx, who, id, revision, factcheck.MarkInput{State: s.State, At: s.Out.Time(p.start), Note: s.Note})
	case DoFirst:
		return p.db.MarkFirst(ctx, who, id, revision, true, s.Note)
	case DoUnlink:
		delete(pc.appearances, s.Article)
		return p.db.UnlinkArticle(ctx, who, id, revision, s.Note)
	case DoUndo:
		delete(pc.appearances, s.Article)
		return p.db.UndoAppearance(ctx, who, id, revision, ingest.Locate)
	}
	return p.db.SetStance(ctx, who, id, revision, factcheck.AppearanceInput{Stance: s.Stance, Quote: passage.Quote, Note: s.Note, Anchor: passage})
}
