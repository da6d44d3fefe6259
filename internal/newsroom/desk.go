package newsroom

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

const (
	deskLength = 30  // claims on a page of the list
	deskWords  = 500 // claims that words find, at most
)

func (n *Newsroom) deskRoutes() []Route {
	return slices.Concat(n.tipRoutes(), n.paletteRoutes(), n.auditRoutes(), n.houseRoutes(), n.topicRoutes(), n.keyRoutes(), n.partnerRoutes(), n.webhookRoutes(), n.publisherRoutes(), n.scaleRoutes(), n.policyRoutes(), n.importRoutes(), []Route{
		show("/newsroom", n.showDesk),
		show("/newsroom/claims", n.showDesk),
		do("/newsroom/desk/claims", n.actOnClaims),
		show("/newsroom/desk/claims", func(c *fiber.Ctx, _ visitor) error { return see(c, "/newsroom/claims") }),
		show("/newsroom/desk/moved", n.showMoved),
		show("/newsroom/find", n.find),
	})
}

// showDesk serves the desk: what waits for the person, and the claims. /newsroom/claims has the claims alone.
func (n *Newsroom) showDesk(c *fiber.Ctx, in visitor) error {
	page, err := n.deskPage(c, in, c.Path(), string(c.Request().URI().QueryString()))
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.Desk(page))
}

// deskPage reads the desk as the query of an address asks for it.
func (n *Newsroom) deskPage(c *fiber.Ctx, in visitor, path, query string) (pages.DeskPage, error) {
	shell, err := n.shell(c.UserContext(), in, path)
	if err != nil {
		return pages.DeskPage{}, err
	}
	page := pages.DeskPage{Shell: shell, Now: n.cfg.Now(), Filter: deskFilter(query), Me: in.Actor.Person.String(), Told: toldOfClaims(c.Query("told"), c.QueryInt("n", 0))}
	if page.Path != "/newsroom" {
		page.Alone = true
	}
	q, err := n.deskQuery(c, in, page.Filter)
	if err != nil {
		return page, err
	}
	q.Limit = deskLength + 1
	list, err := n.cfg.Store.Desk(c.UserContext(), in.Actor, q)
	if err != nil {
		return page, err
	}
	page.Search = page.Filter.Words
	page.Weights, page.Moment, page.ClaimantName = list.Weights, list.Moment, list.Claimant
	page.People, page.Topics, page.Publishers = choices(list.People), choices(list.Topics), choices(list.Publishers)
	if len(list.Claims) > deskLength {
		list.Claims = list.Claims[:deskLength]
		page.Next = list.Claims[deskLength-1].Place.String()
	}
	for _, claim := range list.Claims {
		page.Claims = append(page.Claims, deskItem(claim))
	}
	if page.Alone {
		return page, nil
	}
	return page, n.queues(c, in, &page)
}

// queues fills in what waits for the person.
func (n *Newsroom) queues(c *fiber.Ctx, in visitor, page *pages.DeskPage) error {
	q, err := n.cfg.Store.DeskQueues(c.UserContext(), in.Actor)
	if err != nil {
		return err
	}
	page.Queues = queueItems(q.QueueCounts)
	page.Approvals, page.Corrections = waiting(q.Approvals), waiting(q.Corrected)
	for _, b := range q.Back {
		page.Back = append(page.Back, pages.BackItem{Claim: b.Claim.String(), Text: b.Text, Lang: b.Language, Note: b.Note, By: b.By, At: b.At})
	}
	for _, claim := range q.Work {
		page.Work = append(page.Work, deskItem(claim))
	}
	for _, tip := range q.NewTips {
		page.NewTips = append(page.NewTips, tipItem(tip))
	}
	for _, m := range q.Mentioned {
		page.Mentioned = append(page.Mentioned, pages.MentionItem{Claim: m.Claim.String(), ClaimText: m.ClaimText, Lang: m.Language, Text: m.Text, By: m.Name, At: m.At})
	}
	for _, t := range q.Told {
		page.ToldMe = append(page.ToldMe, toldItem(t))
	}
	for _, s := range q.Suggested {
		page.Suggested = append(page.Suggested, pages.SuggestedItem{Article: s.Article.String(), Title: s.Title, Claim: s.Claim, Lang: s.Language, Stance: s.Stance, At: s.At})
	}
	for _, p := range q.Proposed {
		page.Proposed = append(page.Proposed, proposalItem(in, p))
	}
	for _, x := range q.Complained {
		page.Complained = append(page.Complained, n.complaintItem(x))
	}
	return nil
}

