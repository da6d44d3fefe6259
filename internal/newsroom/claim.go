package newsroom

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// claimRoutes are the pages on which claims are filed and worked. They stand behind those of other rooms under the same path,
// because :claim takes any name.
func (n *Newsroom) claimRoutes() []Route {
	acts := []struct {
		path string
		act  act
	}{
		{"details", n.editClaim}, {"wordings", n.setWordings}, {"media", n.addMedia}, {"media/remove", n.removeMedia},
		{"assign", n.assignClaim}, {"check", n.checkClaim}, {"decline", n.declineClaim}, {"reopen", n.reopenClaim},
		{"draft", n.saveDraft}, {"draft/take-back", n.takeBackDraft}, {"draft/discard", n.discardDraft},
		{"draft/waive", n.waiveRule}, {"draft/wordings", n.setVerdictWordings}, {"markdown", n.renderMarkdown},
		{"evidence", n.addSource}, {"evidence/read", n.readSource}, {"evidence/edit", n.editSource}, {"evidence/move", n.moveSource}, {"evidence/remove", n.removeSource},
		{"replies", n.putReply}, {"files", n.keepFile}, {"files/take-down", n.takeDownFile},
		{"confidence/read", n.readConfidence}, {"confidence/forget", n.forgetConfidence},
		{"comments", n.addComment}, {"comments/take-back", n.takeBackComment}, {"comments/seen", n.seeMentions},
		{"told", n.tellOutlet}, {"naming", n.proposeNaming}, {"interest", n.declareInterest}, {"interest/end", n.endInterest}, {"here", n.visitClaim},
	}
	const at = "/newsroom/claims/:claim"
	routes := []Route{
		show("/newsroom/claims/new", n.showNewClaim), do("/newsroom/claims/new", n.fileClaim),
		show(at, n.showClaim), show(at+"/preview", n.previewClaim), show(at+"/preview/data", n.previewData), show(at+"/preview/card.png", n.previewCard), show(at+"/compare", n.compareVersions),
	}
	for _, a := range acts { // a form that was shown again leaves its address in the browser: reloading it leads to the claim
		routes = append(routes, do(at+"/"+a.path, a.act), show(at+"/"+a.path, n.backToClaim))
	}
	return append(routes, show(at+"/files/:file", n.sendClaimFile))
}

// claimTold are the sentences that a claim's page says of what was just done, by the word in its address.
func claimTold(word string) string {
	return map[string]string{
		"filed":      "The claim is filed. Next: link the articles that say it, and begin to check it.",
		"saved":      "Saved.",
		"folded":     "Merged. The other claim’s address leads here for ever.",
		"merged":     "Saved. Somebody else had saved meanwhile; what they wrote and what you wrote are both in it.",
		"began":      "It is being checked.",
		"given":      "Given.",
		"declined":   "Declined.",
		"reopened":   "Reopened.",
		"submitted":  "Sent for approval. Somebody else reads exactly this text.",
		"back":       "Taken back. It has to be sent for approval again.",
		"discarded":  "The draft is discarded.",
		"source":     "The source is added.",
		"removed":    "Removed.",
		"moved":      "Moved.",
		"read":       "The page is read. Choose the passage.",
		"replied":    "Noted.",
		"commented":  "Said.",
		"told":       "Noted.",
		"naming":     "Proposed. A second person decides whether the claimant is named.",
		"same":       "It is this claim: nothing was filed. Attach the article here.",
		"linked":     "The article is attached.",
		"both":       "The claim is filed, and the article attached to it. Next: begin to check it.",
		"interest":   "Declared. Such claims are not given to you, and you do not approve them.",
		"ended":      "Noted: it is over.",
		"kept":       "The file is kept. Use it as a source below.",
		"taken-down": "Its content is gone.",
		"forgotten":  "Who the source is, is forgotten.",
	}[word]
}

// claimID returns the claim that the path names.
func claimID(c *fiber.Ctx) (factcheck.ClaimID, error) {
	id, err := idParam[factcheck.ClaimID](c.Params("claim"))
	if err == nil && id.IsZero() {
		err = factcheck.NotFound("there is nothing at this address")
	}
	return id, err
}

// claimAt returns the address of a claim that says what was just done.
func claimAt(id factcheck.ClaimID, told, part string) string {
	at := pages.ClaimPath(id.String())
	if told != "" {
		at += "?told=" + told
	}
	if part != "" {
		at += "#" + part
	}
	return at
}

// showClaim serves the page on which a claim is worked.
func (n *Newsroom) showClaim(c *fiber.Ctx, in visitor) error {
	p, err := n.claimPage(c, in)
	if err != nil {
		return err
	}
	p.Told = claimTold(c.Query("told"))
	if err := n.fillAdding(c, in, p); err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.Claim(p.ClaimPage))
}

// backToClaim leads to the claim of an address that only takes forms.
func (n *Newsroom) backToClaim(c *fiber.Ctx, in visitor) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	if _, err := n.cfg.Store.NewsroomClaim(c.UserContext(), in.Actor, id); err != nil {
		return err
	}
	return see(c, claimAt(id, "", ""))
}

