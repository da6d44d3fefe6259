package newsroom

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

const hits = 12 // claims that a search offers

// linkArticle links a passage of the article to a claim that is there, or to one filed in the same act. Its button "find"
// only looks for claims and shows the form again.
func (n *Newsroom) linkArticle(c *fiber.Ctx, in visitor, f form) error {
	page, err := n.articlePage(c, in)
	if err != nil {
		return err
	}
	page.Link = linkForm(f, page.Link)
	switch f.get("step") {
	case "find":
		return n.findClaims(c, in, page)
	case "near":
		return n.lookNear(c, in, page, f)
	}
	if err := n.link(c, in, page, f); err != nil {
		return n.linkAgain(c, in, page, err)
	}
	if claim := page.Link.Claim; claim != "new" && page.Link.Find == claim { // somebody came from this claim, and goes on there
		id, err := idParam[factcheck.ClaimID](claim)
		if err == nil {
			return see(c, claimAt(id, "linked", "source-address"))
		}
	}
	return see(c, articleAt(c, page.article.ID, "linked"))
}

// linkForm reads the form.
func linkForm(f form, empty pages.LinkForm) pages.LinkForm {
	return pages.LinkForm{
		Open: true, Passage: f.line("passage"), Start: f.get("start"), Elsewhere: f.get("elsewhere") == "yes", Find: f.line("find"), Claim: f.get("claim"),
		Text: f.line("text"), Lang: orElse(f.line("language"), empty.Lang), Claimant: f.line("claimant"), ClaimantKind: f.get("claimant_kind"),
		Stance: factcheck.Stance(f.get("stance")), Appeared: f.line("appeared"), Note: f.line("note"), First: f.get("first") == "yes",
		Instead: f.get("instead"),
	}
}

// findClaims shows the form with the claims that its words find; the passage's, if none were typed.
func (n *Newsroom) findClaims(c *fiber.Ctx, in visitor, page *workingPage) error {
	status := fiber.StatusOK
	if err := n.offerClaims(c, in, page); err != nil {
		problem, ok := problemOf(err)
		if !ok {
			return err
		}
		page.Link.Error, page.Link.Field, status = problem.message, "find", problem.status
	}
	if len(page.Link.Hits) == 1 && page.Link.Claim == "" {
		page.Link.Claim = page.Link.Hits[0].ID
	}
	return n.render(c, status, pages.Article(page.ArticlePage))
}

// offerClaims fills in the claims that the form's words find, and the one that was chosen before.
func (n *Newsroom) offerClaims(c *fiber.Ctx, in visitor, page *workingPage) error {
	form := &page.Link
	words := form.Find
	if words == "" {
		words = clip(form.Passage, 300)
	}
	form.Found = words != ""
	found, err := n.lookUp(c, in, words, hits)
	if err != nil {
		return err
	}
	form.Warming = found.Warming
	for _, w := range found.Corrections {
		form.Corrected = append(form.Corrected, "No claim has “"+w.From+"”; “"+w.To+"” was looked for.")
	}
	chosen := form.Claim == "" || form.Claim == "new"
	add := func(list []finder.Near) {
		for _, claim := range list {
			item := foundItem(claim.FoundClaim)
			item.Reading, item.Probability, item.Why = claim.Reading, claim.Probability, claim.Why
			form.Hits = append(form.Hits, item)
			chosen = chosen || item.ID == form.Claim
		}
	}
	if add(found.Claims); chosen {
		return nil
	}
	before, err := n.lookUp(c, in, form.Claim, 1)
	add(before.Claims)
	return err
}

// lookUp finds claims by what somebody typed; a desk without an index asks the store.
func (n *Newsroom) lookUp(c *fiber.Ctx, in visitor, typed string, limit int) (finder.Nearby, error) {
	if n.cfg.Finder != nil {
		return n.cfg.Finder.LookUp(c.UserContext(), in.Actor, typed, limit)
	}
	list, err := n.cfg.Store.FindClaims(c.UserContext(), in.Actor, typed, limit)
	if err != nil {
		return finder.Nearby{}, err
	}
	ids := make([]factcheck.ClaimID, 0, len(list))
	for _, claim := range list {
		ids = append(ids, claim.ID)
	}
	rows, err := n.cfg.Store.FoundClaims(c.UserContext(), in.Actor, ids)
	out := finder.Nearby{Warming: true}
	for _, r := range rows {
		out.Claims = append(out.Claims, finder.Near{NearClaim: store.NearClaim{FoundClaim: r}})
	}
	return out, err
}

