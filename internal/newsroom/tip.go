package newsroom

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// tipHits is how many claims a tip is compared with.
const tipHits = 6

func (n *Newsroom) tipRoutes() []Route {
	again := func(c *fiber.Ctx, _ visitor) error {
		return see(c, "/newsroom/tips/"+c.Params("tip"))
	}
	return []Route{
		show("/newsroom/tips", n.showTips),
		show("/newsroom/tips/:tip", n.showTip),
		do("/newsroom/tips/:tip/claim", n.fileTips), show("/newsroom/tips/:tip/claim", again),
		do("/newsroom/tips/:tip/attach", n.attachTips), show("/newsroom/tips/:tip/attach", again),
		do("/newsroom/tips/:tip/decline", n.declineTips), show("/newsroom/tips/:tip/decline", again),
	}
}

// showTips lists the open tips, those that ask for the same together, or those that were dealt with.
func (n *Newsroom) showTips(c *fiber.Ctx, in visitor) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/tips")
	if err != nil {
		return err
	}
	page := pages.TipsPage{Shell: shell, Now: n.cfg.Now(), State: orElse(c.Query("state"), string(factcheck.TipOpen)), Told: toldOfTips(c.Query("told"))}
	if page.State == string(factcheck.TipOpen) {
		tips, open, err := n.cfg.Store.OpenTips(c.UserContext(), in.Actor)
		if err != nil {
			return err
		}
		page.Open = open
		page.Looked = len(tips)
		if page.Groups, err = tipGroups(tips); err != nil {
			return err
		}
		return n.render(c, fiber.StatusOK, pages.Tips(page))
	}
	after, err := idParam[factcheck.TipID](c.Query("after"))
	if err != nil {
		return err
	}
	tips, err := n.cfg.Store.Tips(c.UserContext(), in.Actor, factcheck.TipState(page.State), after, listLength+1)
	if err != nil {
		return err
	}
	if len(tips) > listLength {
		tips = tips[:listLength]
		page.Next = tips[listLength-1].ID.String()
	}
	for _, t := range tips {
		page.Groups = append(page.Groups, pages.TipGroup{First: tipItem(t), Tips: []pages.TipItem{tipItem(t)}})
	}
	return n.render(c, fiber.StatusOK, pages.Tips(page))
}

// tipGroups puts tips that ask for the same together, the largest groups first, then the newest.
func tipGroups(tips []store.Tip) ([]pages.TipGroup, error) {
	sent := make([]finder.Sent, len(tips))
	for i, t := range tips {
		sent[i] = finder.Sent{Text: t.Text, Address: t.URL, Language: t.Language}
	}
	first, err := finder.Alike(sent)
	if err != nil {
		return nil, err
	}
	at := map[int]int{}
	var groups []pages.TipGroup
	for i, t := range tips {
		g, ok := at[first[i]]
		if !ok {
			g = len(groups)
			at[first[i]] = g
			groups = append(groups, pages.TipGroup{First: tipItem(t)})
		}
		groups[g].Tips = append(groups[g].Tips, tipItem(t))
	}
	slices.SortStableFunc(groups, func(a, b pages.TipGroup) int { return len(b.Tips) - len(a.Tips) })
	return groups, nil
}

func tipItem(t store.Tip) pages.TipItem {
	item := pages.TipItem{
		ID: t.ID.String(), Reference: t.ID.Reference(), Text: t.Text, Address: t.URL, Lang: t.Language, Contact: t.Contact, State: string(t.State), At: t.CreatedAt, Until: t.ExpiresAt,
		Claim: t.Claim.String(), Answer: t.Answer, Reason: string(t.Reason), HandledBy: t.HandledBy, About: t.About.String(), AboutText: t.AboutText, AboutLang: t.AboutLang,
	}
	if t.HandledAt != nil {
		item.HandledAt = *t.HandledAt
	}
	return item
}

// showTip serves a tip with those that ask for the same and the claims it may be about.
func (n *Newsroom) showTip(c *fiber.Ctx, in visitor) error {
	page, err := n.tipPage(c, in)
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.Tip(page))
}

func (n *Newsroom) tipPage(c *fiber.Ctx, in visitor) (pages.TipPage, error) {
	id, err := idParam[factcheck.TipID](c.Params("tip"))
	if err != nil {
		return pages.TipPage{}, err
	}
	tip, err := n.cfg.Store.Tip(c.UserContext(), in.Actor, id)
	if err != nil {
		return pages.TipPage{}, err
	}
	shell, err := n.shell(c.UserContext(), in, "/newsroom/tips")
	if err != nil {
		return pages.TipPage{}, err
	}
	page := pages.TipPage{Shell: shell, Now: n.cfg.Now(), Tip: tipItem(tip), Chosen: map[string]bool{}}
	if tip.State != factcheck.TipOpen {
		return page, nil
	}
	page.Text, page.Language = claimOf(tip.Text), orElse(tip.Language, "en")
	page.Find = clip(tip.Text, 300)
	open, _, err := n.cfg.Store.OpenTips(c.UserContext(), in.Actor)
	if err != nil {
		return page, err
	}
	groups, err := tipGroups(open)
	if err != nil {
		return page, err
	}
	for _, g := range groups {
		if slices.ContainsFunc(g.Tips, func(t pages.TipItem) bool { return t.ID == page.Tip.ID }) {
			page.Others = slices.DeleteFunc(g.Tips, func(t pages.TipItem) bool { return t.ID == page.Tip.ID })
		}
	}
	for _, t := range page.Others {
		page.Chosen[t.ID] = true
	}
	if q := strings.TrimSpace(c.Query("find")); q != "" {
		page.Find = q
	}
	return page, n.tipHits(c, in, &page)
}