// claimWork is the page of a claim with what it was made of.
type claimWork struct {
	pages.ClaimPage
	work store.ClaimWork
}

// claimPage reads the claim that the path names and fills its page.
func (n *Newsroom) claimPage(c *fiber.Ctx, in visitor) (*claimWork, error) {
	id, err := claimID(c)
	if err != nil {
		return nil, err
	}
	w, err := n.cfg.Store.ClaimWork(c.UserContext(), in.Actor, id)
	if err != nil {
		return nil, err
	}
	shell, err := n.shell(c.UserContext(), in, pages.ClaimPath(id.String()))
	if err != nil {
		return nil, err
	}
	p := &claimWork{work: w, ClaimPage: pages.ClaimPage{
		Shell: shell, ID: id.String(), Text: w.Text, Lang: w.Language, Stage: string(w.Stage), StageNote: w.StageNote, MergedTo: w.MergedText,
		Revision: w.Revision, Created: w.CreatedAt, Updated: w.UpdatedAt, Date: w.Date, Place: w.Place, Why: w.Why, Wordings: w.Wordings, Tips: w.Tips, Followers: w.Followers,
		Sealing: n.cfg.Sealer.Lasting(), Editor: in.Actor.Role != factcheck.RoleChecker,
	}}
	if w.VerdictIs != "" && w.VerdictIs != factcheck.VerdictUnpublished {
		p.VerdictState = string(w.VerdictIs)
	}
	if w.Public {
		p.PublicURL = "/claims/" + w.Slug
	}
	if !w.Naming.IsZero() {
		p.Naming = w.Naming.String()
	}
	p.Author = slices.Contains(w.Draft.Authors, in.Actor.Person)
	if !w.MergedInto.IsZero() {
		p.MergedID = w.MergedInto.String()
	}
	if !w.Claimant.IsZero() {
		p.Claimant = pages.ClaimantShown{ID: w.Claimant.String(), Name: w.Who.Name, Kind: string(w.Who.Kind), Description: w.Who.Description, Private: w.Who.Private, Named: w.Who.Named}
	}
	n.fillClaimant(p)
	n.fillPeople(p, in)
	n.fillTalk(p, in)
	n.fillLinks(p)
	n.fillDraft(p)
	fillEvents(p)
	return p, nil
}

// fillClaimant fills in the form that edits the claim, and its media.
func (n *Newsroom) fillClaimant(p *claimWork) {
	fields := n.claimFields(p.work.ClaimInput)
	p.Details = pages.DetailsForm{
		Text: fields["text"], Lang: fields["language"], Date: fields["date"], Place: fields["place"], Why: fields["why"], Selection: fields["selection"],
		Claimant: fields["claimant"], ClaimantName: p.Claimant.Name, Was: wasOf(fields),
	}
	for _, t := range p.work.AllTopics {
		on := slices.Contains(p.work.Topics, t.ID)
		p.Details.Topics = append(p.Details.Topics, pages.Option{Value: t.ID.String(), Label: t.Name, On: on})
		if on {
			p.TopicNames = append(p.TopicNames, t.Name)
		}
	}
	for _, m := range p.work.Media {
		p.Media = append(p.Media, pages.MediaItem{ID: m.ID.String(), URL: m.URL, Kind: string(m.Kind), Category: string(m.Category), Alt: m.Alt})
	}
}

// fillPeople fills in who has the claim, who could, and who is here.
func (n *Newsroom) fillPeople(p *claimWork, in visitor) {
	p.Assignees = append(p.Assignees, pages.Option{Label: "nobody", On: p.work.Assignee.IsZero()})
	for _, m := range p.work.People {
		mine := m.ID == in.Actor.Person
		if m.ID == p.work.Assignee {
			p.Assignee, p.Mine = m.Name, mine
		}
		p.Interest = p.Interest || mine && m.Interest
		if m.Disabled || m.Interest {
			continue
		}
		label := m.Name
		if mine {
			label += " (you)"
		}
		p.Assignees = append(p.Assignees, pages.Option{Value: m.ID.String(), Label: label, On: m.ID == p.work.Assignee})
	}
	for _, v := range p.work.Visits {
		p.Here = append(p.Here, v.Name)
	}
}