// lookNear shows the form with the claims that are like its new one.
func (n *Newsroom) lookNear(c *fiber.Ctx, in visitor, page *workingPage, f form) error {
	page.Link.Claim = orElse(page.Link.Claim, "new")
	err := n.checkNew(c, in, page, f, factcheck.ClaimInput{Text: page.Link.Text, Language: page.Link.Lang})
	if err != nil && factcheck.CodeOf(err) != factcheck.CodeConflict {
		return n.linkAgain(c, in, page, err)
	}
	return n.render(c, fiber.StatusOK, pages.Article(page.ArticlePage))
}

// link does what the form says.
func (n *Newsroom) link(c *fiber.Ctx, in visitor, page *workingPage, f form) error {
	ctx, form := c.UserContext(), &page.Link
	input := factcheck.AppearanceInput{Stance: form.Stance, Note: form.Note, First: form.First}
	var err error
	if input.Anchor, err = passage(page.article.Text, form.Passage, form.Start, form.Elsewhere); err != nil {
		return err
	}
	input.Quote = input.Anchor.Quote
	if input.Appeared, err = n.date("appeared", form.Appeared); err != nil {
		return err
	}
	if form.Claim == "new" {
		filed := newClaim(form, input)
		if err := n.checkNew(c, in, page, f, filed.Claim); err != nil {
			return err
		}
		filed.Distinct = distinctions(f)
		if item, err := readItem(form.Instead); err == nil {
			filed.Instead = &item
		}
		_, err = n.cfg.Store.FileAndLink(ctx, in.Actor, page.article.ID, filed)
		return err
	}
	claim, err := idParam[factcheck.ClaimID](form.Claim)
	if err != nil || claim.IsZero() {
		return factcheck.Invalid("claim", "find the claim and choose it, or file a new one")
	}
	_, err = n.cfg.Store.LinkArticle(ctx, in.Actor, page.article.ID, claim, input)
	return err
}

// newClaim returns the claim that a form files with its link.
func newClaim(form *pages.LinkForm, link factcheck.AppearanceInput) factcheck.FileLinkInput {
	in := factcheck.FileLinkInput{Claim: factcheck.ClaimInput{Text: form.Text, Language: form.Lang}, Link: link}
	if form.Claimant == "" {
		return in
	}
	in.Claimant = &factcheck.ClaimantInput{Name: form.Claimant, Kind: factcheck.ClaimantKind(form.ClaimantKind)}
	if form.ClaimantKind == "private" || form.ClaimantKind == "" {
		in.Claimant.Kind, in.Claimant.Private = factcheck.ClaimantPerson, true // unnamed unless somebody says otherwise
	}
	return in
}

// linkAgain shows the form with everything typed into it and what went wrong.
func (n *Newsroom) linkAgain(c *fiber.Ctx, in visitor, page *workingPage, err error) error {
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	if err := n.offerClaims(c, in, page); err != nil {
		if _, ok := problemOf(err); !ok {
			return err
		}
	}
	page.Link.Error, page.Link.Field = problem.message, problem.field
	return n.render(c, problem.status, pages.Article(page.ArticlePage))
}

// passage finds what somebody selected or pasted in the text of an article. start is the byte it was selected at, if it was.
// What is not in the text is an error about the field quote, unless it is said to stand elsewhere.
func passage(text, typed, start string, elsewhere bool) (factcheck.Anchor, error) {
	if err := factcheck.CheckText("quote", typed, factcheck.MaxQuote); err != nil {
		return factcheck.Anchor{}, err
	}
	switch {
	case elsewhere:
		return factcheck.Anchor{Quote: typed}, nil
	case typed == "":
		return factcheck.Anchor{}, factcheck.Invalid("quote", "select the passage in the text or paste it here, or say that it is not in the text")
	case strings.TrimSpace(text) == "":
		return factcheck.Anchor{}, factcheck.Invalid("quote", "the article has no text here; say that the passage is not in the text, or paste the text first")
	}
	near, err := strconv.Atoi(start)
	if err != nil || near < 0 || near > len(text) {
		near = 0
	}
	if at := nearest(text, typed, near); at >= 0 {
		return ingest.AnchorAt(text, at, at+len(typed)), nil
	}
	if a, ok := ingest.Locate(text, factcheck.Anchor{Quote: typed, Start: near}); ok {
		return a, nil
	}
	return factcheck.Anchor{}, factcheck.Invalid("quote", "this passage is not in the text; copy it from there, or say that it is not in the text")
}

// nearest returns where the very words stand in the text, of several places the one nearest to a byte; -1 if nowhere.
func nearest(text, words string, near int) int {
	best := -1
	for from := 0; from+len(words) <= len(text); {
		i := strings.Index(text[from:], words)
		if i < 0 {
			break
		}
		at := from + i
		if best < 0 || abs(at-near) < abs(best-near) {
			best = at
		}
		if at >= near {
			break // those behind are farther away
		}
		from = at + 1
	}
	return best
}

func abs(n int) int { return max(n, -n) }

func clip(s string, limit int) string {
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit])
	}
	return s
}
