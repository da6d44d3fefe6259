package newsroom

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// Preview renders the public page of a document that is not public, and its JSON-LD (nil if it has none), by what renders
// the public ones.
type Preview = func(ctx context.Context, claim document.Claim) (page, jsonLD []byte, err error)

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
	theirs  int      // fields that others had saved
	typed   map[string]string
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
	_, err := n.cfg.Store.ReviseDraft(c.UserContext(), in.Actor, id, func(now factcheck.Draft) (factcheck.Draft, error) {
		var merged map[string]string
		merged, out.clashed, out.theirs = mergeFields(was, out.typed, n.draftFields(now))
		return n.setDraftFields(now, scale, merged)
	})
	return out, err
}

// saveDraft saves the verdict's form. A script that saves as somebody writes gets the rules as they stand now, and what others
// saved; a browser is led back, or shown both texts of a field that two people changed.
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
		return n.draftAgain(c, in, f, &factcheck.Error{
			Code: factcheck.CodeConflict, Message: "somebody else saved this while you were writing; nothing of yours is lost: look at both",
		})
	case kept.theirs > 0:
		return see(c, claimAt(id, "merged", "verdict"))
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
			if digest(text) != f.was()[name] {
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
	}
	return n.render(c, status, pages.DraftSaved(p.ClaimPage))
}

// fillDraft fills in the open version with its sources and replies, and how it stands to the rules.
func (n *Newsroom) fillDraft(p *claimWork) {
	v := p.work.Draft
	d := v.Draft
	if v.ID.IsZero() {
		p.Empty = n.draftForm(p, n.draftFields(factcheck.Draft{Language: p.work.Language}))
		p.Empty.WasHash = wasOf(n.draftFields(factcheck.Draft{Language: p.work.Language}))
		return
	}
	shown := &pages.DraftShown{
		ID: v.ID.String(), State: string(v.State), Revision: v.Revision, Note: v.Note, Correction: string(d.Correction), Waivers: d.Waivers, Wordings: d.Wordings,
		Rating: ui.Mark{Label: v.Rating.Label, Truth: v.Rating.Truth},
	}
	for _, m := range p.work.People {
		if m.ID == v.SubmittedBy {
			shown.SubmittedBy = m.Name
		}
		if slices.Contains(v.Authors, m.ID) {
			shown.Authors = append(shown.Authors, m.Name)
		}
	}
	origins := map[string]bool{}
	for i, s := range d.Sources {
		shown.Sources = append(shown.Sources, pages.SourceItem{
			ID: s.ID.String(), URL: s.URL, Document: s.Document, Title: s.Title, Origin: s.Origin, Quote: s.Quote, Interest: s.Interest, ArchiveURL: s.ArchiveURL,
			Kind: string(s.Kind), Bearing: string(s.Bearing), ReadAt: s.ReadAt, ReadForm: dayOf(s.ReadAt), Was: wasOf(sourceFields(s)),
			Complete: s.Complete(), First: i == 0, Last: i == len(d.Sources)-1,
		})
		if s.Origin != "" {
			origins[strings.ToLower(s.Origin)] = true
		}
		if s.Kind == factcheck.SourcePrimary {
			shown.Primary++
		}
	}
	shown.Origins = len(origins)
	for _, r := range d.Replies {
		shown.Replies = append(shown.Replies, pages.ReplyItem{
			Key: r.Key(), Asked: r.Asked, AskedAt: n.moment(&r.AskedAt), Deadline: n.moment(r.Deadline), AnsweredAt: n.moment(r.AnsweredAt), Answer: r.Answer,
			At: r.AskedAt, Due: r.Deadline, Answered: r.AnsweredAt,
		})
	}
	fields := n.draftFields(d)
	shown.Form = n.draftForm(p, fields)
	shown.Form.WasHash = wasOf(fields)
	p.Draft = shown
	for _, r := range d.Standing(v.Rating, p.work.Rules) {
		p.Rules = append(p.Rules, pages.RuleItem{RuleStanding: r, Target: ruleTarget(r.Field)})
		if !r.Met() {
			p.Open++
		}
	}
}

