package newsroom

import (
	"bytes"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// nearClaims answers with the claims that are like one that is being written: a fragment of a page, for the form to show while
// somebody types. A text too short to claim anything has none.
func (n *Newsroom) nearClaims(c *fiber.Ctx, in visitor, f form) error {
	list := pages.NearList{}
	if text := f.line("text"); len(strings.Fields(text)) > 1 {
		near, err := n.near(c, in, text, f.line("language"))
		if err != nil {
			return err
		}
		list = pages.NearList{Claims: nearItems(near, f), Looked: true, Warming: near.Warming, Chosen: f.get("claim")}
	}
	var buf bytes.Buffer
	if err := pages.NearClaims(list).Render(c.UserContext(), &buf); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(buf.Bytes())
}

// near asks for claims like a text; a desk without an index knows those in the very words.
func (n *Newsroom) near(c *fiber.Ctx, in visitor, text, language string) (finder.Nearby, error) {
	if !factcheck.ValidLanguage(language) {
		language = "und"
	}
	if n.cfg.Finder != nil {
		return n.cfg.Finder.Near(c.UserContext(), in.Actor, text, language)
	}
	if err := factcheck.CheckText("text", text, factcheck.MaxClaimText); err != nil {
		return finder.Nearby{}, err
	}
	rows, err := n.cfg.Store.NearClaims(c.UserContext(), in.Actor, text, language, nil)
	out := finder.Nearby{Warming: true}
	for _, r := range rows {
		out.Claims = append(out.Claims, finder.Near{NearClaim: r, Reading: factcheck.MatchSame, Probability: 1})
	}
	return out, err
}

// nearItems returns claims as a page shows them, with what is typed of each.
func nearItems(near finder.Nearby, f form) []pages.FoundItem {
	var out []pages.FoundItem
	for _, c := range near.Claims {
		item := foundItem(c.FoundClaim)
		item.Reading, item.Probability, item.Why, item.Exact = c.Reading, c.Probability, c.Why, c.Exact
		item.Stops, item.Said, item.SaidBy = c.Stops(), c.Reason, c.SaidBy
		item.NotSame = f.line("not_same-" + item.ID)
		out = append(out, item)
	}
	return out
}

// distinctions returns what a form says that a new claim is not the same as.
func distinctions(f form) []factcheck.Distinction {
	var out []factcheck.Distinction
	for name := range f.values {
		id, ok := strings.CutPrefix(name, "not_same-")
		reason := f.line(name)
		if !ok || reason == "" || len(out) == factcheck.MaxDecisions {
			continue
		}
		if claim, err := factcheck.ParseClaimID(id); err == nil {
			out = append(out, factcheck.Distinction{Claim: claim, Reason: reason})
		}
	}
	return out
}

// checkNew fills in the claims that are like the form's new one, and returns a CodeConflict error if one of them is the same and
// nobody said why it is not.
func (n *Newsroom) checkNew(c *fiber.Ctx, in visitor, page *workingPage, f form, claim factcheck.ClaimInput) error {
	claim, err := claim.Clean()
	if err != nil {
		return err
	}
	near, err := n.near(c, in, claim.Text, claim.Language)
	if err != nil {
		return err
	}
	page.Link.Near, page.Link.Looked, page.Link.Warming = nearItems(near, f), true, near.Warming
	stopped := near.CheckDistinct(distinctions(f))
	if stopped == nil || len(near.Claims) == 0 || !near.Claims[0].Exact {
		return stopped
	}
	now, err := n.cfg.Store.NewsroomArticle(c.UserContext(), in.Actor, page.article.ID) // a second tap finds what the first one filed
	if err != nil {
		return err
	}
	if slices.ContainsFunc(now.Appearances, func(a store.ArticleAppearance) bool { return a.Claim == near.Claims[0].ID }) {
		return factcheck.Conflict("it is linked to this claim already")
	}
	return stopped
}
