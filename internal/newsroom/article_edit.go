package newsroom

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

func itoa(n int) string { return strconv.Itoa(n) }

// revision returns the revision that a form was filled in at.
func (f form) revision() (int, error) {
	n, err := strconv.Atoi(f.get("revision"))
	if err != nil || n < 1 {
		return 0, factcheck.Invalid("revision", "this form is damaged; reload the page")
	}
	return n, nil
}

// editArticle corrects what was found of an article, its text too.
func (n *Newsroom) editArticle(c *fiber.Ctx, in visitor, f form) error {
	page, err := n.articlePage(c, in)
	if err != nil {
		return err
	}
	lost, err := n.saveArticle(c, in, page, f)
	if err == nil {
		word := "saved"
		if lost > 0 {
			word = "lost"
		}
		if f.values.Has("text") {
			n.lookForClaims(c.UserContext(), in.Actor, page.article.ID)
		}
		return see(c, articleAt(c, page.article.ID, word))
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	if page, err = n.articlePage(c, in); err != nil { // as it is now: somebody else may have saved
		return err
	}
	page.Edit = n.typedEdit(f, page.article)
	if page.Edit.OutletName == page.Edit.OutletWas { // nobody typed it: somebody else may have named the outlet meanwhile
		page.Edit.OutletName = page.article.OutletName
	}
	page.Edit.OutletWas = page.article.OutletName
	page.Edit.Open, page.Edit.Error, page.Edit.Field = true, problem.message, problem.field
	return n.render(c, problem.status, pages.Article(page.ArticlePage))
}

// typedEdit reads the form. What it does not have stays as it is saved: a damaged form blanks nothing.
func (n *Newsroom) typedEdit(f form, saved store.WorkingArticle) pages.EditForm {
	typed := n.editForm(saved)
	for name, field := range map[string]*string{
		"title": &typed.Title, "author": &typed.Author, "outlet_name": &typed.OutletName, "outlet_was": &typed.OutletWas, "outlet_site": &typed.OutletSite,
		"language": &typed.Language, "published": &typed.Published, "modified": &typed.Modified, "archive_url": &typed.ArchiveURL, "lead_image": &typed.LeadImage,
	} {
		if f.values.Has(name) {
			*field = f.line(name)
		}
	}
	if f.values.Has("text") {
		typed.Text = f.get("text")
	}
	return typed
}

// saveArticle saves the form and returns how many passages the new text has lost. A text that nobody touched is left as it is.
func (n *Newsroom) saveArticle(c *fiber.Ctx, in visitor, page *workingPage, f form) (lost int, err error) {
	revision, err := f.revision()
	if err != nil {
		return 0, err
	}
	form := n.typedEdit(f, page.article)
	edit := factcheck.ArticleEdit{
		Title: form.Title, Author: form.Author, OutletName: form.OutletName, OutletWas: form.OutletWas, OutletSite: form.OutletSite,
		Language: form.Language, ArchiveURL: form.ArchiveURL, LeadImage: form.LeadImage,
	}
	if edit.OutletName == "" && edit.OutletWas != "" && edit.OutletSite == page.article.OutletSite {
		return 0, factcheck.Invalid("outlet_name", "an outlet needs a name; take its site away too if there is no outlet")
	}
	if edit.Published, err = n.dateOrSame("published", form.Published, page.article.Published); err != nil {
		return 0, err
	}
	if edit.Modified, err = n.instant("modified", form.Modified); err != nil {
		return 0, err
	}
	if m := page.article.Modified; m != nil && form.Modified == n.dayOrMoment(m) {
		edit.Modified = *m // the form shows whole seconds
	}
	if text := f.get("text"); f.values.Has("text") && strings.TrimSpace(text) != strings.TrimSpace(page.article.Text) {
		edit.Text = &text
	}
	gone, err := n.cfg.Store.EditArticle(c.UserContext(), in.Actor, page.article.ID, revision, edit, ingest.Locate)
	return len(gone), err
}

// dateOrSame reads a date; one that reads as the saved one is the saved one, to the last digit.
func (n *Newsroom) dateOrSame(field, s string, saved factcheck.Date) (factcheck.Date, error) {
	if s == n.written(saved) {
		return saved, nil
	}
	return n.date(field, s)
}

// refreshArticle fetches the article again.
func (n *Newsroom) refreshArticle(c *fiber.Ctx, in visitor, f form) error {
	id, err := idParam[factcheck.ArticleID](c.Params("article"))
	if err != nil {
		return err
	}
	revision, err := f.revision()
	if err != nil {
		return err
	}
	out, err := n.cfg.Intake.Refresh(c.UserContext(), in.Actor, id, revision)
	if err != nil {
		return n.articleAgain(c, in, err)
	}
	if !out.Unchanged {
		n.lookForClaims(c.UserContext(), in.Actor, id)
	}
	word := "fetched"
	switch {
	case out.Unchanged:
		word = "unchanged"
	case len(out.Lost) > 0:
		word = "fetched-lost"
	}
	return see(c, articleAt(c, id, word))
}

// acceptCheck takes a fact-check that the page's markup states as its publisher's verdict. What is claimed there is public
// once the house allows that publisher.
func (n *Newsroom) acceptCheck(c *fiber.Ctx, in visitor, f form) error {
	id, err := idParam[factcheck.ArticleID](c.Params("article"))
	if err != nil {
		return err
	}
	index, err := strconv.Atoi(c.Params("check"))
	if err != nil || index < 0 || index > 1000 {
		return factcheck.NotFound("this article states no such fact-check")
	}
	if _, err := n.cfg.Store.AcceptCheck(c.UserContext(), in.Actor, id, index, f.get("read")); err != nil {
		return n.articleAgain(c, in, err)
	}
	return see(c, articleAt(c, id, "accepted"))
}

// articleAgain shows the article as it is with what went wrong with a button.
func (n *Newsroom) articleAgain(c *fiber.Ctx, in visitor, err error) error {
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.articlePage(c, in)
	if perr != nil {
		return perr
	}
	page.Error = problem.message
	return n.render(c, problem.status, pages.Article(page.ArticlePage))
}
