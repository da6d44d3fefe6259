package newsroom

import (
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// claimFields returns what is said of a claim as its form shows it.
func (n *Newsroom) claimFields(in factcheck.ClaimInput) map[string]string {
	topics := make([]string, 0, len(in.Topics))
	for _, t := range in.Topics {
		topics = append(topics, t.String())
	}
	slices.Sort(topics)
	return map[string]string{
		"text": in.Text, "language": in.Language, "claimant": in.Claimant.String(), "date": n.written(in.Date), "place": in.Place, "why": in.Why, "selection": string(in.Selection), "topics": strings.Join(topics, " "),
	}
}

// typedClaim returns what was typed of a claim; fields that were not sent are not in it.
func typedClaim(f form, claimant string) map[string]string {
	typed := map[string]string{"claimant": claimant}
	for _, name := range []string{"text", "language", "date", "place", "selection"} {
		if f.values.Has(name) {
			typed[name] = f.line(name)
		}
	}
	if f.values.Has("why") {
		typed["why"] = f.line("why")
	}
	if f.get("topics_shown") == "yes" {
		topics := slices.Sorted(slices.Values(f.values["topics"]))
		typed["topics"] = strings.Join(slices.Compact(topics), " ")
	}
	return typed
}

// setClaimFields returns a claim with the fields of its form.
func (n *Newsroom) setClaimFields(now factcheck.ClaimInput, fields map[string]string) (factcheck.ClaimInput, error) {
	out := now
	out.Text, out.Language, out.Place, out.Why = fields["text"], fields["language"], fields["place"], fields["why"]
	out.Selection = factcheck.SelectionReason(fields["selection"])
	var err error
	if out.Date, err = n.dateOrSame("date", fields["date"], now.Date); err != nil {
		return out, err
	}
	if out.Claimant, err = idParam[factcheck.ClaimantID](fields["claimant"]); err != nil {
		return out, factcheck.Invalid("claimant", "there is no such claimant")
	}
	out.Topics, err = topicsOf(strings.Fields(fields["topics"]))
	return out, err
}

// topicsOf reads topics that were chosen.
func topicsOf(ids []string) ([]factcheck.TopicID, error) {
	var out []factcheck.TopicID
	for _, s := range ids {
		id, err := idParam[factcheck.TopicID](s)
		if err != nil || id.IsZero() {
			return nil, factcheck.Invalid("topics", "one of these topics does not exist")
		}
		out = append(out, id)
	}
	return out, nil
}

// editClaim saves the claim's form. Fields that somebody else saved meanwhile stay; where both changed one, both are shown.
func (n *Newsroom) editClaim(c *fiber.Ctx, in visitor, f form) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	page, err := n.claimPage(c, in)
	if err != nil {
		return err
	}
	claimant, added, err := n.typedClaimant(c, in, f, page.work.Claimant, page.work.Who.Name)
	if err == nil && added != nil {
		claimant, err = n.cfg.Store.AddClaimant(c.UserContext(), in.Actor, *added)
	}
	if err != nil {
		return n.claimAgain(c, in, f, "details", err)
	}
	typed, was := typedClaim(f, claimant.String()), f.was()
	var clashed, theirs []string
	err = n.cfg.Store.ReviseClaim(c.UserContext(), in.Actor, id, func(now factcheck.ClaimInput) (factcheck.ClaimInput, error) {
		var merged map[string]string
		merged, clashed, theirs = mergeFields(was, typed, n.claimFields(now))
		return n.setClaimFields(now, merged)
	})
	switch {
	case err != nil:
		return n.claimAgain(c, in, f, "details", err)
	case len(clashed) > 0:
		return n.claimClashed(c, in, f, clashed, typed)
	case len(theirs) > 0:
		return see(c, claimAt(id, "merged", "claim"))
	}
	return see(c, claimAt(id, "saved", "claim"))
}

