package newsroom

import (
	"context"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// decisionRoutes are all addresses of what two people decide: approvals, and what comes after publication.
func (n *Newsroom) decisionRoutes() []Route {
	return slices.Concat(n.approvalRoutes(), n.correctionRoutes(), n.redactionRoutes(), n.mergeRoutes(), n.proposalRoutes(), n.complaintRoutes())
}

// approvalRoutes are the pages on which colleagues decide what becomes public.
func (n *Newsroom) approvalRoutes() []Route {
	const base = "/newsroom/claims/:claim/approval"
	return []Route{
		show(base, n.showApproval),
		do(base, n.approve),
		do(base+"/back", n.sendBack),
		do(base+"/call", n.callApprover),
		do(base+"/unschedule", n.unschedule),
		do(base+"/sensitive", n.markSensitive),
		show(base+"/back", n.backToPage("approval")),
		show(base+"/call", n.backToPage("approval")),
		show(base+"/unschedule", n.backToPage("approval")),
		show(base+"/sensitive", n.backToPage("approval")),
	}
}

// decisionTold are the sentences that a page of a decision says of what was just done, by the word in its address.
func decisionTold(word string) string {
	return map[string]string{
		"published":   "Published. Readers, feed and partners have it.",
		"approved":    "Your approval is noted. A second colleague has to approve it too.",
		"scheduled":   "Approved. It will be published at its moment.",
		"unscheduled": "It will not be published by itself. It waits for approval again.",
		"back":        "Sent back. The author is told.",
		"called":      "They are told that this waits.",
		"sensitive":   "Marked: two colleagues approve it.",
		"plain":       "The mark is off.",
		"suspended":   "Suspended. Every public way out says that the verdict is under review.",
		"proposed":    "Proposed. A second person decides.",
		"refused":     "Refused.",
		"done":        "Done.",
		"withdrawn":   "Taken back.",
		"reminded":    "Noted.",
		"submitted":   "Sent for approval. Somebody else reads exactly this text.",
		"filed":       "Entered.",
		"decided":     "Decided.",
		"postponed":   "The day is moved.",
		"on-call":     "Noted who is on call.",
		"read":        "Put away.",
	}[word]
}

// backToPage leads to a page of the claim of an address that only takes forms.
func (n *Newsroom) backToPage(page string) page {
	return func(c *fiber.Ctx, in visitor) error {
		id, err := n.claimParam(c, in)
		if err != nil {
			return err
		}
		return see(c, claimPagePath(id, page))
	}
}

// claimPagePath returns the path of one of the pages about a claim.
func claimPagePath(id factcheck.ClaimID, page string) string {
	return "/newsroom/claims/" + id.String() + "/" + page
}

// claimPageAt is claimPagePath with a word that says what was just done.
func claimPageAt(id factcheck.ClaimID, page, told string) string {
	return claimPagePath(id, page) + "?" + url.Values{"told": {told}}.Encode()
}

// claimParam returns the claim that the path names, if it is there.
func (n *Newsroom) claimParam(c *fiber.Ctx, in visitor) (factcheck.ClaimID, error) {
	id, err := idParam[factcheck.ClaimID](c.Params("claim"))
	if err != nil {
		return id, err
	}
	_, err = n.cfg.Store.NewsroomClaim(c.UserContext(), in.Actor, id)
	return id, err
}

// showApproval serves what waits for approval on a claim.
func (n *Newsroom) showApproval(c *fiber.Ctx, in visitor) error {
	id, err := idParam[factcheck.ClaimID](c.Params("claim"))
	if err != nil {
		return err
	}
	page, err := n.approvalPage(c.UserContext(), in, id)
	if err != nil {
		return err
	}
	page.Told = decisionTold(c.Query("told"))
	return n.render(c, fiber.StatusOK, pages.Approval(page))
}

// approve approves what the form names, now or for a moment.
func (n *Newsroom) approve(c *fiber.Ctx, in visitor, f form) error {
	id, version, err := n.decision(c, in, f)
	if err != nil {
		return err
	}
	hash, err := hex.DecodeString(f.get("hash"))
	if err != nil {
		return factcheck.Invalid("hash", "this form is damaged; reload the page")
	}
	var word string
	if f.get("when") == "then" {
		word, err = n.schedule(c, in, version, hash, f.line("publish_at"))
	} else {
		var v store.Version
		v, err = n.cfg.Store.ApproveVerdict(c.UserContext(), in.Actor, version, hash)
		word = "approved"
		if v.State == factcheck.VersionPublished {
			word = "published"
		}
	}
	if err == nil {
		return see(c, claimPageAt(id, "approval", word))
	}
	return n.approvalAgain(c, in, id, pages.DecisionForm{PublishAt: f.line("publish_at")}, err)
}

// schedule approves a version for a moment and returns the word for what that did.
func (n *Newsroom) schedule(c *fiber.Ctx, in visitor, version factcheck.VersionID, hash []byte, moment string) (string, error) {
	if moment == "" {
		return "", factcheck.Invalid("publish_at", "choose day and time, or approve it now")
	}
	at, err := n.date("publish_at", strings.Replace(moment, "T", " ", 1))
	if err != nil {
		return "", err
	}
	if at.Precision != factcheck.PrecisionInstant {
		return "", factcheck.Invalid("publish_at", "give the time too; write 2025-06-07 16:40")
	}
	return "scheduled", n.cfg.Store.ScheduleVerdict(c.UserContext(), in.Actor, version, hash, at.At)
}

// sendBack returns a version to its author with notes.
func (n *Newsroom) sendBack(c *fiber.Ctx, in visitor, f form) error {
	id, version, err := n.decision(c, in, f)
	if err != nil {
		return err
	}
	typed := pages.DecisionForm{Note: f.get("note"), Notes: map[string]factcheck.PassageNote{}}
	var notes []factcheck.PassageNote
	for name := range f.values {
		field, ok := strings.CutPrefix(name, "note.")
		note := factcheck.PassageNote{Field: field, Passage: f.line("passage." + field), Note: f.get(name)}
		if !ok || strings.TrimSpace(note.Note) == "" && note.Passage == "" {
			continue
		}
		typed.Notes[field] = note
		notes = append(notes, note)
	}
	sortNotes(notes)
	if err := n.cfg.Store.SendBack(c.UserContext(), in.Actor, version, typed.Note, notes...); err != nil {
		return n.approvalAgain(c, in, id, typed, err)
	}
	return see(c, claimPageAt(id, "approval", "back"))
}

// callApprover tells whoever is on call.
func (n *Newsroom) callApprover(c *fiber.Ctx, in visitor, _ form) error {
	return n.onApproval(c, in, "called", func(ctx context.Context, id factcheck.ClaimID) error {
		_, err := n.cfg.Store.PageApprover(ctx, in.Actor, id)
		return err
	})
}

// unschedule takes the moment of a publication back.
func (n *Newsroom) unschedule(c *fiber.Ctx, in visitor, f form) error {
	_, version, err := n.decision(c, in, f)
	if err != nil {
		return err
	}
	return n.onApproval(c, in, "unscheduled", func(ctx context.Context, _ factcheck.ClaimID) error {
		return n.cfg.Store.UnscheduleVerdict(ctx, in.Actor, version)
	})
}

// markSensitive asks two approvals of the claim, or one again.
func (n *Newsroom) markSensitive(c *fiber.Ctx, in visitor, f form) error {
	word := "plain"
	if f.get("sensitive") == "yes" {
		word = "sensitive"
	}
	return n.onApproval(c, in, word, func(ctx context.Context, id factcheck.ClaimID) error {
		return n.cfg.Store.MarkClaimSensitive(ctx, in.Actor, id, word == "sensitive")
	})
}

// decision reads which claim and version a form is about. CodeNotFound unless the version is one of the claim's: who decides on
// one page decides what stands there.
func (n *Newsroom) decision(c *fiber.Ctx, in visitor, f form) (factcheck.ClaimID, factcheck.VersionID, error) {
	id, err := idParam[factcheck.ClaimID](c.Params("claim"))
	if err != nil {
		return id, factcheck.VersionID{}, err
	}
	version, err := idParam[factcheck.VersionID](f.get("version"))
	if err != nil || version.IsZero() {
		return id, version, factcheck.Invalid("version", "this form is damaged; reload the page")
	}
	v, err := n.cfg.Store.NewsroomVersion(c.UserContext(), in.Actor, version)
	if err == nil && v.Claim != id {
		err = factcheck.NotFound("this claim has no such version")
	}
	return id, version, err
}

// onApproval does something about the claim and leads back to the page.
func (n *Newsroom) onApproval(c *fiber.Ctx, in visitor, word string, do func(context.Context, factcheck.ClaimID) error) error {
	id, err := n.claimParam(c, in)
	if err != nil {
		return err
	}
	if err := do(c.UserContext(), id); err != nil {
		return n.approvalAgain(c, in, id, pages.DecisionForm{}, err)
	}
	return see(c, claimPageAt(id, "approval", word))
}

// approvalAgain shows the page as it is now with what was typed and what went wrong.
func (n *Newsroom) approvalAgain(c *fiber.Ctx, in visitor, id factcheck.ClaimID, typed pages.DecisionForm, err error) error {
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.approvalPage(c.UserContext(), in, id)
	if perr != nil {
		return perr
	}
	page.Error, page.Field, page.Typed = problem.message, problem.field, typed
	return n.render(c, problem.status, pages.Approval(page))
}

// dayField reads the day of a form's field; the empty text is the zero time.
func dayField(field, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, factcheck.Invalid(field, "this is not a day; write 2025-06-07")
	}
	return t, nil
}
