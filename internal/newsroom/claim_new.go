package newsroom

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// showNewClaim serves the form that files a claim, with what an address brings along: a text, a language, an article.
func (n *Newsroom) showNewClaim(c *fiber.Ctx, in visitor) error {
	p, err := n.newClaimPage(c, in, c.Query("article"))
	if err != nil {
		return err
	}
	p.Form = "new"
	p.Values = map[string][]string{}
	for _, name := range []string{"text", "language", "place", "why", "claimant_name", "url"} {
		if v := clip(c.Query(name), factcheck.MaxClaimText); v != "" {
			p.Values[name] = []string{v}
		}
	}
	if text := p.Value("new", "text"); text != "" {
		if err := n.fillNear(c, in, p, text, orElse(p.Value("new", "language"), p.Default)); err != nil {
			return err
		}
	}
	return n.render(c, fiber.StatusOK, pages.NewClaim(*p))
}

// newClaimPage returns the empty form.
func (n *Newsroom) newClaimPage(c *fiber.Ctx, in visitor, article string) (*pages.NewClaimPage, error) {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/claims/new")
	if err != nil {
		return nil, err
	}
	p := &pages.NewClaimPage{Shell: shell, Default: shell.Lang}
	topics, err := n.cfg.Store.TopicChoices(c.UserContext(), in.Actor)
	if err != nil {
		return nil, err
	}
	for _, t := range topics {
		p.Topics = append(p.Topics, pages.Option{Value: t.ID.String(), Label: t.Name})
	}
	if err := n.fillFound(c, in, p, article); err != nil {
		return nil, err
	}
	return p, nil
}

// fileClaim files the claim, or shows what is like it first: filing stops at a claim that is the same until somebody says that
// it is not, because. Choosing that it is this one files nothing, and leads there.
func (n *Newsroom) fileClaim(c *fiber.Ctx, in visitor, f form) error {
	step := f.get("step")
	if step == "look" {
		return n.newClaimAgain(c, in, f, nil)
	}
	if err := n.readFound(c, in, f); err != nil || step == "read" {
		return n.newClaimAgain(c, in, f, err)
	}
	if there := chosenNear(f); !there.IsZero() {
		return n.goThere(c, in, f, there)
	}
	input, err := n.filingOf(c, in, f)
	if err != nil {
		return n.newClaimAgain(c, in, f, err)
	}
	near, err := n.near(c, in, input.Claim.Text, input.Claim.Language)
	if err != nil {
		return n.newClaimAgain(c, in, f, err)
	}
	if err := near.CheckDistinct(input.Distinct); err != nil {
		return n.newClaimAgain(c, in, f, err)
	}
	article, link, said, err := n.foundLink(c, in, f)
	if err != nil {
		return n.newClaimAgain(c, in, f, err)
	}
	if said {
		input.Article, input.Link = article, link
	}
	id, err := n.cfg.Store.FileNewClaim(c.UserContext(), in.Actor, input)
	switch {
	case err != nil:
		return n.newClaimAgain(c, in, f, err)
	case said:
		return see(c, claimAt(id, "both", ""))
	case !article.IsZero(): // link it there, where its words are
		return see(c, linkingAt(article, id))
	}
	return see(c, claimAt(id, "filed", ""))
}

