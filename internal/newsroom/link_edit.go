package newsroom

import (
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// linkAct is what a form about one link names.
type linkAct struct {
	article  factcheck.ArticleID
	id       factcheck.AppearanceID
	revision int
}

// linkAct reads which link a form is about, and at which revision it was filled in.
func (n *Newsroom) linkAct(c *fiber.Ctx, f form) (linkAct, error) {
	var (
		act linkAct
		err error
	)
	if act.article, err = idParam[factcheck.ArticleID](c.Params("article")); err != nil {
		return act, err
	}
	if act.id, err = idParam[factcheck.AppearanceID](c.Params("link")); err != nil {
		return act, err
	}
	act.revision, err = f.revision()
	return act, err
}

// setStance says anew what the article does with a claim, and where.
func (n *Newsroom) setStance(c *fiber.Ctx, in visitor, f form) error {
	act, err := n.linkAct(c, f)
	if err != nil {
		return err
	}
	page, err := n.articlePage(c, in)
	if err != nil {
		return err
	}
	typed := pages.StanceForm{
		Open: true, Stance: factcheck.Stance(f.get("stance")), Passage: f.line("passage"), Start: f.get("start"), Appeared: f.line("appeared"),
		Note: f.line("note"), Elsewhere: f.get("elsewhere") == "yes",
	}
	if err = n.saveStance(c, in, page, act, typed); err == nil {
		return see(c, articleAt(c, act.article, "saved"))
	}
	return n.linkFormAgain(c, in, act, err, func(l *pages.Link, p formProblem) {
		typed.Error, typed.Field = p.message, p.field
		l.Change = typed
	})
}

func (n *Newsroom) saveStance(c *fiber.Ctx, in visitor, page *workingPage, act linkAct, typed pages.StanceForm) error {
	input := factcheck.AppearanceInput{Stance: typed.Stance, Note: typed.Note}
	var err error
	saved := page.link(act.id)
	if saved != nil && saved.Quote == "" && typed.Passage == "" {
		typed.Elsewhere = true // there was no passage before
	}
	if input.Anchor, err = passage(page.article.Text, typed.Passage, typed.Start, typed.Elsewhere); err != nil {
		return err
	}
	input.Quote = input.Anchor.Quote
	if saved != nil {
		input.Appeared, err = n.dateOrSame("appeared", typed.Appeared, saved.Appeared)
	} else {
		input.Appeared, err = n.date("appeared", typed.Appeared)
	}
	if err != nil {
		return err
	}
	return n.cfg.Store.SetStance(c.UserContext(), in.Actor, act.id, act.revision, input)
}

// markLink says that the article corrected or removed the passage, or that it stands.
func (n *Newsroom) markLink(c *fiber.Ctx, in visitor, f form) error {
	act, err := n.linkAct(c, f)
	if err != nil {
		return err
	}
	typed := pages.MarkForm{Open: true, State: factcheck.CorrectionState(f.get("state")), At: f.line("at"), Note: f.line("note")}
	mark := factcheck.MarkInput{State: typed.State, Note: typed.Note}
	if mark.At, err = n.instant("at", typed.At); err == nil {
		err = n.cfg.Store.MarkCorrection(c.UserContext(), in.Actor, act.id, act.revision, mark)
	}
	if err == nil {
		return see(c, articleAt(c, act.article, "marked"))
	}
	return n.linkFormAgain(c, in, act, err, func(l *pages.Link, p formProblem) {
		typed.Error, typed.Field = p.message, p.field
		l.Mark = typed
	})
}

// linkFormAgain shows the article as it is now with what was typed into a form of a link, and what went wrong. After a
// conflict the saved state stands above the form and the typed one in it: sending it again is a decision.
func (n *Newsroom) linkFormAgain(c *fiber.Ctx, in visitor, act linkAct, err error, fill func(*pages.Link, formProblem)) error {
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.articlePage(c, in)
	if perr != nil {
		return perr
	}
	if l := page.link(act.id); l != nil {
		fill(l, problem)
	} else {
		page.Error = problem.message
	}
	return n.render(c, problem.status, pages.Article(page.ArticlePage))
}

// markFirst says that this is the first known appearance of the claim, or that it is not.
func (n *Newsroom) markFirst(c *fiber.Ctx, in visitor, f form) error {
	return n.button(c, in, f, "marked", func(act linkAct) error {
		return n.cfg.Store.MarkFirst(c.UserContext(), in.Actor, act.id, act.revision, f.get("first") == "yes", f.line("note"))
	})
}

// undoLink takes back the last act on a link, its unlinking too.
func (n *Newsroom) undoLink(c *fiber.Ctx, in visitor, f form) error {
	return n.button(c, in, f, "undone", func(act linkAct) error {
		return n.cfg.Store.UndoAppearance(c.UserContext(), in.Actor, act.id, act.revision, ingest.Locate)
	})
}

// unlink takes back a link that was a mistake.
func (n *Newsroom) unlink(c *fiber.Ctx, in visitor, f form) error {
	return n.button(c, in, f, "unlinked", func(act linkAct) error {
		return n.cfg.Store.UnlinkArticle(c.UserContext(), in.Actor, act.id, act.revision, f.line("note"))
	})
}

// button does something with a link and leads back to the article.
func (n *Newsroom) button(c *fiber.Ctx, in visitor, f form, word string, do func(linkAct) error) error {
	act, err := n.linkAct(c, f)
	if err != nil {
		return err
	}
	if err := do(act); err != nil {
		return n.articleAgain(c, in, err)
	}
	return see(c, articleAt(c, act.article, word))
}
