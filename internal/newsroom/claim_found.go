package newsroom

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// onlyAddress reports whether somebody pasted the address of a page and no sentence.
func onlyAddress(s string) bool {
	return (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && !strings.ContainsAny(s, " \t\n")
}

// readFound takes the page in whose address the form has, so that the claim is filed with it. An address that was pasted where the
// claim goes counts too. The form holds the article from then on.
func (n *Newsroom) readFound(c *fiber.Ctx, in visitor, f form) error {
	address := f.line("url")
	if text := f.line("text"); address == "" && onlyAddress(text) {
		address = text
		f.values.Set("text", "")
	}
	if address == "" {
		return nil
	}
	id, err := n.sourcePage(c.UserContext(), in, address)
	if err != nil {
		f.values.Set("url", address)
		if coded, ok := errors.AsType[*factcheck.Error](err); ok {
			told := *coded
			told.Field = "found"
			return &told
		}
		return err
	}
	f.values.Set("article", id.String())
	f.values.Del("url")
	n.lookForClaims(c.UserContext(), in.Actor, id)
	return nil
}

// foundLink returns what the form says of the article the claim was found in; false if that is left for later.
func (n *Newsroom) foundLink(c *fiber.Ctx, in visitor, f form) (factcheck.ArticleID, factcheck.AppearanceInput, bool, error) {
	link := factcheck.AppearanceInput{Stance: factcheck.Stance(f.get("stance"))}
	article, err := idParam[factcheck.ArticleID](f.get("article"))
	if err != nil || article.IsZero() || link.Stance == "" {
		return article, link, false, nil //nolint:nilerr // an id that names nothing links nothing
	}
	if typed := f.line("passage"); typed != "" {
		a, err := n.cfg.Store.NewsroomArticle(c.UserContext(), in.Actor, article)
		if err != nil {
			return article, link, false, err
		}
		if link.Anchor, err = passage(a.Text, typed, "", false); err != nil {
			return article, link, false, factcheck.Invalid("passage", "this passage is not in the text of the article; copy it from there, or leave it empty")
		}
		link.Quote = link.Anchor.Quote
	}
	return article, link, true, nil
}

// goThere leads to the claim that it is, and attaches the article to it: at once if it is said what the article does with the claim,
// else where that is chosen.
func (n *Newsroom) goThere(c *fiber.Ctx, in visitor, f form, id factcheck.ClaimID) error {
	if _, err := n.cfg.Store.NewsroomClaim(c.UserContext(), in.Actor, id); err != nil {
		return n.newClaimAgain(c, in, f, err)
	}
	article, link, said, err := n.foundLink(c, in, f)
	if err != nil {
		return n.newClaimAgain(c, in, f, err)
	}
	tips, err := tipsOf(f) // attached once: after what the form can still get wrong
	if err == nil && len(tips) > 0 {
		err = n.cfg.Store.AttachTips(c.UserContext(), in.Actor, tips, id)
	}
	if err == nil && said {
		_, err = n.cfg.Store.LinkArticle(c.UserContext(), in.Actor, article, id, link)
	}
	switch {
	case err != nil:
		return n.newClaimAgain(c, in, f, err)
	case said:
		return see(c, claimAt(id, "linked", "appeared"))
	case !article.IsZero():
		return see(c, linkingAt(article, id))
	}
	return see(c, claimAt(id, "same", "appeared"))
}

// linkingAt returns the address of the form that links an article to a claim.
func linkingAt(article factcheck.ArticleID, claim factcheck.ClaimID) string {
	return "/newsroom/articles/" + ui.PathSegment(article.String()) + "?find=" + claim.String() + "#linking"
}

// fillFound fills in the article that the claim was found in, and which claims it may make.
func (n *Newsroom) fillFound(c *fiber.Ctx, in visitor, p *pages.NewClaimPage, article string) error {
	id, err := idParam[factcheck.ArticleID](article)
	if err != nil || id.IsZero() {
		return nil //nolint:nilerr // an id that names nothing fills nothing
	}
	a, err := n.cfg.Store.NewsroomArticle(c.UserContext(), in.Actor, id)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	p.Article, p.Headline, p.Default = a.ID.String(), orElse(a.Title, a.URL), orElse(a.Language, p.Default)
	s, err := n.cfg.Store.ArticleSuggestions(c.UserContext(), in.Actor, id)
	if err != nil {
		return err
	}
	for _, open := range s.Open[:min(len(s.Open), 5)] {
		p.Near = append(p.Near, suggestedNear(open))
	}
	return nil
}

// suggestedNear returns a claim that the article may make as the form shows it.
func suggestedNear(s store.Suggestion) pages.NearItem {
	return pages.NearItem{
		ID: s.Claim.ID.String(), Text: s.Claim.Text, Lang: s.Claim.Language, Stage: string(s.Claim.Stage), StageNote: s.Claim.StageNote,
		Mark: ui.Mark{Label: s.Claim.Label, Truth: s.Claim.Truth}, HasVerdict: s.Claim.Label != "", Review: s.Claim.Review, Publisher: s.Claim.Publisher,
		Percent: int(s.Probability*100 + 0.5), Why: "the article says: " + strconv.Quote(clip(s.Anchor.Quote, 200)), Suggested: true,
	}
}

// withoutNear returns the claims that are not among others.
func withoutNear(list, others []pages.NearItem) []pages.NearItem {
	return slices.DeleteFunc(list, func(c pages.NearItem) bool {
		return slices.ContainsFunc(others, func(o pages.NearItem) bool { return o.ID == c.ID })
	})
}