// fillTalk fills in comments, conflicts of interest, and what is kept.
func (n *Newsroom) fillTalk(p *claimWork, in visitor) {
	for _, c := range p.work.Comments {
		p.Comments = append(p.Comments, pages.CommentItem{
			ID: c.ID, Name: c.Name, Text: c.Text, At: c.At, Mine: c.By == in.Actor.Person, Back: c.Back, ForMe: c.ForMe, Unseen: c.Unseen && !c.Back, MentionedNames: c.Mentions,
		})
		if c.Unseen && !c.Back {
			p.Named++
		}
	}
	for _, i := range p.work.Interests {
		p.Interests = append(p.Interests, pages.InterestItem{
			ID: i.ID, Name: i.Name, In: i.In, Reason: i.Reason, Mine: i.Person == in.Actor.Person, DeclaredAt: i.DeclaredAt,
			InWords: map[string]string{"claim": "this claim", "claimant": "everything of this claimant", "topic": "a topic of it"}[i.In],
		})
	}
	for _, x := range p.work.Confidences {
		p.Confidences = append(p.Confidences, pages.ConfidenceItem{
			ID: x.ID, Reason: x.Reason, Name: x.Name, At: x.KeptAt, Forgotten: x.Forgotten, Readable: x.Readable && n.cfg.Sealer.Lasting(), Mine: x.KeptBy == in.Actor.Person,
		})
	}
	for _, f := range p.work.Files {
		p.Files = append(p.Files, pages.FileItem{ID: f.ID, Name: f.Name, Type: f.Type, Hash: hexOf(f.SHA256), By: f.AddedBy, Size: f.Size, At: f.AddedAt, Down: f.Down})
	}
}

// fillLinks fills in the articles, each with how its outlet was told.
func (n *Newsroom) fillLinks(p *claimWork) {
	for _, a := range p.work.Appearances {
		l := pages.ClaimLink{
			ID: a.ID.String(), ArticleID: a.Article.String(), Title: a.Title, URL: a.URL, Outlet: a.Outlet, Quote: a.Quote, Stance: a.Stance,
			Imported: a.Imported, First: a.First, State: a.State, CorrectedAt: a.CorrectedAt,
		}
		for _, t := range p.work.Notices {
			if t.Article == a.Article {
				l.Notices = append(l.Notices, pages.NoticeItem{
					ID: t.ID, Revision: int64(t.Revision), How: t.How, Answer: t.Answer, By: t.By, ToldAt: t.ToldAt, AnsweredAt: t.AnsweredAt,
					ToldForm: n.moment(&t.ToldAt), AnswerForm: n.moment(t.AnsweredAt),
				})
			}
		}
		p.Links = append(p.Links, l)
	}
	for _, v := range p.work.Published {
		p.Published = append(p.Published, pages.PublishedItem{
			ID: v.ID.String(), N: v.N, Label: v.Label, Correction: string(v.Correction), Note: v.Note, Approver: v.Approver, At: v.At, Current: v.Current,
		})
	}
}

// fillEvents fills in who did what; the same act of one person in a row is told once, with how often.
func fillEvents(p *claimWork) {
	for _, e := range p.work.Audit {
		who := e.Who
		switch {
		case who == "":
			who = "the program"
		case e.Owner != "" && e.Kind == factcheck.ActorKey:
			who += " (key of " + e.Owner + ")"
		}
		what := pages.EventWord(e.Action)
		if last := len(p.Events) - 1; last >= 0 && p.Events[last].Who == who && p.Events[last].What == what {
			p.Events[last].Times++
			continue
		}
		p.Events = append(p.Events, pages.ClaimEvent{At: e.At, Who: who, What: what, Times: 1})
	}
}

// claimAgain shows the claim as it is now with what was typed into a form, and what went wrong with it.
func (n *Newsroom) claimAgain(c *fiber.Ctx, in visitor, f form, name string, err error) error {
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	p, perr := n.claimPage(c, in)
	if perr != nil {
		return perr
	}
	if errors.Is(err, errSourceGone) {
		name = "source-new"
	}
	p.Typed = typedOf(f, name, problem)
	fillClash(p, err)
	p.Details.Same = choicesOf(err)
	if perr := n.fillAdding(c, in, p); perr != nil {
		return perr
	}
	return n.render(c, problem.status, pages.Claim(p.ClaimPage))
}

// typedOf keeps what was typed into a form.
func typedOf(f form, name string, problem formProblem) pages.Typed {
	t := pages.Typed{Form: name, Message: problem.message, Field: problem.field, Values: map[string][]string{}}
	if i := strings.LastIndexByte(t.Field, '.'); i >= 0 { // sources[2].quote is the field quote of its form
		t.Field = t.Field[i+1:]
	}
	for field, values := range f.values {
		for _, v := range values {
			t.Values[field] = append(t.Values[field], strings.ToValidUTF8(v, "�"))
		}
	}
	return t
}

// claimDo does something with the claim that the path names, and leads back to it; what cannot be done is told with the form.
func (n *Newsroom) claimDo(c *fiber.Ctx, in visitor, f form, name, told, part string, do func(factcheck.ClaimID) error) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	if err := do(id); err != nil {
		return n.claimAgain(c, in, f, name, err)
	}
	return see(c, claimAt(id, told, part))
}

// number64 reads the number of something that belongs to a claim.
func number64(s, what string) (int64, error) {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id < 1 {
		return 0, factcheck.NotFound("there is no such %s", what)
	}
	return id, nil
}

// momentOr reads a moment; an empty one is nil.
func (n *Newsroom) momentOr(field, s string) (*time.Time, error) {
	t, err := n.instant(field, s)
	if err != nil || t.IsZero() {
		return nil, err
	}
	return &t, nil
}
