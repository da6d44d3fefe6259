package newsroom

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// mergeHits is how many claims the search for the other claim offers.
const mergeHits = 10

// mergeRoutes are the page that folds a claim into another.
func (n *Newsroom) mergeRoutes() []Route {
	return []Route{
		show("/newsroom/claims/:claim/merge", n.showMerge),
		do("/newsroom/claims/:claim/merge", n.merge),
	}
}

// showMerge finds the other claim, and shows what merging would do once it is chosen.
func (n *Newsroom) showMerge(c *fiber.Ctx, in visitor) error {
	page, id, err := n.mergePage(c, in)
	if err != nil {
		return err
	}
	page.Find = strings.TrimSpace(c.Query("q"))
	if page.Find != "" {
		page.Found = true
		found, err := n.cfg.Store.FindClaims(c.UserContext(), in.Actor, page.Find, mergeHits)
		if problem, ok := problemOf(err); ok {
			page.Error = problem.message
			return n.render(c, problem.status, pages.Merge(page))
		}
		if err != nil {
			return err
		}
		for _, claim := range found {
			if claim.ID != id && claim.Stage != factcheck.StageMerged {
				page.Hits = append(page.Hits, claimItem(claim))
			}
		}
	}
	if into := c.Query("into"); into != "" {
		other, err := idParam[factcheck.ClaimID](into)
		if err != nil {
			return err
		}
		if err := n.previewMerge(c.UserContext(), in, &page, id, other); err != nil {
			return err
		}
	}
	return n.render(c, fiber.StatusOK, pages.Merge(page))
}

func (n *Newsroom) mergePage(c *fiber.Ctx, in visitor) (pages.MergePage, factcheck.ClaimID, error) {
	id, err := idParam[factcheck.ClaimID](c.Params("claim"))
	if err != nil {
		return pages.MergePage{}, id, err
	}
	p, err := n.cfg.Store.PublishedVerdict(c.UserContext(), in.Actor, id)
	if err != nil {
		return pages.MergePage{}, id, err
	}
	if err := factcheck.Permit(in.Actor, factcheck.MergeClaim); err != nil {
		return pages.MergePage{}, id, err
	}
	shell, err := n.shell(c.UserContext(), in, claimPagePath(id, "merge"))
	return pages.MergePage{Shell: shell, Claim: claimHead(p)}, id, err
}

// previewMerge fills in what merging would do.
func (n *Newsroom) previewMerge(ctx context.Context, in visitor, page *pages.MergePage, from, into factcheck.ClaimID) error {
	m, err := n.cfg.Store.PreviewMerge(ctx, in.Actor, from, into)
	if problem, ok := problemOf(err); ok {
		page.Error = problem.message
		return nil
	}
	if err != nil {
		return err
	}
	page.Preview = mergeView(m)
	return nil
}

func mergeView(m store.MergePreview) *pages.MergeView {
	v := &pages.MergeView{
		Into:       pages.ClaimHead{ID: m.Into.ID.String(), Text: m.Into.Text, Lang: m.Into.Language, Stage: string(m.Into.Stage)},
		FromRating: m.From.Rating, IntoRating: m.Into.Rating, Articles: m.Articles, Doubled: m.Doubled, Verdicts: m.Verdicts, Staying: m.Staying,
		Wordings: m.Wordings, Media: m.Media, Topics: m.Topics, Tips: m.Tips, Addresses: m.Addresses, Reopens: m.Reopens,
	}
	if m.Into.Public {
		v.Into.PublicURL = "/claims/" + m.Into.Slug
	}
	if m.Refused != nil {
		v.Refused = sentence(refusal(m.Refused))
	}
	return v
}

// merge folds the claim into the other and leads there.
func (n *Newsroom) merge(c *fiber.Ctx, in visitor, f form) error {
	page, id, err := n.mergePage(c, in)
	if err != nil {
		return err
	}
	into, err := idParam[factcheck.ClaimID](f.get("into"))
	if err != nil || into.IsZero() {
		return factcheck.Invalid("into", "choose the claim to merge into")
	}
	page.Note = f.line("note")
	err = n.cfg.Store.MergeClaims(c.UserContext(), in.Actor, id, into, page.Note)
	if err == nil {
		return see(c, "/newsroom/claims/"+into.String()+"?told=folded")
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	if perr := n.previewMerge(c.UserContext(), in, &page, id, into); perr != nil {
		return perr
	}
	page.Error, page.Field = problem.message, problem.field
	return n.render(c, problem.status, pages.Merge(page))
}
