package newsroom

import (
	"context"
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
	waitingLength = 50 // entries of each list of what waits
	decidedLength = 10
	noticesLength = 30
)

// proposalRoutes are the lists of what waits for somebody, and the decisions on what was proposed.
func (n *Newsroom) proposalRoutes() []Route {
	return []Route{
		show("/newsroom/proposals", n.showProposals),
		do("/newsroom/proposals/on-call", n.setOnCall),
		show("/newsroom/proposals/on-call", func(c *fiber.Ctx, _ visitor) error { return see(c, "/newsroom/proposals") }),
		show("/newsroom/proposals/:proposal", n.showProposal),
		do("/newsroom/proposals/:proposal", n.decideProposal),
		show("/newsroom/notices", n.showNotices),
		do("/newsroom/notices", n.readNotices),
	}
}

// showProposals lists what waits for a decision.
func (n *Newsroom) showProposals(c *fiber.Ctx, in visitor) error {
	page, err := n.proposalsPage(c.UserContext(), in)
	if err != nil {
		return err
	}
	page.Told = decisionTold(c.Query("told"))
	return n.render(c, fiber.StatusOK, pages.Proposals(page))
}

func (n *Newsroom) proposalsPage(ctx context.Context, in visitor) (pages.ProposalsPage, error) {
	shell, err := n.shell(ctx, in, "/newsroom/proposals")
	if err != nil {
		return pages.ProposalsPage{}, err
	}
	page := pages.ProposalsPage{Shell: shell, Editor: in.Actor.Role != factcheck.RoleChecker}
	waiting, err := n.cfg.Store.WaitingApprovals(ctx, in.Actor, waitingLength)
	if err != nil {
		return page, err
	}
	for _, w := range waiting {
		page.Approvals = append(page.Approvals, pages.ApprovalItem{
			ClaimID: w.Claim.String(), Text: w.ClaimText, Lang: w.Language, Label: w.Label, Correction: w.Correction, By: w.Submission.By.Name, At: w.Submission.At,
			Needed: w.Submission.Needed, Given: len(w.Submission.Approvals), Own: w.Own, Mine: w.Given, PublishAt: w.Submission.PublishAt,
		})
	}
	for _, list := range []struct {
		state factcheck.Decision
		most  int
		to    *[]pages.ProposalItem
	}{
		{factcheck.DecisionOpen, waitingLength, &page.Proposals}, {factcheck.DecisionApproved, decidedLength, &page.Decided}, {factcheck.DecisionRefused, decidedLength, &page.Decided},
	} {
		found, err := n.cfg.Store.Proposals(ctx, in.Actor, list.state, factcheck.ProposalID{}, list.most)
		if err != nil {
			return page, err
		}
		for _, p := range found {
			*list.to = append(*list.to, proposalItem(in, p))
		}
	}
	slices.SortStableFunc(page.Decided, func(a, b pages.ProposalItem) int { return b.DecidedAt.Compare(*a.DecidedAt) })
	if err := n.fillDue(ctx, in, &page); err != nil {
		return page, err
	}
	now, could, err := n.cfg.Store.OnCall(ctx, in.Actor)
	page.OnCall, page.OnCallID = now.Name, now.ID.String()
	for _, p := range could {
		page.Could = append(page.Could, pages.Approver{ID: p.ID.String(), Name: p.Name})
	}
	return page, err
}

// fillDue adds the verdicts that are to be looked at again.
func (n *Newsroom) fillDue(ctx context.Context, in visitor, page *pages.ProposalsPage) error {
	due, err := n.cfg.Store.DueReminders(ctx, in.Actor, waitingLength)
	for _, d := range due {
		item := pages.DueItem{ClaimID: d.Claim.String(), Text: d.ClaimText, Lang: d.Language, Note: d.Note, By: d.SetBy, Set: d.DueOn != nil}
		if d.DueOn != nil {
			item.On = *d.DueOn
		} else if d.ValidTo != nil {
			item.On = *d.ValidTo
		}
		page.Due = append(page.Due, item)
	}
	return err
}

func proposalItem(in visitor, p store.Proposal) pages.ProposalItem {
	item := pages.ProposalItem{
		ID: p.ID.String(), Text: p.ClaimText, Kind: p.Kind, Class: p.Class, Reason: p.Reason, By: p.Proposer, At: p.ProposedAt, Own: p.ProposedBy == in.Actor.Person,
		Decision: p.Decision, Decider: p.Decider, DecidedAt: p.DecidedAt,
	}
	if !p.Claim.IsZero() {
		item.ClaimID = p.Claim.String()
	}
	return item
}

// setOnCall says who is called when an approval cannot wait.
func (n *Newsroom) setOnCall(c *fiber.Ctx, in visitor, f form) error {
	person, err := idParam[factcheck.PersonID](f.get("person"))
	if err == nil {
		err = n.cfg.Store.SetOnCall(c.UserContext(), in.Actor, person)
	}
	if err == nil {
		return see(c, "/newsroom/proposals?told=on-call")
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.proposalsPage(c.UserContext(), in)
	if perr != nil {
		return perr
	}
	page.Error = problem.message
	return n.render(c, problem.status, pages.Proposals(page))
}

// showProposal serves one proposal with what deciding it would do.
func (n *Newsroom) showProposal(c *fiber.Ctx, in visitor) error {
	page, err := n.proposalPage(c, in)
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.Proposal(page))
}

