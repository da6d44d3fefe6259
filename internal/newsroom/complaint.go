package newsroom

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

const complaintsLength = 30

// complaintRoutes are the queue of disputes and complaints.
func (n *Newsroom) complaintRoutes() []Route {
	return []Route{
		show("/newsroom/complaints", n.showComplaints),
		show("/newsroom/complaints/new", n.showComplaintForm),
		do("/newsroom/complaints/new", n.fileComplaint),
		show("/newsroom/complaints/:complaint", n.showComplaint),
		do("/newsroom/complaints/:complaint", n.decideComplaint),
		do("/newsroom/complaints/:complaint/postpone", n.postponeComplaint),
		show("/newsroom/complaints/:complaint/postpone", func(c *fiber.Ctx, in visitor) error {
			if _, err := n.complaintPage(c, in); err != nil {
				return err
			}
			return see(c, "/newsroom/complaints/"+c.Params("complaint"))
		}),
	}
}

// showComplaints lists those that are open by their day, or those that were decided.
func (n *Newsroom) showComplaints(c *fiber.Ctx, in visitor) error {
	before, err := idParam[factcheck.ComplaintID](c.Query("before"))
	if err != nil {
		return err
	}
	open, most := c.Query("decided") != "yes", complaintsLength+1
	if open {
		before, most = factcheck.ComplaintID{}, store.MaxPage
	}
	list, err := n.cfg.Store.Complaints(c.UserContext(), in.Actor, open, before, most)
	if err != nil {
		return err
	}
	shell, err := n.shell(c.UserContext(), in, "/newsroom/complaints")
	if err != nil {
		return err
	}
	page := pages.ComplaintsPage{Shell: shell, Open: open, Told: decisionTold(c.Query("told"))}
	if page.Find = c.Query("reference"); page.Find != "" {
		at, err := n.letterAt(c, in, page.Find)
		if err == nil {
			return see(c, at)
		}
		problem, ok := problemOf(err)
		if !ok {
			return err
		}
		page.Error = problem.message
	}
	if !open && len(list) > complaintsLength {
		list = list[:complaintsLength]
		page.NextURL = "/newsroom/complaints?decided=yes&before=" + list[complaintsLength-1].ID.String()
	}
	for _, x := range list {
		page.Items = append(page.Items, n.complaintItem(x))
	}
	return n.render(c, fiber.StatusOK, pages.Complaints(page))
}

// letterAt returns the page of the tip or complaint that a reader's reference names.
func (n *Newsroom) letterAt(c *fiber.Ctx, in visitor, reference string) (string, error) {
	tip, complaint, err := n.cfg.Store.LetterByReference(c.UserContext(), in.Actor, reference)
	if err != nil {
		return "", err
	}
	if !tip.IsZero() {
		return "/newsroom/tips/" + tip.String(), nil
	}
	return "/newsroom/complaints/" + complaint.String(), nil
}

func (n *Newsroom) complaintItem(x store.Complaint) pages.ComplaintItem {
	item := pages.ComplaintItem{
		ID: x.ID.String(), Reference: x.ID.Reference(), ClaimText: x.ClaimText, Lang: x.Language, Kind: x.Kind, From: x.From, Text: x.Text, URL: x.URL, Contact: x.Contact, State: x.State, Answer: x.Answer,
		TakenBy: x.TakenBy, Decider: x.Decider, Received: x.ReceivedAt, Expires: x.ExpiresAt, Due: x.DueOn, DecidedAt: x.DecidedAt, Revision: x.Revision,
		Overdue: x.State == factcheck.ComplaintOpen && overdue(x.DueOn, n.cfg.Now()),
	}
	if !x.Claim.IsZero() {
		item.ClaimID = x.Claim.String()
	}
	if x.ClaimSlug != "" {
		item.PublicURL = "/claims/" + x.ClaimSlug
	}
	return item
}

// showComplaintForm serves the form that enters one that came by mail.
func (n *Newsroom) showComplaintForm(c *fiber.Ctx, in visitor) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/complaints/new")
	if err != nil {
		return err
	}
	page := pages.ComplaintFormPage{Shell: shell, ClaimID: c.Query("claim"), From: factcheck.FromReader, Kind: factcheck.ComplaintDispute}
	if id, err := idParam[factcheck.ClaimID](page.ClaimID); err == nil && !id.IsZero() {
		if p, err := n.cfg.Store.PublishedVerdict(c.UserContext(), in.Actor, id); err == nil {
			page.ClaimText = p.ClaimText
		}
	}
	return n.render(c, fiber.StatusOK, pages.ComplaintForm(page))
}

