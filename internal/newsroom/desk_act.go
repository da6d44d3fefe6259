package newsroom

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// actOnClaims does one thing to the claims that are ticked, or to the one whose own button was pressed, and leads back to the
// list. What was left alone is told above it.
func (n *Newsroom) actOnClaims(c *fiber.Ctx, in visitor, f form) error {
	act := readAct(f)
	if act.name == "merge" {
		if path, err := act.mergePath(); err == nil {
			return see(c, path)
		}
	}
	left, err := n.actTogether(c, in, act)
	if err == nil && len(left) == 0 {
		q := listBack(f.get("back"))
		q.Set("told", act.name)
		q.Set("n", strconv.Itoa(len(act.claims)))
		return see(c, backPath(f)+"?"+q.Encode())
	}
	problem := formProblem{status: fiber.StatusOK}
	if err != nil {
		var ok bool
		if problem, ok = problemOf(err); !ok {
			return err
		}
	}
	page, perr := n.deskPage(c, in, backPath(f), listBack(f.get("back")).Encode())
	if perr != nil {
		return perr
	}
	page.Error, page.Field, page.Note, page.Ticked = problem.message, problem.field, f.get("note"), map[string]bool{}
	for _, id := range act.claims {
		page.Ticked[id.String()] = err != nil
	}
	for _, l := range left {
		page.Left = append(page.Left, pages.LeftItem{ID: l.Claim.String(), Text: l.Text, Reason: sentence(l.Reason)})
		page.Ticked[l.Claim.String()] = true
	}
	if err == nil {
		page.Told = toldOfClaims(act.name, len(act.claims)-len(left))
	}
	return n.render(c, problem.status, pages.Desk(page))
}

// deskAct is what a form of the list asks for.
type deskAct struct {
	name                string
	claims              []factcheck.ClaimID
	seen                map[factcheck.ClaimID]store.Seen // as the list showed them
	person, topic, note string
	harm, checkability  *factcheck.Judged
	wrong               error
}

// readAct reads the form. The button of one row is "one", with the act and the claim in its value.
func readAct(f form) deskAct {
	a := deskAct{name: f.get("act"), person: f.get("person"), topic: f.get("topic"), note: f.get("note"), seen: readSeen(f.values["seen"])}
	ids := f.values["claim"]
	grades := map[string]string{"harm": f.get("harm"), "checkability": f.get("checkability")}
	if one := strings.Fields(f.get("one")); len(one) == 3 {
		a.name, ids = one[0], one[2:]
		switch one[0] {
		case "harm", "checkability":
			a.name, grades = "judge", map[string]string{one[0]: one[1]}
		case "assign":
			a.person = one[1]
		}
	}
	if a.name == "" && strings.TrimSpace(a.note) != "" {
		a.name = "decline" // somebody pressed Enter in the only field to type in
	}
	for _, s := range ids {
		id, err := idParam[factcheck.ClaimID](s)
		if err != nil {
			a.wrong = err
		}
		a.claims = append(a.claims, id)
	}
	if len(a.claims) == 0 && a.wrong == nil {
		a.wrong = factcheck.Invalid("claim", "choose the claims first: tick the box before each")
	}
	for name, typed := range grades {
		n, err := strconv.Atoi(typed)
		if err != nil {
			continue
		}
		grade := factcheck.Judged(n)
		if name == "harm" {
			a.harm = &grade
		} else {
			a.checkability = &grade
		}
	}
	return a
}

// readSeen reads how the list showed its claims: the id, the revision, and whose it was. What cannot be read was not seen.
func readSeen(list []string) map[factcheck.ClaimID]store.Seen {
	out := map[factcheck.ClaimID]store.Seen{}
	for _, s := range list[:min(len(list), store.MaxTogether)] {
		id, rest, _ := strings.Cut(s, " ")
		revision, assignee, _ := strings.Cut(rest, " ")
		var seen store.Seen
		var err error
		if seen.Claim, err = idParam[factcheck.ClaimID](id); err != nil {
			continue
		}
		if seen.Revision, err = strconv.Atoi(revision); err != nil {
			continue
		}
		if seen.Assignee, err = idParam[factcheck.PersonID](assignee); err == nil {
			out[seen.Claim] = seen
		}
	}
	return out
}

// list returns the claims of the act as they were seen.
func (a deskAct) list() []store.Seen {
	out := make([]store.Seen, len(a.claims))
	for i, id := range a.claims {
		out[i] = a.seen[id]
		out[i].Claim = id
	}
	return out
}

// mergePath returns the page that shows what merging the first claim into the second comes to.
func (a deskAct) mergePath() (string, error) {
	if a.wrong != nil || len(a.claims) != 2 || a.claims[0] == a.claims[1] {
		return "", factcheck.Invalid("claim", "tick the two claims that say the same; you then see what merging them comes to")
	}
	return fmt.Sprintf("/newsroom/claims/%s/merge?into=%s", a.claims[0], a.claims[1]), nil
}

// actTogether does it.
func (n *Newsroom) actTogether(c *fiber.Ctx, in visitor, a deskAct) ([]store.Left, error) {
	if a.wrong != nil {
		return nil, a.wrong
	}
	ctx := c.UserContext()
	switch a.name {
	case "assign":
		if a.person == "me" {
			return n.cfg.Store.AssignClaims(ctx, in.Actor, a.list(), in.Actor.Person)
		}
		if a.person == "" {
			return nil, factcheck.Invalid("person", "choose who works on them")
		}
		if a.person == "none" {
			return n.cfg.Store.AssignClaims(ctx, in.Actor, a.list(), factcheck.PersonID{})
		}
		person, err := idParam[factcheck.PersonID](a.person)
		if err != nil {
			return nil, err
		}
		return n.cfg.Store.AssignClaims(ctx, in.Actor, a.list(), person)
	case "topic":
		topic, err := idParam[factcheck.TopicID](a.topic)
		if err != nil {
			return nil, err
		}
		return n.cfg.Store.FileUnder(ctx, in.Actor, a.claims, topic)
	case "judge":
		return n.cfg.Store.JudgeClaims(ctx, in.Actor, a.claims, a.harm, a.checkability)
	case "decline":
		return n.cfg.Store.DeclineClaims(ctx, in.Actor, a.list(), a.note)
	case "merge":
		_, err := a.mergePath()
		return nil, err
	}
	return nil, factcheck.Invalid("act", "choose what to do with them")
}

// listBack returns the query of the list that a form was sent from, without what was told there.
func listBack(s string) url.Values {
	q, err := url.ParseQuery(s)
	if err != nil || len(s) > 8000 {
		return url.Values{}
	}
	q.Del("told")
	q.Del("n")
	return q
}

// backPath returns the page a form of the list was sent from.
func backPath(f form) string {
	if f.get("alone") == "yes" {
		return "/newsroom/claims"
	}
	return "/newsroom"
}

// toldOfClaims says what was done to some claims.
func toldOfClaims(act string, n int) string {
	if n < 1 || n > store.MaxTogether {
		return ""
	}
	claims := "1 claim"
	if n > 1 {
		claims = strconv.Itoa(n) + " claims"
	}
	switch act {
	case "assign":
		return claims + " assigned."
	case "topic":
		return claims + " filed under the topic."
	case "judge":
		return claims + " judged."
	case "decline":
		return claims + " declined."
	}
	return ""
}