// claimOf returns a tip as the beginning of a claim's wording: its only paragraph, if it is short.
func claimOf(text string) string {
	if strings.Contains(strings.TrimSpace(text), "\n") || len([]rune(text)) > 300 {
		return ""
	}
	return strings.TrimSpace(text)
}

// tipHits fills in the claims that the tip may ask for: by the matcher, then by words.
func (n *Newsroom) tipHits(c *fiber.Ctx, in visitor, page *pages.TipPage) error {
	known := map[string]bool{}
	add := func(item pages.ClaimItem, verdict string, alike bool) {
		if !known[item.ID] && len(page.Hits) < tipHits {
			known[item.ID] = true
			page.Hits = append(page.Hits, pages.TipHit{ClaimItem: item, Verdict: verdict, Alike: alike})
		}
	}
	if n.cfg.Finder != nil && page.Find != "" {
		asked := strings.TrimSpace(c.Query("find")) != ""
		passages, err := n.cfg.Finder.MatchWorking(c.UserContext(), in.Actor, page.Find, match.Options{Limit: tipHits, Language: page.Tip.Lang})
		if err != nil && factcheck.CodeOf(err) != factcheck.CodeUnavailable {
			return err
		}
		for _, p := range passages {
			for _, m := range p.Claims {
				item := pages.ClaimItem{ID: m.Claim.String(), Text: m.Text, Lang: m.Language, Stage: string(m.Stage)}
				if m.Stage == "" {
					item.Stage, item.PublicURL = string(factcheck.StagePublished), "/claims/"+m.Slug
				}
				add(item, m.Verdict.Label, m.Reading == match.Same)
			}
		}
		if err == nil && !asked { // what only shares words with a tip is not worth a look, unless somebody looks for words
			return nil
		}
	}
	if page.Find == "" {
		return nil
	}
	found, err := n.cfg.Store.FindClaims(c.UserContext(), in.Actor, page.Find, tipHits)
	if err != nil {
		return err
	}
	for _, claim := range found {
		add(claimItem(claim), "", false)
	}
	return nil
}

// chosenTips returns the tip of the address and those that were ticked beside it.
func chosenTips(c *fiber.Ctx, f form) ([]factcheck.TipID, error) {
	var out []factcheck.TipID
	for _, s := range append([]string{c.Params("tip")}, f.values["tip"]...) {
		id, err := idParam[factcheck.TipID](s)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

// fileTips files a claim from the tip and those ticked beside it. If one is like it, the form that files claims asks first, and
// carries the tips.
func (n *Newsroom) fileTips(c *fiber.Ctx, in visitor, f form) error {
	tips, err := chosenTips(c, f)
	if err != nil {
		return err
	}
	input := factcheck.FilingInput{Claim: factcheck.ClaimInput{Text: f.get("text"), Language: f.line("language")}, Tips: tips}
	if input, err = input.Clean(); err != nil {
		return n.tipAgain(c, in, f, err)
	}
	near, err := n.near(c, in, input.Claim.Text, input.Claim.Language)
	if err != nil {
		return n.tipAgain(c, in, f, err)
	}
	if err := near.CheckDistinct(nil); err != nil {
		f.values["tip"] = nil
		for _, tip := range tips {
			f.values.Add("tip", tip.String())
		}
		return n.newClaimAgain(c, in, f, err)
	}
	claim, err := n.cfg.Store.FileNewClaim(c.UserContext(), in.Actor, input)
	if err != nil {
		return n.tipAgain(c, in, f, err)
	}
	return see(c, claimAt(claim, "filed", ""))
}

// attachTips says that the tip and those ticked beside it ask for a claim that is there.
func (n *Newsroom) attachTips(c *fiber.Ctx, in visitor, f form) error {
	tips, err := chosenTips(c, f)
	if err != nil {
		return err
	}
	claim, err := idParam[factcheck.ClaimID](f.get("claim"))
	if err == nil {
		err = n.cfg.Store.AttachTips(c.UserContext(), in.Actor, tips, claim)
	}
	if err != nil {
		return n.tipAgain(c, in, f, err)
	}
	return see(c, "/newsroom/tips?told=attached")
}

// declineTips declines the tip and those ticked beside it, with an answer.
func (n *Newsroom) declineTips(c *fiber.Ctx, in visitor, f form) error {
	tips, err := chosenTips(c, f)
	if err != nil {
		return err
	}
	if err := n.cfg.Store.DeclineTips(c.UserContext(), in.Actor, tips, factcheck.DeclineReason(f.line("reason")), f.get("answer")); err != nil {
		return n.tipAgain(c, in, f, err)
	}
	if f.line("answer") != "" {
		return see(c, "/newsroom/tips/"+c.Params("tip"))
	}
	return see(c, "/newsroom/tips?told=declined")
}

// tipAgain shows the tip with everything typed and what went wrong.
func (n *Newsroom) tipAgain(c *fiber.Ctx, in visitor, f form, err error) error {
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.tipPage(c, in)
	if perr != nil {
		return perr
	}
	page.Error, page.Field = problem.message, problem.field
	page.Answer, page.Reason, page.Chosen = f.get("answer"), f.line("reason"), map[string]bool{}
	if f.values.Has("text") {
		page.Text, page.Language = f.get("text"), f.line("language")
	}
	for _, id := range f.values["tip"] {
		page.Chosen[id] = true
	}
	return n.render(c, problem.status, pages.Tip(page))
}

func toldOfTips(word string) string {
	switch word {
	case "attached":
		return "The tips count for the claim now."
	case "declined":
		return "Declined."
	}
	return ""
}