func (n *Newsroom) proposalPage(c *fiber.Ctx, in visitor) (pages.ProposalPage, error) {
	ctx := c.UserContext()
	id, err := idParam[factcheck.ProposalID](c.Params("proposal"))
	if err != nil {
		return pages.ProposalPage{}, err
	}
	p, err := n.cfg.Store.ProposalByID(ctx, in.Actor, id)
	if err != nil {
		return pages.ProposalPage{}, err
	}
	shell, err := n.shell(ctx, in, "/newsroom/proposals/"+id.String())
	if err != nil {
		return pages.ProposalPage{}, err
	}
	page := pages.ProposalPage{Shell: shell, Item: proposalItem(in, p), Editor: in.Actor.Role != factcheck.RoleChecker, Notice: p.Class.Notice()}
	if p.Kind != factcheck.ProposeRedact || p.Decision != factcheck.DecisionOpen || !page.Editor {
		return page, nil
	}
	preview, err := n.cfg.Store.PreviewRedaction(ctx, in.Actor, id)
	if problem, ok := problemOf(err); ok { // the passage is gone meanwhile, or it was decided this moment
		page.Error = problem.message
		return page, nil
	}
	if err != nil {
		return page, err
	}
	page.Passage, page.Places = preview.Passage, places(preview.Places)
	for _, other := range preview.Elsewhere {
		page.Others = append(page.Others, claimItem(other))
	}
	page.Files, page.Unsearched = preview.Files, preview.Unsearched
	return page, nil
}

// places returns where a passage stands, in words and in a fixed order.
func places(found map[string]int) []pages.PassagePlace {
	out := make([]pages.PassagePlace, 0, len(found))
	for name, n := range found {
		out = append(out, pages.PassagePlace{Name: pages.PlaceWord(name), Count: n})
	}
	slices.SortFunc(out, func(a, b pages.PassagePlace) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// decideProposal approves, refuses or takes back what was proposed.
func (n *Newsroom) decideProposal(c *fiber.Ctx, in visitor, f form) error {
	id, err := idParam[factcheck.ProposalID](c.Params("proposal"))
	if err != nil {
		return err
	}
	word := ""
	switch f.get("decision") {
	case "approve":
		word, err = "done", n.cfg.Store.DecideProposal(c.UserContext(), in.Actor, id, true)
	case "refuse":
		word, err = "refused", n.cfg.Store.DecideProposal(c.UserContext(), in.Actor, id, false)
	case "withdraw":
		word, err = "withdrawn", n.cfg.Store.WithdrawProposal(c.UserContext(), in.Actor, id)
	default:
		err = factcheck.Invalid("decision", "choose to approve, to refuse or to take it back")
	}
	if err == nil {
		return see(c, "/newsroom/proposals?told="+word)
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.proposalPage(c, in)
	if perr != nil {
		return perr
	}
	page.Error = problem.message
	return n.render(c, problem.status, pages.Proposal(page))
}

// showNotices lists what the visitor was told.
func (n *Newsroom) showNotices(c *fiber.Ctx, in visitor) error {
	before, err := strconv.ParseInt(orElse(c.Query("before"), "0"), 10, 64)
	if err != nil || before < 0 {
		return factcheck.NotFound("there is nothing at this address")
	}
	list, err := n.cfg.Store.Notices(c.UserContext(), in.Actor, before, noticesLength+1)
	if err != nil {
		return err
	}
	shell, err := n.shell(c.UserContext(), in, "/newsroom/notices")
	if err != nil {
		return err
	}
	page := pages.NoticesPage{Shell: shell, Told: decisionTold(c.Query("told"))}
	if len(list) > noticesLength {
		list = list[:noticesLength]
		page.NextURL = "/newsroom/notices?before=" + strconv.FormatInt(list[noticesLength-1].ID, 10)
	}
	for _, t := range list {
		item := toldItem(t)
		if item.Unread {
			page.Unread++
		}
		page.Newest = max(page.Newest, t.ID)
		page.Items = append(page.Items, item)
	}
	return n.render(c, fiber.StatusOK, pages.Notices(page))
}

func toldItem(t store.Notice) pages.ToldItem {
	item := pages.ToldItem{Kind: t.Kind, Text: t.ClaimText, Lang: t.Language, From: t.From, At: t.At, Unread: t.ReadAt == nil}
	if !t.Claim.IsZero() {
		item.ClaimID = t.Claim.String()
	}
	return item
}

// readNotices puts away what the visitor had before their eyes.
func (n *Newsroom) readNotices(c *fiber.Ctx, in visitor, f form) error {
	upTo, err := strconv.ParseInt(f.get("up_to"), 10, 64)
	if err != nil || upTo < 0 {
		return factcheck.Invalid("up_to", "this form is damaged; reload the page")
	}
	if _, err := n.cfg.Store.ReadNotices(c.UserContext(), in.Actor, upTo); err != nil {
		return err
	}
	return see(c, "/newsroom/notices?told=read")
}

// overdue reports whether the end of a day is over.
func overdue(day, now time.Time) bool { return now.After(day.AddDate(0, 0, 1)) }