// tipsOf reads the tips that a form carries: those that ask for the claim.
func tipsOf(f form) ([]factcheck.TipID, error) {
	var out []factcheck.TipID
	for _, s := range f.values["tip"] {
		id, err := idParam[factcheck.TipID](s)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

// chosenNear returns the claim that somebody said it is.
func chosenNear(f form) factcheck.ClaimID {
	for name := range f.values {
		if s, ok := strings.CutPrefix(name, "near-"); ok && f.get(name) == "this" {
			if id, err := idParam[factcheck.ClaimID](s); err == nil {
				return id
			}
		}
	}
	return factcheck.ClaimID{}
}

// filingOf reads the form.
func (n *Newsroom) filingOf(c *fiber.Ctx, in visitor, f form) (factcheck.FilingInput, error) {
	out := factcheck.FilingInput{Claim: factcheck.ClaimInput{Text: f.line("text"), Language: f.line("language"), Place: f.line("place"), Why: f.line("why"), Selection: factcheck.SelectionReason(f.line("selection"))}}
	var err error
	if out.Claim.Date, err = n.date("date", f.line("date")); err != nil {
		return out, err
	}
	if out.Claim.Topics, err = topicsOf(f.values["topics"]); err != nil {
		return out, err
	}
	if out.Claim, err = out.Claim.Clean(); err != nil {
		return out, err
	}
	if f.line("media_url") != "" {
		out.Media = append(out.Media, mediaOf(f))
	}
	if out.Distinct, err = toldApart(f); err != nil {
		return out, err
	}
	if out.Tips, err = tipsOf(f); err != nil {
		return out, err
	}
	out.Claim.Claimant, out.Claimant, err = n.typedClaimant(c, in, f, factcheck.ClaimantID{}, "")
	return out, err
}

// toldApart reads which claims somebody said it is not the same as, and why.
func toldApart(f form) ([]factcheck.Distinction, error) {
	var out []factcheck.Distinction
	for name := range f.values {
		s, ok := strings.CutPrefix(name, "near-")
		if !ok {
			continue
		}
		id, err := idParam[factcheck.ClaimID](s)
		if err != nil {
			return nil, err
		}
		because := f.line("because-" + s)
		switch f.get(name) {
		case "related":
			out = append(out, factcheck.Distinction{Claim: id, Reason: orElse(because, "Related, but a new claim.")})
		case "not":
			if because == "" {
				return nil, factcheck.Invalid("not_same", "say why it is not the same, so that the next one who files this knows")
			}
			out = append(out, factcheck.Distinction{Claim: id, Reason: because})
		}
	}
	return out, nil
}

// newClaimAgain shows the form with everything typed into it, what is like it, and what went wrong.
func (n *Newsroom) newClaimAgain(c *fiber.Ctx, in visitor, f form, err error) error {
	p, perr := n.newClaimPage(c, in, f.get("article"))
	if perr != nil {
		return perr
	}
	problem, status := formProblem{}, fiber.StatusOK
	if err != nil {
		var ok bool
		if problem, ok = problemOf(err); !ok {
			return err
		}
		status = problem.status
	}
	p.Typed, p.Tips = typedOf(f, "new", problem), f.values["tip"]
	if p.Same = choicesOf(err); err == nil {
		if _, _, err := n.typedClaimant(c, in, f, factcheck.ClaimantID{}, ""); err != nil {
			p.Same = choicesOf(err)
		}
	}
	if text := f.line("text"); onlyAddress(text) {
		p.Pasted = true
	} else if text != "" {
		if err := n.fillNear(c, in, p, text, orElse(f.line("language"), p.Default)); err != nil {
			return err
		}
	}
	return n.render(c, status, pages.NewClaim(*p))
}

// fillNear fills in the claims that are like a text. A text that is no claim's has none.
func (n *Newsroom) fillNear(c *fiber.Ctx, in visitor, p *pages.NewClaimPage, text, language string) error {
	near, err := n.near(c, in, text, language)
	if factcheck.CodeOf(err) == factcheck.CodeInvalid {
		return nil
	}
	if err != nil {
		return err
	}
	p.Looked, p.Warming = true, near.Warming
	var list []pages.NearItem
	for _, c := range near.Claims {
		list = append(list, nearItem(c))
	}
	p.Near = append(list, withoutNear(p.Near, list)...)
	return nil
}

// nearItem returns a claim that is like another as the form shows it.
func nearItem(c finder.Near) pages.NearItem {
	it := pages.NearItem{
		ID: c.ID.String(), Text: c.Text, Lang: c.Language, Stage: string(c.Stage), StageNote: c.StageNote, Exact: c.Exact, Stops: c.Stops(),
		Mark: ui.Mark{Label: c.Label, Truth: c.Truth}, HasVerdict: c.Label != "", Review: c.Review, Publisher: c.Publisher, Reason: c.Reason, SaidBy: c.SaidBy,
		Percent: int(c.Probability*100 + 0.5),
	}
	if len(c.Why.ClaimNumbers)+len(c.Why.TextNumbers) > 0 {
		it.Why = "differs in numbers: " + strings.Join(append(c.Why.ClaimNumbers, c.Why.TextNumbers...), ", ")
	} else if c.Why.Negated {
		it.Why = "one of the two says the opposite"
	} else if shared := append(append([]string{}, c.Why.Names...), c.Why.Words...); len(shared) > 0 {
		it.Why = "both say: " + strings.Join(shared[:min(len(shared), 6)], ", ")
	}
	return it
}