// claimClashed shows the claim's form with what both changed as it was typed, beside what somebody else saved.
func (n *Newsroom) claimClashed(c *fiber.Ctx, in visitor, f form, clashed []string, typed map[string]string) error {
	p, err := n.claimPage(c, in)
	if err != nil {
		return err
	}
	problem, _ := problemOf(errClash)
	p.Typed = typedOf(f, "details", problem)
	saved := n.claimFields(p.work.ClaimInput)
	keepTheirs(&p.Typed, clashed, saved)
	p.Values["topics"] = strings.Fields(saved["topics"])
	if slices.Contains(clashed, "topics") {
		p.Values["topics"] = f.values["topics"]
	}
	delete(p.Values, "claimant")
	if !slices.Contains(clashed, "claimant") {
		delete(p.Values, "claimant_name")
		delete(p.Values, "claimant_kind")
		delete(p.Values, "claimant_description")
	}
	theirs, mine := maps.Clone(saved), maps.Clone(typed) // in words
	theirs["claimant"], mine["claimant"] = p.Claimant.Name, f.line("claimant_name")
	theirs["topics"], mine["topics"] = topicNames(p, theirs["topics"]), topicNames(p, mine["topics"])
	p.Details.Clashes = clashesOf(clashed, mine, theirs, claimLabel)
	if err := n.fillAdding(c, in, p); err != nil {
		return err
	}
	return n.render(c, problem.status, pages.Claim(p.ClaimPage))
}

// topicNames returns the names of topics.
func topicNames(p *claimWork, ids string) string {
	var names []string
	for _, t := range p.work.AllTopics {
		if slices.Contains(strings.Fields(ids), t.ID.String()) {
			names = append(names, t.Name)
		}
	}
	return strings.Join(names, ", ")
}

func claimLabel(name string) string {
	return map[string]string{"text": "The claim", "language": "Language", "claimant": "Claimant", "date": "Claimed on", "place": "Place", "why": "Why we check it", "selection": "What made us take it up", "topics": "Topics"}[name]
}

// sameNameError says that somebody of the typed name is here, and that nobody said yet whether it is them.
type sameNameError struct{ same []store.Claimant }

// Error implements error.
func (e *sameNameError) Error() string { return "somebody of this name is here already" }

// askWho returns the error that asks whether the claimant is one of those of the same name.
func askWho(name string, same []store.Claimant) error {
	return &factcheck.Error{Code: factcheck.CodeConflict, Field: "claimant", Err: &sameNameError{same}, Message: "somebody called " + name + " is here already; say whether it is them: people are never taken for one another by name"}
}

// choicesOf returns who is asked about, if an error asks.
func choicesOf(err error) []pages.ClaimantChoice {
	asked, ok := errors.AsType[*sameNameError](err)
	if !ok {
		return nil
	}
	var out []pages.ClaimantChoice
	for _, c := range asked.same {
		kind := string(c.Kind)
		if c.Private {
			kind = "private person"
		}
		out = append(out, pages.ClaimantChoice{ID: c.ID.String(), Name: c.Name, Kind: kind, Description: c.Description})
	}
	return out
}

// typedClaimant returns whom a form names as the claimant: somebody who is here, or else what is said of somebody new. Whoever
// stands there already stays while nobody types another name; a name taken away takes them away. The error asks which of
// several people of one name it is.
func (n *Newsroom) typedClaimant(c *fiber.Ctx, in visitor, f form, now factcheck.ClaimantID, is string) (factcheck.ClaimantID, *factcheck.ClaimantInput, error) {
	name := factcheck.CleanLine(f.line("claimant_name"))
	switch {
	case !f.values.Has("claimant_name") || !now.IsZero() && name == is:
		return now, nil, nil
	case name == "":
		return factcheck.ClaimantID{}, nil, nil
	}
	input := claimantOf(f)
	chosen := f.get("claimant")
	if chosen == "new" {
		return factcheck.ClaimantID{}, &input, nil
	}
	same, err := n.cfg.Store.FindClaimants(c.UserContext(), in.Actor, name, 20)
	if err != nil {
		return now, nil, err
	}
	for _, s := range same {
		if s.ID.String() == chosen {
			return s.ID, nil, nil
		}
	}
	if len(same) == 1 && same[0].Kind == input.Kind && input.Kind == factcheck.ClaimantAnonymous {
		return same[0].ID, nil, nil // a viral post is what it is called
	}
	if len(same) > 0 {
		return now, nil, askWho(name, same)
	}
	return factcheck.ClaimantID{}, &input, nil
}