// ruleTarget returns the id of the place on the page where a rule is met.
func ruleTarget(field string) string {
	switch {
	case field == "sources":
		return "add-source"
	case strings.HasPrefix(field, "sources["):
		return "sources-" + strings.TrimSuffix(strings.TrimPrefix(field, "sources["), "]")
	}
	return "draft-" + field
}

// draftForm returns the verdict's form with fields in it.
func (n *Newsroom) draftForm(p *claimWork, fields map[string]string) pages.DraftForm {
	d := pages.DraftForm{
		Label: fields["label"], Lang: fields["language"], Headline: fields["headline"], Answer: fields["answer"], Body: fields["body"],
		True: fields["true"], False: fields["false"], Unknown: fields["unknown"], HowChecked: fields["how_checked"], Note: fields["note"],
		ValidFrom: fields["valid_from"], ValidTo: fields["valid_to"],
	}
	for _, l := range p.work.Scale.Labels {
		d.Labels = append(d.Labels, pages.LabelChoice{Label: l.Label, Definition: l.Definition, Mark: ui.Mark{Label: l.Label, Truth: l.Truth}, On: l.Label == d.Label})
	}
	on := strings.Fields(fields["reasons"])
	for _, r := range factcheck.Reasons() {
		d.Reasons = append(d.Reasons, pages.Option{Value: string(r), Label: p.ReasonWord(string(r)), On: slices.Contains(on, string(r))})
	}
	return d
}

// submitDraft sends the draft for approval, and leads to where it is read.
func (n *Newsroom) submitDraft(c *fiber.Ctx, in visitor, f form) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	p, err := n.claimPage(c, in)
	if err != nil {
		return err
	}
	revision, err := f.revision()
	if err == nil && p.work.Open.IsZero() {
		err = factcheck.Conflict("there is nothing to send yet")
	}
	if err == nil {
		_, err = n.cfg.Store.SubmitVerdict(c.UserContext(), in.Actor, p.work.Open, revision)
	}
	if err != nil {
		return n.claimAgain(c, in, f, "page", err)
	}
	return see(c, pages.ClaimPath(id.String())+"/approval")
}

// openAct does something with the open version at the revision that a form was filled in at.
func (n *Newsroom) openAct(c *fiber.Ctx, in visitor, f form, name, told string, do func(factcheck.VersionID, int) error) error {
	return n.claimDo(c, in, f, name, told, "verdict", func(id factcheck.ClaimID) error {
		revision, err := f.revision()
		if err != nil {
			return err
		}
		claim, err := n.cfg.Store.NewsroomClaim(c.UserContext(), in.Actor, id)
		if err != nil {
			return err
		}
		if claim.Open.IsZero() {
			return factcheck.Conflict("there is no draft on this claim any more")
		}
		return do(claim.Open, revision)
	})
}

func (n *Newsroom) takeBackDraft(c *fiber.Ctx, in visitor, f form) error {
	return n.openAct(c, in, f, "page", "back", func(id factcheck.VersionID, revision int) error {
		return n.cfg.Store.ReopenDraft(c.UserContext(), in.Actor, id, revision)
	})
}

func (n *Newsroom) discardDraft(c *fiber.Ctx, in visitor, f form) error {
	return n.openAct(c, in, f, "discard", "discarded", func(id factcheck.VersionID, revision int) error {
		if f.get("sure") != "yes" {
			return factcheck.Invalid("sure", "say that you mean it")
		}
		return n.cfg.Store.DiscardDraft(c.UserContext(), in.Actor, id, revision)
	})
}

// revise changes one thing of the draft as it is now.
func (n *Newsroom) revise(c *fiber.Ctx, in visitor, id factcheck.ClaimID, change func(*factcheck.Draft) error) error {
	_, err := n.cfg.Store.ReviseDraft(c.UserContext(), in.Actor, id, func(now factcheck.Draft) (factcheck.Draft, error) {
		return now, change(&now)
	})
	return err
}

// waiveRule meets a house rule by a stated reason, or takes the reason back.
func (n *Newsroom) waiveRule(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "waive-"+f.get("rule"), "saved", "rules", func(id factcheck.ClaimID) error {
		return n.revise(c, in, id, func(d *factcheck.Draft) error {
			d.Waive(factcheck.Rule(f.get("rule")), f.line("reason"))
			return nil
		})
	})
}

