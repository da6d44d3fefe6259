package newsroom

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// correctionRoutes are what can be done after publication.
func (n *Newsroom) correctionRoutes() []Route {
	const base = "/newsroom/claims/:claim"
	return []Route{
		show(base+"/correction", n.showCorrection("correction")),
		show(base+"/suspension", n.showCorrection("suspension")),
		show(base+"/retraction", n.showCorrection("retraction")),
		do(base+"/correction", n.beginCorrection),
		do(base+"/suspension", n.suspend),
		do(base+"/suspension/restore", n.proposeRestore),
		show(base+"/suspension/restore", n.backToPage("suspension")),
		do(base+"/retraction", n.submitRetraction),
		do(base+"/review", n.setReview),
		show(base+"/review", n.backToPage("correction")),
	}
}

// showCorrection serves what can be done after publication; part is what the visitor came for.
func (n *Newsroom) showCorrection(part string) page {
	return func(c *fiber.Ctx, in visitor) error {
		page, _, err := n.correctionPage(c, in, part)
		if err != nil {
			return err
		}
		page.Told = decisionTold(c.Query("told"))
		return n.render(c, fiber.StatusOK, pages.Correction(page))
	}
}

// correctionPage reads the published verdict of the claim that the path names.
func (n *Newsroom) correctionPage(c *fiber.Ctx, in visitor, part string) (pages.CorrectionPage, store.Published, error) {
	id, err := idParam[factcheck.ClaimID](c.Params("claim"))
	if err != nil {
		return pages.CorrectionPage{}, store.Published{}, err
	}
	p, err := n.cfg.Store.PublishedVerdict(c.UserContext(), in.Actor, id)
	if err != nil {
		return pages.CorrectionPage{}, p, err
	}
	shell, err := n.shell(c.UserContext(), in, claimPagePath(id, part))
	if err != nil {
		return pages.CorrectionPage{}, p, err
	}
	page := pages.CorrectionPage{
		Shell: shell, Part: part, Claim: claimHead(p), None: p.N == 0, Other: p.Others > 0, Label: p.Label, N: p.N, At: p.At, ValidTo: p.ValidTo, Notice: p.Notice,
		OpenState: p.OpenState, OpenKind: p.OpenKind, Redacting: p.Redactions, Editor: in.Actor.Role != factcheck.RoleChecker,
		Depends: pages.Dependents{Linked: p.Linked, Others: p.Others, Merged: p.Merged, Addresses: p.Addresses, States: p.States, Tips: p.Tips, Taken: p.Taken, Behind: p.Behind},
	}
	for _, t := range p.Takers {
		page.Depends.Takers = append(page.Depends.Takers, pages.Taker(t))
	}
	for _, a := range p.Articles {
		page.Depends.Articles = append(page.Depends.Articles, pages.DependentItem{ID: a.ID.String(), Title: orElse(a.Title, a.URL), Outlet: a.Outlet, Stance: a.Stance, State: a.State})
	}
	if p.Restoring != nil {
		item := proposalItem(in, *p.Restoring)
		page.Restoring = &item
	}
	if p.Review != nil {
		page.Review = pages.ReviewForm{On: p.Review.DueOn.Format(time.DateOnly), Note: p.Review.Note, By: p.Review.SetBy}
	}
	return page, p, nil
}

func claimHead(p store.Published) pages.ClaimHead {
	head := pages.ClaimHead{ID: p.Claim.String(), Text: p.ClaimText, Lang: p.Language, Stage: string(p.Stage), State: string(p.State)}
	if p.Public {
		head.PublicURL = "/claims/" + p.Slug
	}
	return head
}

// onVerdict does something with the house's verdict on the claim that the path names, and leads to where. What went wrong
// is shown on the page of part, with what was typed.
func (n *Newsroom) onVerdict(c *fiber.Ctx, in visitor, part string, typed pages.CorrectionForm, where func(factcheck.ClaimID) string, do func(context.Context, factcheck.VerdictID) error) error {
	_, p, err := n.correctionPage(c, in, part)
	if err != nil {
		return err
	}
	if p.Verdict.IsZero() {
		err = factcheck.Conflict("this house has published no verdict on this claim")
	} else {
		err = do(c.UserContext(), p.Verdict)
	}
	if err == nil {
		return see(c, where(p.Claim))
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, _, err := n.correctionPage(c, in, part) // as it is now
	if err != nil {
		return err
	}
	page.Error, page.Field, page.Typed = problem.message, problem.field, typed
	return n.render(c, problem.status, pages.Correction(page))
}

// suspend pulls the emergency brake.
func (n *Newsroom) suspend(c *fiber.Ctx, in visitor, f form) error {
	typed := pages.CorrectionForm{Notice: f.line("notice")}
	return n.onVerdict(c, in, "suspension", typed, toldAt("suspension", "suspended"), func(ctx context.Context, id factcheck.VerdictID) error {
		return n.cfg.Store.SuspendVerdict(ctx, in.Actor, id, typed.Notice)
	})
}

// proposeRestore asks to show a suspended verdict again.
func (n *Newsroom) proposeRestore(c *fiber.Ctx, in visitor, f form) error {
	typed := pages.CorrectionForm{Reason: f.line("reason")}
	return n.onVerdict(c, in, "suspension", typed, toldAt("suspension", "proposed"), func(ctx context.Context, id factcheck.VerdictID) error {
		_, err := n.cfg.Store.ProposeRestore(ctx, in.Actor, id, typed.Reason)
		return err
	})
}

// beginCorrection begins a version as an update, clarification or correction, and leads to its draft.
func (n *Newsroom) beginCorrection(c *fiber.Ctx, in visitor, f form) error {
	typed := pages.CorrectionForm{Kind: factcheck.CorrectionKind(f.get("kind")), Note: f.line("note")}
	where := func(id factcheck.ClaimID) string { return "/newsroom/claims/" + id.String() }
	return n.onVerdict(c, in, "correction", typed, where, func(ctx context.Context, id factcheck.VerdictID) error {
		if typed.Kind == factcheck.CorrectionRetraction {
			return factcheck.Invalid("correction", "a retraction has a form of its own")
		}
		_, err := n.cfg.Store.DraftCorrection(ctx, in.Actor, id, typed.Kind, typed.Note)
		return err
	})
}

// submitRetraction asks a colleague to approve that the verdict is taken back.
func (n *Newsroom) submitRetraction(c *fiber.Ctx, in visitor, f form) error {
	typed := pages.CorrectionForm{Note: f.line("note")}
	return n.onVerdict(c, in, "retraction", typed, toldAt("approval", "submitted"), func(ctx context.Context, id factcheck.VerdictID) error {
		_, err := n.cfg.Store.SubmitRetraction(ctx, in.Actor, id, typed.Note)
		return err
	})
}

// setReview says when the verdict is to be looked at again.
func (n *Newsroom) setReview(c *fiber.Ctx, in visitor, f form) error {
	return n.onVerdict(c, in, "correction", pages.CorrectionForm{}, toldAt("correction", "reminded"), func(ctx context.Context, id factcheck.VerdictID) error {
		on, err := dayField("due_on", f.line("due_on"))
		if err != nil {
			return err
		}
		return n.cfg.Store.SetReview(ctx, in.Actor, id, on, f.line("note"))
	})
}

// toldAt returns where a form leads: to a page of the claim that says what was done.
func toldAt(page, word string) func(factcheck.ClaimID) string {
	return func(id factcheck.ClaimID) string { return claimPageAt(id, page, word) }
}