// queueItems returns the queues with where each leads.
func queueItems(q store.QueueCounts) []pages.Queue {
	return []pages.Queue{
		{Name: "mine", Label: "Mine", Count: q.Mine, URL: "/newsroom/claims?who=me"}, {Name: "approve", Label: "To approve", Count: q.ToApprove, URL: "#to-approve"},
		{Name: "mentions", Label: "Names you", Count: q.Mentions, URL: "#said", Rare: true}, {Name: "notices", Label: "Told you", Count: q.Notices, URL: "/newsroom/notices", Rare: true},
		{Name: "tips", Label: "Tips", Count: q.Tips, URL: "/newsroom/tips"}, {Name: "suggestions", Label: "Suggested", Count: q.Suggestions, URL: "/newsroom/suggestions"},
		{Name: "corrections", Label: "Corrections", Count: q.Corrections, URL: "#corrections"}, {Name: "proposals", Label: "Takes two", Count: q.Proposals, URL: "/newsroom/proposals#proposed", Rare: true},
		{Name: "complaints", Label: "Disputes", Count: q.Complaints, URL: "/newsroom/complaints", Rare: true}, {Name: "reviews", Label: "To look at again", Count: q.Reviews, URL: "/newsroom/proposals#due", Rare: true},
	}
}

func choices(list []store.Choice) []pages.Choice {
	out := make([]pages.Choice, len(list))
	for i, c := range list {
		out[i] = pages.Choice{ID: c.ID, Name: c.Name}
	}
	return out
}

func waiting(list []store.WaitingVersion) []pages.WaitingItem {
	out := make([]pages.WaitingItem, len(list))
	for i, w := range list {
		out[i] = pages.WaitingItem{Claim: w.Claim.String(), Text: w.Text, Lang: w.Language, Kind: string(w.Kind), Submitted: w.State == factcheck.VersionSubmitted, By: w.By, At: w.At, Own: w.Own}
	}
	return out
}

func deskItem(c store.DeskClaim) pages.DeskItem {
	return pages.DeskItem{
		ClaimItem: claimItem(c.ClaimSummary), DeskFactors: c.DeskFactors, Assignee: c.Assignee.String(), AssigneeName: c.Name, Claimant: c.Claimant, ClaimantID: c.ClaimantID.String(),
		Topics: c.Topics, FiledAt: c.FiledAt, Waits: c.Waits, Seen: strings.TrimSpace(c.ID.String() + " " + strconv.Itoa(c.Revision) + " " + c.Assignee.String()),
	}
}

func claimItem(c store.ClaimSummary) pages.ClaimItem {
	item := pages.ClaimItem{ID: c.ID.String(), Text: c.Text, Lang: c.Language, Stage: string(c.Stage)}
	if c.Public {
		item.PublicURL = "/claims/" + c.Slug
	}
	return item
}

// deskFilter reads the filters of an address. Words are looked for in all stages unless one is named.
func deskFilter(query string) pages.DeskFilter {
	v, err := url.ParseQuery(query)
	if err != nil || len(query) > 8000 {
		return pages.DeskFilter{Stage: store.StageOpen}
	}
	f := pages.DeskFilter{
		Stage: v.Get("stage"), Who: v.Get("who"), Topic: v.Get("topic"), Claimant: strings.TrimSpace(v.Get("claimant")), Language: strings.TrimSpace(v.Get("lang")),
		Age: v.Get("age"), Publisher: v.Get("publisher"), Order: v.Get("order"), Words: strings.TrimSpace(v.Get("q")), After: v.Get("after"),
	}
	if f.Stage == "" {
		f.Stage = store.StageOpen
		if f.Words != "" {
			f.Stage = pages.AnyStage
		}
	}
	return f
}

