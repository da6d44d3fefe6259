package newsroom

import (
	"context"
	"encoding/hex"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// told are the sentences that a page says of what was just done, by the word in its address.
func told(word string) string {
	return map[string]string{
		"added":        "The article is in. Look at what was found, and link what it says to claims.",
		"known":        "This article is here already; this is it.",
		"known-other":  "It is here already, with another text. Yours is in the form below: save to replace it.",
		"known-cut":    "It is here already. A passage of it was removed, so the text you brought is not taken over.",
		"saved":        "Saved.",
		"lost":         "Saved. Passages that are not in the new text are marked: find them again or say that they are gone.",
		"linked":       "Linked.",
		"marked":       "Noted.",
		"unlinked":     "Unlinked. It can be linked again below.",
		"undone":       "The last act is taken back.",
		"fetched":      "Fetched again. The text is the page’s of now, and what changed is kept. Title, byline and dates stay as they were.",
		"fetched-lost": "Fetched again. The text is the page’s of now; passages that are not in it any more are marked: find them again or say that they are gone.",
		"unchanged":    "Fetched again. Nothing has changed.",
		"taken-down":   "The copy is taken down.",
		"decided":      "Done. It can be taken back under what is decided.",
		"reopened":     "Taken back: it waits again.",
		"looked":       "Looked again.",
		"accepted":     "Taken as the publisher’s verdict, and linked.",
	}[word]
}

// showArticle serves an article with its text, its passages and its claims.
func (n *Newsroom) showArticle(c *fiber.Ctx, in visitor) error {
	page, err := n.articlePage(c, in)
	if err != nil {
		return err
	}
	page.Told = told(c.Query("told"))
	page.Fetched = strings.HasPrefix(c.Query("told"), "fetched")
	page.Edit.Open = c.Query("told") == "added"
	page.Link.Find = c.Query("find")
	page.Link.Open = page.Link.Open || page.Link.Find != ""
	if page.Link.Find != "" { // somebody comes from a claim, and wants this one
		if err := n.offerClaims(c, in, page); err != nil && factcheck.CodeOf(err) != factcheck.CodeInvalid {
			return err
		}
		if len(page.Link.Hits) == 1 {
			page.Link.Claim = page.Link.Hits[0].ID
		}
	}
	choosePassage(&page.Link, page.article.Text, c.Query("passage"))
	chooseNew(&page.Link, c.Query("instead"), c.Query("stance"))
	takeFound(&page.ArticlePage, c.Query("take"))
	return n.render(c, fiber.StatusOK, pages.Article(page.ArticlePage))
}

// backToArticle leads to the article of an address that only takes forms.
func (n *Newsroom) backToArticle(c *fiber.Ctx, in visitor) error {
	id, err := idParam[factcheck.ArticleID](c.Params("article"))
	if err != nil {
		return err
	}
	if _, err := n.cfg.Store.NewsroomArticle(c.UserContext(), in.Actor, id); err != nil {
		return err
	}
	return see(c, articlePath(id))
}

// workingPage is the page of an article with what it was made of.
type workingPage struct {
	pages.ArticlePage
	article store.WorkingArticle
}

// link returns the link of an appearance on the page, or nil.
func (p *workingPage) link(id factcheck.AppearanceID) *pages.Link {
	for i := range p.Links {
		if p.Links[i].ID == id.String() {
			return &p.Links[i]
		}
	}
	return nil
}

// articlePage reads the article that the path names and fills its page, the forms with what is saved.
func (n *Newsroom) articlePage(c *fiber.Ctx, in visitor) (*workingPage, error) {
	id, err := idParam[factcheck.ArticleID](c.Params("article"))
	if err != nil {
		return nil, err
	}
	a, err := n.cfg.Store.NewsroomArticle(c.UserContext(), in.Actor, id)
	if err != nil {
		return nil, err
	}
	page, err := n.fill(c.UserContext(), in, a)
	if err != nil {
		return nil, err
	}
	page.From = listQuery(c.Query("from"))
	return page, nil
}

// fill returns the page of an article as it is.
func (n *Newsroom) fill(ctx context.Context, in visitor, a store.WorkingArticle) (*workingPage, error) {
	shell, err := n.shell(ctx, in, articlePath(a.ID))
	if err != nil {
		return nil, err
	}
	p := &workingPage{article: a, ArticlePage: pages.ArticlePage{
		Shell: shell, ID: a.ID.String(), Title: a.Title, Kind: string(a.Kind), Lang: a.Language, URL: a.URL, Outlet: ofSite(a.OutletName, a.OutletSite), Author: a.Author,
		Platform: a.Platform, Handle: a.Handle, TakenIn: string(a.TakenIn), AddedBy: orElse(a.AddedBy, "the program"), ArchiveURL: a.ArchiveURL,
		LeadImage: a.LeadImage, Published: a.Published, Modified: a.Modified, FetchedAt: a.FetchedAt, Added: a.CreatedAt, Redacted: a.Redacted,
		Editor: in.Actor.Role != factcheck.RoleChecker, Revision: a.Revision,
		Edit: n.editForm(a), Link: pages.LinkForm{Lang: a.Language},
	}}
	if a.Public {
		p.PublicURL = "/articles/" + a.Slug
	}
	for i, ap := range a.Appearances {
		ap.Lost = ap.Anchor.Quote != "" && !located(a.Text, ap) // its place has other words by now
		p.Links = append(p.Links, n.linkOf(i+1, ap))
	}
	for _, ap := range a.Unlinked {
		p.Unlinked = append(p.Unlinked, n.linkOf(0, ap))
	}
	for _, s := range a.Spellings {
		p.Spellings = append(p.Spellings, pages.Spelling{URL: s.URL, Seen: s.SeenAt})
	}
	for _, s := range a.Snapshots {
		p.Snapshots = append(p.Snapshots, pages.Snapshot{
			ID: s.ID, TakenAt: s.TakenAt, Kind: string(s.Kind), Type: s.ContentType, Hash: hex.EncodeToString(s.SHA256), Size: s.Size,
			By: orElse(s.AddedBy, "the program"), TakenDownAt: s.TakenDownAt, TakenDownBy: s.TakenDownBy,
		})
	}
	p.Link.Open = len(p.Links) == 0
	if p.Events, err = n.history(ctx, in, a); err != nil {
		return nil, err
	}
	if err := n.fillSuggestions(ctx, in, p); err != nil {
		return nil, err
	}
	return p, n.fillDetails(ctx, in, &p.ArticlePage, a)
}

// linkOf returns an appearance as the page shows it, its forms filled with what is saved.
func (n *Newsroom) linkOf(number int, ap store.ArticleAppearance) pages.Link {
	l := pages.Link{
		N: number, ID: ap.ID.String(), Revision: ap.Revision, ClaimID: ap.Claim.String(), ClaimText: ap.ClaimText, Stage: string(ap.ClaimStage),
		Stance: ap.Stance, Imported: ap.Imported, Quote: ap.Anchor.Quote, Lost: ap.Lost, FirstSeen: ap.FirstSeenAt, Appeared: ap.Appeared,
		First: ap.First, State: ap.State, CorrectedAt: n.day(ap.CorrectedAt), Undo: ap.Undo,
		Change: pages.StanceForm{Stance: ap.Stance, Passage: ap.Anchor.Quote, Elsewhere: ap.Lost, Appeared: n.written(ap.Appeared)},
		Mark:   pages.MarkForm{State: ap.State, At: n.dayOrMoment(ap.CorrectedAt)},
	}
	if ap.ClaimPublic {
		l.ClaimURL = "/claims/" + ap.ClaimSlug
	}
	if !ap.Lost && ap.Anchor.Quote != "" {
		l.Change.Start = itoa(ap.Anchor.Start)
	}
	return l
}

func (n *Newsroom) editForm(a store.WorkingArticle) pages.EditForm {
	return pages.EditForm{
		Title: a.Title, Author: a.Author, OutletName: a.OutletName, OutletWas: a.OutletName, OutletSite: a.OutletSite, Language: a.Language,
		Published: n.written(a.Published), Modified: n.dayOrMoment(a.Modified), ArchiveURL: a.ArchiveURL, LeadImage: a.LeadImage, Text: a.Text,
	}
}

// ofSite returns a name that a page may have given itself with the site that it has it from.
func ofSite(name, site string) string {
	if name == "" || site == "" || strings.EqualFold(name, site) {
		return orElse(name, site)
	}
	return name + " (" + site + ")"
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