// setVerdictWordings sets headline and answer in other languages: three lines for each, a blank line between.
func (n *Newsroom) setVerdictWordings(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "vwordings", "saved", "verdict-wordings", func(id factcheck.ClaimID) error {
		list, err := verdictWordings(f.get("wordings"))
		if err != nil {
			return err
		}
		return n.revise(c, in, id, func(d *factcheck.Draft) error {
			was := f.line("was")
			if now := strings.TrimSpace(pages.VerdictWordingLines(d.Wordings)); now != was && now != f.line("wordings") {
				return factcheck.Conflict("somebody else changed these meanwhile; what you wrote stands below, what they wrote is saved")
			}
			d.Wordings = list
			return nil
		})
	})
}

// verdictWordings reads headline and answer in other languages.
func verdictWordings(text string) ([]factcheck.VerdictWording, error) {
	var out []factcheck.VerdictWording
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if block = strings.TrimSpace(block); block == "" {
			continue
		}
		lines := strings.SplitN(block, "\n", 3)
		if len(lines) < 2 || !factcheck.ValidLanguage(strings.TrimSpace(lines[0])) {
			return nil, factcheck.Invalid("wordings", "write three lines for each: its language, the headline, the answer")
		}
		w := factcheck.VerdictWording{Language: strings.TrimSpace(lines[0]), Headline: strings.TrimSpace(lines[1])}
		if len(lines) == 3 {
			w.Answer = strings.TrimSpace(lines[2])
		}
		if slices.ContainsFunc(out, func(o factcheck.VerdictWording) bool { return o.Language == w.Language }) {
			return nil, factcheck.Invalid("wordings", "%s is there twice", w.Language)
		}
		out = append(out, w)
	}
	return out, nil
}

// renderMarkdown answers the script with a text as readers will see it.
func (n *Newsroom) renderMarkdown(c *fiber.Ctx, _ visitor, f form) error {
	text := f.get("body")
	if err := factcheck.CheckText("body", text, factcheck.MaxBody); err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.Rendered(f.get("language"), text))
}

// preview returns the document of the claim as it would be public.
func (n *Newsroom) preview(c *fiber.Ctx, in visitor) (document.Claim, error) {
	id, err := claimID(c)
	if err != nil {
		return document.Claim{}, err
	}
	claim, err := n.cfg.Store.NewsroomClaim(c.UserContext(), in.Actor, id)
	if err != nil {
		return document.Claim{}, err
	}
	if claim.Open.IsZero() {
		return document.Claim{}, factcheck.NotFound("there is no draft on this claim to preview")
	}
	p, err := n.cfg.Store.PreviewVersion(c.UserContext(), in.Actor, claim.Open)
	if err != nil {
		return document.Claim{}, err
	}
	return document.Decode(p.Stored, n.cfg.PublicURL, 0)
}

// previewClaim serves the reader's page as it would be.
func (n *Newsroom) previewClaim(c *fiber.Ctx, in visitor) error {
	claim, err := n.preview(c, in)
	if err != nil {
		return err
	}
	if n.cfg.Preview == nil {
		return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "there are no readers’ pages here"}
	}
	page, _, err := n.cfg.Preview(c.UserContext(), claim)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set("X-Robots-Tag", "noindex")
	return c.Send(page)
}

// previewData shows what machines would read.
func (n *Newsroom) previewData(c *fiber.Ctx, in visitor) error {
	claim, err := n.preview(c, in)
	if err != nil {
		return err
	}
	shell, err := n.shell(c.UserContext(), in, pages.ClaimPath(claim.ID))
	if err != nil {
		return err
	}
	page := pages.DataPage{Shell: shell, ID: claim.ID, Text: claim.Text, Lang: claim.Language}
	raw, err := json.MarshalIndent(claim, "", "  ")
	if err != nil {
		return err
	}
	page.JSON = string(raw)
	if n.cfg.Preview != nil {
		_, ld, err := n.cfg.Preview(c.UserContext(), claim)
		if err != nil {
			return err
		}
		page.JSONLD = indented(ld)
	}
	return n.render(c, fiber.StatusOK, pages.Data(page))
}

func indented(raw []byte) string {
	var v any
	if len(raw) == 0 || json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return string(raw)
	}
	return string(out)
}

// dayOf returns a day as the forms take it.
func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
