package newsroom

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// draftFields returns what a draft says as its form shows it.
func (n *Newsroom) draftFields(d factcheck.Draft) map[string]string {
	reasons := make([]string, 0, len(d.Reasons))
	for _, r := range d.Reasons {
		reasons = append(reasons, string(r))
	}
	slices.Sort(reasons)
	return map[string]string{
		"label": d.Label, "reasons": strings.Join(reasons, " "), "language": d.Language, "headline": d.Headline, "answer": d.Answer, "body": d.Body,
		"true": d.True, "false": d.False, "unknown": d.Unknown, "how_checked": d.HowChecked, "note": d.Note,
		"valid_from": n.moment(d.ValidFrom), "valid_to": n.moment(d.ValidTo),
	}
}

// typedDraft returns what was typed of a draft; fields that were not sent are not in it.
func typedDraft(f form) map[string]string {
	typed := map[string]string{}
	for _, name := range []string{"language", "headline", "answer", "body", "true", "false", "unknown", "how_checked", "note", "valid_from", "valid_to"} {
		if f.values.Has(name) {
			typed[name] = f.line(name)
		}
	}
	if labels := f.values["label"]; len(labels) > 0 { // the empty one stands first, for nothing chosen
		typed["label"] = labels[len(labels)-1]
	}
	if f.get("reasons_shown") == "yes" {
		typed["reasons"] = strings.Join(slices.Compact(slices.Sorted(slices.Values(f.values["reasons"]))), " ")
	}
	return typed
}

// setDraftFields returns a draft with the fields of its form. A moment that reads as the saved one is the saved one.
func (n *Newsroom) setDraftFields(now factcheck.Draft, scale factcheck.ScaleID, fields map[string]string) (factcheck.Draft, error) {
	out := now
	out.Label, out.Language, out.Headline, out.Answer, out.Body = fields["label"], fields["language"], fields["headline"], fields["answer"], fields["body"]
	out.True, out.False, out.Unknown, out.HowChecked, out.Note = fields["true"], fields["false"], fields["unknown"], fields["how_checked"], fields["note"]
	if out.Scale.IsZero() {
		out.Scale = scale
	}
	out.Reasons = nil
	for r := range strings.FieldsSeq(fields["reasons"]) {
		out.Reasons = append(out.Reasons, factcheck.Reason(r))
	}
	if len(out.Reasons) == len(now.Reasons) && n.draftFields(out)["reasons"] == n.draftFields(now)["reasons"] {
		out.Reasons = now.Reasons
	}
	var err error
	if fields["valid_from"] != n.moment(now.ValidFrom) {
		if out.ValidFrom, err = n.momentOr("valid_from", fields["valid_from"]); err != nil {
			return out, err
		}
	}
	if fields["valid_to"] != n.moment(now.ValidTo) {
		out.ValidTo, err = n.momentOr("valid_to", fields["valid_to"])
	}
	return out, err
}

// saved is what saving the verdict's form came to.
type saved struct {
	clashed []string // fields that both changed, and that are as the other saved them
	theirs  []string // fields that others had saved
	typed   map[string]string
	version store.Version // as it stands now
}

// keepDraft saves what was typed, field by field: what others saved meanwhile stays. Where both changed a field it is as they
// saved it, and named.
func (n *Newsroom) keepDraft(c *fiber.Ctx, in visitor, f form, id factcheck.ClaimID) (saved, error) {
	out := saved{typed: typedDraft(f)}
	was := f.was()
	var scale factcheck.ScaleID
	if out.typed["label"] != "" {
		var err error
		if scale, _, err = n.cfg.Store.HouseScale(c.UserContext()); err != nil && factcheck.CodeOf(err) != factcheck.CodeNotFound {
			return out, err
		}
	}
	var err error
	out.version, err = n.cfg.Store.ReviseDraft(c.UserContext(), in.Actor, id, func(now factcheck.Draft) (factcheck.Draft, error) {
		var merged map[string]string
		merged, out.clashed, out.theirs = mergeFields(was, out.typed, n.draftFields(now))
		return n.setDraftFields(now, scale, merged)
	})
	return out, err
}

// saveDraft saves the verdict's form. A script that saves as somebody writes gets the rules as they stand now, and what others
// saved; a browser is led back, or shown both texts of a field that two people changed. What was typed can be sent for approval
// in the same act, unless somebody else had a hand in it meanwhile: that is read first.
func (n *Newsroom) saveDraft(c *fiber.Ctx, in visitor, f form) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	kept, err := n.keepDraft(c, in, f, id)
	if f.get("autosave") == "yes" {
		return n.showSaved(c, in, kept, err)
	}
	switch {
	case err != nil:
		return n.draftAgain(c, in, f, err)
	case len(kept.clashed) > 0:
		return n.draftAgain(c, in, f, errClash)
	case len(kept.theirs) > 0:
		return see(c, claimAt(id, "merged", "verdict"))
	case f.get("then") == "submit":
		return n.sendDraft(c, in, f, id, kept.version)
	}
	return see(c, claimAt(id, "saved", "verdict"))
}

// draftAgain shows the verdict's form with what was typed, beside what somebody else saved. Sending it again is a decision.
func (n *Newsroom) draftAgain(c *fiber.Ctx, in visitor, f form, err error) error {
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	p, perr := n.claimPage(c, in)
	if perr != nil {
		return perr
	}
	p.Typed = typedOf(f, "draft", problem)
	typed, now := typedDraft(f), n.draftFields(p.work.Draft.Draft)
	merged, clashed, _ := mergeFields(f.was(), typed, now)
	for _, name := range clashed {
		merged[name] = typed[name]
	}
	if problem.field != "" { // what is wrong stands in the form as it was typed
		for name, text := range typed {
			if pages.Digest(text) != f.was()[name] {
				merged[name] = text
			}
		}
	}
	form := n.draftForm(p, merged)
	form.WasHash = wasOf(now)
	form.Clashes = clashesOf(clashed, typed, now, pages.FieldLabel2)
	if p.Draft != nil {
		p.Draft.Form = form
	} else {
		p.Empty = form
	}
	if perr := n.fillAdding(c, in, p); perr != nil {
		return perr
	}
	return n.render(c, problem.status, pages.Claim(p.ClaimPage))
}

// showSaved answers a script: with what is wrong, if something is, and what stands there now.
func (n *Newsroom) showSaved(c *fiber.Ctx, in visitor, kept saved, err error) error {
	status := fiber.StatusOK
	var problem formProblem
	if err != nil {
		var ok bool
		if problem, ok = problemOf(err); !ok {
			return err
		}
		status = problem.status
	}
	p, perr := n.claimPage(c, in)
	if perr != nil {
		return perr
	}
	p.Message = problem.message
	if p.Draft != nil {
		p.Draft.Form.Clashes = clashesOf(kept.clashed, kept.typed, n.draftFields(p.work.Draft.Draft), pages.FieldLabel2)
		p.Draft.Form.Theirs = kept.theirs
	}
	return n.render(c, status, pages.DraftSaved(p.ClaimPage))
}