// fileComplaint enters a dispute or complaint.
func (n *Newsroom) fileComplaint(c *fiber.Ctx, in visitor, f form) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/complaints/new")
	if err != nil {
		return err
	}
	page := pages.ComplaintFormPage{
		Shell: shell, ClaimID: f.line("claim"), Kind: factcheck.ComplaintKind(f.get("kind")), From: factcheck.ComplaintFrom(f.get("from")), Text: f.get("text"),
		URL: f.line("url"), Contact: f.line("contact"), DueOn: f.line("due_on"),
	}
	input := factcheck.ComplaintInput{Kind: page.Kind, From: page.From, Text: page.Text, URL: page.URL, Contact: page.Contact}
	if input.Claim, err = idParam[factcheck.ClaimID](page.ClaimID); err != nil {
		err = factcheck.Invalid("claim", "this is not the id of a claim; it begins with claim_")
	}
	if err == nil {
		input.DueOn, err = dayField("due_on", page.DueOn)
	}
	if err == nil {
		_, err = n.cfg.Store.FileComplaint(c.UserContext(), in.Actor, input)
	}
	if err == nil {
		return see(c, "/newsroom/complaints?told=filed")
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page.Error, page.Field = problem.message, problem.field
	return n.render(c, problem.status, pages.ComplaintForm(page))
}

func (n *Newsroom) showComplaint(c *fiber.Ctx, in visitor) error {
	page, err := n.complaintPage(c, in)
	if err != nil {
		return err
	}
	page.Told = decisionTold(c.Query("told"))
	return n.render(c, fiber.StatusOK, pages.Complaint(page))
}

func (n *Newsroom) complaintPage(c *fiber.Ctx, in visitor) (pages.ComplaintPage, error) {
	id, err := idParam[factcheck.ComplaintID](c.Params("complaint"))
	if err != nil {
		return pages.ComplaintPage{}, err
	}
	x, err := n.cfg.Store.ComplaintByID(c.UserContext(), in.Actor, id)
	if err != nil {
		return pages.ComplaintPage{}, err
	}
	shell, err := n.shell(c.UserContext(), in, "/newsroom/complaints/"+id.String())
	return pages.ComplaintPage{Shell: shell, Item: n.complaintItem(x), Editor: in.Actor.Role != factcheck.RoleChecker, DueOn: x.DueOn.Format(time.DateOnly)}, err
}

// decideComplaint ends a complaint.
func (n *Newsroom) decideComplaint(c *fiber.Ctx, in visitor, f form) error {
	d := factcheck.ComplaintDecision{State: factcheck.ComplaintState(f.get("state")), Answer: f.get("answer")}
	return n.onComplaint(c, in, f, "decided", func(page *pages.ComplaintPage) { page.State, page.Answer = d.State, d.Answer },
		func(id factcheck.ComplaintID, revision int) error {
			return n.cfg.Store.DecideComplaint(c.UserContext(), in.Actor, id, revision, d)
		})
}

// postponeComplaint moves the day of a complaint.
func (n *Newsroom) postponeComplaint(c *fiber.Ctx, in visitor, f form) error {
	return n.onComplaint(c, in, f, "postponed", func(page *pages.ComplaintPage) { page.DueOn = f.line("due_on") },
		func(id factcheck.ComplaintID, revision int) error {
			on, err := dayField("due_on", f.line("due_on"))
			if err != nil {
				return err
			}
			return n.cfg.Store.PostponeComplaint(c.UserContext(), in.Actor, id, revision, on)
		})
}

// onComplaint does something with a complaint and leads back to it, or shows it again with what was typed.
func (n *Newsroom) onComplaint(c *fiber.Ctx, in visitor, f form, word string, typed func(*pages.ComplaintPage), do func(factcheck.ComplaintID, int) error) error {
	id, err := idParam[factcheck.ComplaintID](c.Params("complaint"))
	if err != nil {
		return err
	}
	revision, err := f.revision()
	if err == nil {
		err = do(id, revision)
	}
	if err == nil {
		return see(c, "/newsroom/complaints/"+id.String()+"?told="+word)
	}
	problem, ok := problemOf(err)
	if !ok && factcheck.CodeOf(err) == factcheck.CodeForbidden { // of their own work: what they wrote is not lost
		problem, ok = forbidden(err), true
	}
	if !ok {
		return err
	}
	page, perr := n.complaintPage(c, in)
	if perr != nil {
		return perr
	}
	typed(&page)
	page.Error, page.Field = problem.message, problem.field
	return n.render(c, problem.status, pages.Complaint(page))
}