// claimantOf reads who made a claim. A person is a private person unless somebody says otherwise: nobody is named by accident.
func claimantOf(f form) factcheck.ClaimantInput {
	in := factcheck.ClaimantInput{Name: f.line("claimant_name"), Kind: factcheck.ClaimantKind(f.get("claimant_kind")), Description: f.line("claimant_description")}
	if in.Kind == "private" || in.Kind == "" {
		in.Kind, in.Private = factcheck.ClaimantPerson, true
	}
	return in
}

// proposeNaming asks a second person to name the private person who made the claim.
func (n *Newsroom) proposeNaming(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "naming", "naming", "claim", func(id factcheck.ClaimID) error {
		claim, err := n.cfg.Store.NewsroomClaim(c.UserContext(), in.Actor, id)
		if err != nil {
			return err
		}
		if claim.Claimant.IsZero() || claim.Claimant.String() != f.get("claimant") {
			return factcheck.Conflict("the claim has another claimant by now; look at it again")
		}
		_, err = n.cfg.Store.ProposeNaming(c.UserContext(), in.Actor, claim.Claimant, f.line("reason"))
		return err
	})
}

// setWordings sets the claim in other languages: a line each, its language first.
func (n *Newsroom) setWordings(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "wordings", "saved", "wordings", func(id factcheck.ClaimID) error {
		var list []factcheck.Wording
		for line := range strings.SplitSeq(f.get("wordings"), "\n") {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			language, text, ok := strings.Cut(line, ":")
			if !ok || !factcheck.ValidLanguage(strings.TrimSpace(language)) {
				return factcheck.Invalid("wordings", "begin each line with its language and a colon, such as de: Der Bürgermeister ist zurückgetreten.")
			}
			list = append(list, factcheck.Wording{Language: language, Text: text})
		}
		now, err := n.cfg.Store.NewsroomClaim(c.UserContext(), in.Actor, id)
		if err != nil {
			return err
		}
		if err := oneField(f, "wordings", pages.WordingLines(now.Wordings)); err != nil {
			return err
		}
		return n.cfg.Store.SetWordings(c.UserContext(), in.Actor, id, now.Revision, list)
	})
}

// mediaOf reads a medium that a form names.
func mediaOf(f form) factcheck.MediaInput {
	return factcheck.MediaInput{URL: f.line("media_url"), Kind: factcheck.MediaKind(f.get("media_kind")), Category: factcheck.MediaCategory(f.get("media_category")), Alt: f.line("media_alt")}
}

func (n *Newsroom) addMedia(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "media", "saved", "media", func(id factcheck.ClaimID) error {
		_, err := n.cfg.Store.AddMedia(c.UserContext(), in.Actor, id, mediaOf(f))
		return err
	})
}

func (n *Newsroom) removeMedia(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "media", "removed", "media", func(id factcheck.ClaimID) error {
		media, err := idParam[factcheck.MediaID](f.get("media"))
		if err != nil {
			return err
		}
		return n.cfg.Store.RemoveMedia(c.UserContext(), in.Actor, id, media)
	})
}

// assignClaim gives the claim to somebody, or takes it back.
func (n *Newsroom) assignClaim(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "assign", "given", "", func(id factcheck.ClaimID) error {
		person, err := idParam[factcheck.PersonID](f.get("person"))
		if err != nil {
			return factcheck.Invalid("person", "there is nobody here with this id")
		}
		return n.cfg.Store.AssignClaim(c.UserContext(), in.Actor, id, person)
	})
}

func (n *Newsroom) checkClaim(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "page", "began", "", func(id factcheck.ClaimID) error {
		return n.cfg.Store.StartChecking(c.UserContext(), in.Actor, id)
	})
}

func (n *Newsroom) declineClaim(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "decline", "declined", "", func(id factcheck.ClaimID) error {
		revision, err := f.revision()
		if err != nil {
			return err
		}
		return n.cfg.Store.DeclineClaim(c.UserContext(), in.Actor, id, revision, f.line("note"))
	})
}

func (n *Newsroom) reopenClaim(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "page", "reopened", "", func(id factcheck.ClaimID) error {
		revision, err := f.revision()
		if err != nil {
			return err
		}
		return n.cfg.Store.ReopenClaim(c.UserContext(), in.Actor, id, revision)
	})
}
