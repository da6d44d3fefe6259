package newsroom

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// maxFile is the most bytes of an uploaded page or screenshot.
const maxFile = 5 << 20

// The ways to take an article in.
const (
	byURL  = "url"
	byFile = "file"
	byText = "text"
	byPost = "post"
)

// showAdd serves the form that takes an article in.
func (n *Newsroom) showAdd(c *fiber.Ctx, in visitor) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/articles/new")
	if err != nil {
		return err
	}
	page := pages.AddPage{Shell: shell, Way: way(c.Query("by")), URL: c.Query("url"), Claim: forClaim(c.Query("claim"))}
	return n.render(c, fiber.StatusOK, pages.Add(page))
}

// forClaim returns the id of the claim that an article is added for, or nothing.
func forClaim(s string) string {
	id, err := idParam[factcheck.ClaimID](s)
	if err != nil || id.IsZero() {
		return ""
	}
	return id.String()
}

// thenLink returns the address of an article with what is told there: of one that was added for a claim, at the form that links
// it.
func thenLink(id factcheck.ArticleID, told, claim string) string {
	at := articlePath(id) + "?told=" + told
	if claim != "" {
		at += "&find=" + claim + "#read"
	}
	return at
}

func way(s string) string {
	if slices.Contains([]string{byFile, byText, byPost}, s) {
		return s
	}
	return byURL
}

// addArticle takes an article in and leads to it, or shows the form again with what went wrong.
func (n *Newsroom) addArticle(c *fiber.Ctx, in visitor, f form) error {
	taken, err := n.take(c, in, f)
	if err != nil {
		return n.addAgain(c, in, f, err)
	}
	n.lookForClaims(c.UserContext(), in.Actor, taken.Article)
	if !taken.Created {
		return n.showKnown(c, in, taken, f)
	}
	return see(c, thenLink(taken.Article, "added", forClaim(f.get("claim"))))
}

// showKnown leads to an article that was here already. A text that somebody brought, and that is another than the one kept, is
// not lost: it stands in the form there, for them to save.
func (n *Newsroom) showKnown(c *fiber.Ctx, in visitor, taken ingest.Taken, f form) error {
	known, by := thenLink(taken.Article, "known", forClaim(f.get("claim"))), way(f.get("by"))
	brought := strings.TrimSpace(taken.Reading.Text)
	if by == byURL || brought == "" {
		return see(c, known)
	}
	a, err := n.cfg.Store.NewsroomArticle(c.UserContext(), in.Actor, taken.Article)
	if err != nil {
		return err
	}
	switch {
	case slices.Equal(strings.Fields(a.Text), strings.Fields(brought)):
		return see(c, known)
	case a.Redacted: // it would bring the passage back
		return see(c, articlePath(taken.Article)+"?told=known-cut")
	}
	page, err := n.fill(c.UserContext(), in, a)
	if err != nil {
		return err
	}
	page.Told = told("known-other")
	page.Edit.Open, page.Edit.Text = true, brought
	return n.render(c, fiber.StatusOK, pages.Article(page.ArticlePage))
}

// take takes an article in, in the way that was chosen. An address that is known is not fetched again: its article is there.
func (n *Newsroom) take(c *fiber.Ctx, in visitor, f form) (ingest.Taken, error) {
	ctx, intake := c.UserContext(), n.cfg.Intake
	switch way(f.get("by")) {
	case byFile:
		body, err := f.file("file", maxFile)
		if err != nil {
			return ingest.Taken{}, err
		}
		if len(body) == 0 {
			return ingest.Taken{}, factcheck.Invalid("file", "choose the saved page")
		}
		return intake.Page(ctx, in.Actor, ingest.Page{URL: f.line("url"), Body: body})
	case byText:
		if f.line("text") == "" {
			return ingest.Taken{}, factcheck.Invalid("text", "paste the text")
		}
		return intake.Text(ctx, in.Actor, ingest.Pasted{URL: f.line("url"), Text: f.get("text")})
	case byPost:
		return n.takePost(c, in, f)
	}
	address := f.line("url")
	known, err := n.cfg.Store.FindArticle(ctx, in.Actor, address)
	if err == nil {
		var taken ingest.Taken
		taken.Article = known.ID
		return taken, nil
	}
	if factcheck.CodeOf(err) != factcheck.CodeNotFound {
		return ingest.Taken{}, err
	}
	return intake.URL(ctx, in.Actor, address)
}

func (n *Newsroom) takePost(c *fiber.Ctx, in visitor, f form) (ingest.Taken, error) {
	published, err := n.date("published", f.line("published"))
	if err != nil {
		return ingest.Taken{}, err
	}
	picture, err := f.file("screenshot", maxFile)
	if err != nil {
		return ingest.Taken{}, err
	}
	if f.line("text") == "" {
		return ingest.Taken{}, factcheck.Invalid("text", "write down what the post says")
	}
	return n.cfg.Intake.Post(c.UserContext(), in.Actor, ingest.Post{
		URL: f.line("url"), Platform: f.line("platform"), Handle: f.line("handle"), Author: f.line("author"), Title: f.line("title"),
		Language: f.line("language"), Published: published, Text: f.get("text"), Screenshot: picture,
	})
}

// addAgain shows the form with everything typed into it and what went wrong. Only a chosen file is lost: no page can give a
// browser its file back.
func (n *Newsroom) addAgain(c *fiber.Ctx, in visitor, f form, err error) error {
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	shell, serr := n.shell(c.UserContext(), in, "/newsroom/articles/new")
	if serr != nil {
		return serr
	}
	_, wall := errors.AsType[*ingest.WalledError](err)
	page := pages.AddPage{
		Shell: shell, Way: way(f.get("by")), Claim: forClaim(f.get("claim")), Error: problem.message, Field: problem.field, Wall: wall, LostFile: len(f.files) > 0,
		URL: f.line("url"), Text: f.get("text"), Platform: f.line("platform"), Handle: f.line("handle"), Author: f.line("author"),
		Title: f.line("title"), Language: f.line("language"), Published: f.line("published"),
	}
	return n.render(c, problem.status, pages.Add(page))
}