// deskQuery asks the store for what the filters say.
func (n *Newsroom) deskQuery(c *fiber.Ctx, in visitor, f pages.DeskFilter) (store.DeskQuery, error) {
	q := store.DeskQuery{Stage: f.Stage, Language: f.Language, Order: store.DeskOrder(f.Order)}
	if f.Stage == pages.AnyStage {
		q.Stage = ""
	}
	var err error
	switch f.Who {
	case "me":
		q.Mine = in.Actor.Person
	case "none":
		q.Unassigned = true
	default:
		if q.Assignee, err = idParam[factcheck.PersonID](f.Who); err != nil {
			return q, err
		}
	}
	if q.Topic, err = idParam[factcheck.TopicID](f.Topic); err != nil {
		return q, err
	}
	if !f.OneClaimant() {
		q.Claimed = f.Claimant
	} else if q.Claimant, err = idParam[factcheck.ClaimantID](f.Claimant); err != nil {
		return q, err
	}
	if q.Publisher, err = idParam[factcheck.PublisherID](f.Publisher); err != nil {
		return q, err
	}
	const day = 24 * time.Hour
	switch f.Age {
	case "day":
		q.Within = day
	case "week":
		q.Within = 7 * day
	case "month":
		q.Within = 30 * day
	case "over-week":
		q.Before = 7 * day
	case "over-month":
		q.Before = 30 * day
	}
	if q.After, err = store.ParseDeskPlace(f.After); err != nil {
		return q, err
	}
	if f.Words != "" {
		q.Among, err = n.among(c, in, f.Words)
	}
	return q, err
}

// among returns the claims that words find, public or not: by the index, and by the database while there is none, and for
// an id or an address.
func (n *Newsroom) among(c *fiber.Ctx, in visitor, words string) ([]factcheck.ClaimID, error) {
	if n.cfg.Finder != nil && !strings.HasPrefix(words, "claim_") && !isAddress(words) {
		found, ok, err := n.cfg.Finder.Words(c.UserContext(), in.Actor, words, deskWords)
		if err != nil || ok {
			return found, err
		}
	}
	found := []factcheck.ClaimID{}
	claims, err := n.cfg.Store.FindClaims(c.UserContext(), in.Actor, words, store.MaxPage)
	for _, claim := range claims {
		found = append(found, claim.ID)
	}
	return found, err
}

// showMoved tells a script how many claims of a list moved since it was read, and how much waits now if it asks.
func (n *Newsroom) showMoved(c *fiber.Ctx, in visitor) error {
	q, err := n.deskQuery(c, in, deskFilter(string(c.Request().URI().QueryString())))
	if err != nil {
		return err
	}
	moved, err := n.cfg.Store.DeskMoved(c.UserContext(), in.Actor, q, c.Query("since"))
	if err != nil {
		return err
	}
	told := map[string]any{"moved": moved}
	if c.Query("queues") == "yes" {
		counts, err := n.cfg.Store.CountQueues(c.UserContext(), in.Actor)
		if err != nil {
			return err
		}
		queues := map[string]int{}
		for _, q := range queueItems(counts) {
			queues[q.Name] = q.Count
		}
		told["queues"] = queues
	}
	return c.JSON(told)
}

// find leads from the search field to the article at an address, or to the claims that words find.
func (n *Newsroom) find(c *fiber.Ctx, _ visitor) error {
	words := strings.TrimSpace(c.Query("q"))
	path := "/newsroom/claims"
	if isAddress(words) && !strings.Contains(words, "/claims/") {
		path = "/newsroom/articles"
	}
	return see(c, path+"?"+url.Values{"q": {words}}.Encode())
}

// findURL is where the search field leads with words in it.
func findURL(words string) string { return "/newsroom/find?" + url.Values{"q": {words}}.Encode() }
