package newsroom

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// lookPatience is how long a request waits for looking at a text. A job looks at it too, so nothing is lost.
const lookPatience = 900 * time.Millisecond

// suggestionRoutes are the addresses of suggestions and of claims like one that is written.
func (n *Newsroom) suggestionRoutes() []Route {
	return []Route{
		show("/newsroom/suggestions", n.showSuggested),
		do("/newsroom/articles/:article/suggestions", n.decideSuggestions),
		do("/newsroom/articles/:article/suggestions/undo", n.undoSuggestions),
		do("/newsroom/articles/:article/suggestions/look", n.lookAgain),
		do("/newsroom/claims/near", n.nearClaims),
	}
}

// lookForClaims looks which claims an article makes, so that the page that follows shows them. What it cannot do in time, the
// job does that was enqueued with the text.
func (n *Newsroom) lookForClaims(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID) {
	if n.cfg.Finder == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookPatience)
	defer cancel()
	if _, err := n.cfg.Finder.Suggest(ctx, actor, article); err != nil && factcheck.CodeOf(err) != factcheck.CodeUnavailable {
		n.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "an article was not looked at for claims; a job will", slog.String("article", article.String()), slog.Any("error", err))
	}
}

// fillSuggestions fills in what was suggested of an article, and where the stances of its links came from.
func (n *Newsroom) fillSuggestions(ctx context.Context, in visitor, p *workingPage) error {
	s, err := n.cfg.Store.ArticleSuggestions(ctx, in.Actor, p.article.ID)
	if err != nil {
		return err
	}
	p.Paragraphs = paragraphs(p.article.Text, p.article.Appearances, s.Open)
	box := &p.Suggest
	box.Looked, box.HasText = s.LookedAt != nil && s.Current, s.HasText
	box.Warming = n.cfg.Finder == nil || !n.cfg.Finder.State().Ready
	for i, open := range s.Open {
		box.Open = append(box.Open, suggestionItem(i+1, p.article.Text, open))
	}
	for _, d := range s.Decided {
		box.Decided = append(box.Decided, pages.DecidedSuggestion{
			Item: itemOf(d), ClaimText: d.Claim.Text, Lang: d.Claim.Language, By: d.DecidedBy, Act: d.Decision, Accepted: d.State == factcheck.SuggestionAccepted,
			Linked: d.Linked, Chosen: d.Chosen, At: d.DecidedAt,
		})
		if l := p.link(d.Appearance); l != nil && d.State == factcheck.SuggestionAccepted {
			l.Suggested = "suggested " + strconv.FormatFloat(float64(d.Probability), 'f', 2, 32) + " as " + string(d.Stance) + ", accepted by " + orElse(d.DecidedBy, "somebody")
		}
	}
	p.Unlinked = slices.DeleteFunc(p.Unlinked, func(l pages.Link) bool { // it waits above
		return slices.ContainsFunc(box.Open, func(s pages.Suggestion) bool { return s.ClaimItem.ID == l.ClaimID })
	})
	return nil
}

// itemOf names a suggestion as it was seen.
func itemOf(s store.Suggestion) string { return s.ID.String() + "." + itoa(s.Revision) }

func suggestionItem(number int, text string, s store.Suggestion) pages.Suggestion {
	out := pages.Suggestion{
		FoundItem: foundItem(s.Claim), N: number, ID: s.ID.String(), Item: itemOf(s), Quote: s.Anchor.Quote, Stance: s.Stance, Proposed: s.Stance,
		Because: s.Reason.Says(s.Why.Cues, s.Why.Speaker),
	}
	out.Reading, out.Probability, out.Why = s.Reading, s.Probability, s.Why
	if a := s.Anchor; stands(text, a) {
		out.Start, out.End = a.Start, a.End
	}
	for _, o := range s.Why.Others {
		out.Others = append(out.Others, pages.OtherPlace{Quote: o.Quote, Start: o.Start})
	}
	return out
}

// stands reports whether a passage stands in the text in its very words.
func stands(text string, a factcheck.Anchor) bool {
	return a.Located() && a.Start >= 0 && a.End <= len(text) && text[a.Start:a.End] == a.Quote
}

// suggestedStretches returns the passages of suggestions that stand in the text.
func suggestedStretches(text string, open []store.Suggestion) []stretch {
	var out []stretch
	for i, s := range open {
		if stands(text, s.Anchor) {
			out = append(out, stretch{start: s.Anchor.Start, end: s.Anchor.End, n: i + 1})
		}
	}
	return out
}

func foundItem(f store.FoundClaim) pages.FoundItem {
	return pages.FoundItem{ClaimItem: claimItem(f.ClaimSummary), StageNote: f.StageNote, Label: f.Label, Truth: string(f.Truth), Publisher: f.Publisher, Review: f.Review}
}

// readItem reads the name of a suggestion as it was seen.
func readItem(s string) (factcheck.SuggestionDecision, error) {
	var d factcheck.SuggestionDecision
	id, revision, _ := strings.Cut(s, ".")
	n, err := strconv.Atoi(revision)
	if err != nil || n < 1 || n > 1<<30 {
		return d, factcheck.Invalid("suggestion", "this form is damaged; reload the page")
	}
	d.Revision = n
	if err := d.ID.UnmarshalText([]byte(id)); err != nil || d.ID.IsZero() {
		return d, factcheck.Invalid("suggestion", "this form is damaged; reload the page")
	}
	return d, nil
}

// items reads the suggestions that a form names: the one of the button, or all that are selected.
func items(f form, one string) ([]factcheck.SuggestionDecision, error) {
	names := []string{one}
	if one == "" {
		names = f.values["item"]
	}
	out := make([]factcheck.SuggestionDecision, 0, len(names))
	for _, name := range names[:min(len(names), factcheck.MaxDecisions+1)] {
		d, err := readItem(name)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// decideSuggestions accepts or rejects one suggestion, or all that are selected. What could not be decided is told above the
// list, and the rest is done.
func (n *Newsroom) decideSuggestions(c *fiber.Ctx, in visitor, f form) error {
	id, err := idParam[factcheck.ArticleID](c.Params("article"))
	if err != nil {
		return err
	}
	word, one, _ := strings.Cut(f.get("do"), " ")
	list, err := items(f, one)
	if err == nil && word != "accept" && word != "reject" {
		err = factcheck.Invalid("suggestion", "accept or reject")
	}
	if err != nil {
		return n.suggestionsAgain(c, in, f, err)
	}
	for i := range list {
		if list[i].Accept = word == "accept"; list[i].Accept {
			list[i].Stance = factcheck.Stance(f.get("stance-" + list[i].ID.String()))
		}
	}
	done, err := n.cfg.Store.DecideSuggestions(c.UserContext(), in.Actor, id, list, ingest.Locate)
	if err != nil {
		return n.suggestionsAgain(c, in, f, err)
	}
	return n.tellDecided(c, in, id, done, "decided")
}

// undoSuggestions takes decisions back.
func (n *Newsroom) undoSuggestions(c *fiber.Ctx, in visitor, f form) error {
	id, err := idParam[factcheck.ArticleID](c.Params("article"))
	if err != nil {
		return err
	}
	list, err := items(f, "")
	if err != nil {
		return n.suggestionsAgain(c, in, f, err)
	}
	done, err := n.cfg.Store.UndoDecisions(c.UserContext(), in.Actor, id, list)
	if err != nil {
		return n.suggestionsAgain(c, in, f, err)
	}
	return n.tellDecided(c, in, id, done, "reopened")
}

// tellDecided leads back to the article, or shows it with what was not done.
func (n *Newsroom) tellDecided(c *fiber.Ctx, in visitor, id factcheck.ArticleID, done []store.Decided, word string) error {
	var problems []string
	for _, d := range done {
		if !d.Done {
			problems = append(problems, sentence(d.Problem)+" "+clip(d.ClaimText, 120))
		}
	}
	if len(problems) == 0 {
		return see(c, articleAt(c, id, word)+"#suggestions")
	}
	page, err := n.articlePage(c, in)
	if err != nil {
		return err
	}
	if did := len(done) - len(problems); did > 0 {
		problems = append([]string{"Done: " + itoa(did) + ". Not done: " + itoa(len(problems)) + "."}, problems...)
	}
	page.Suggest.Problems = problems
	return n.render(c, fiber.StatusConflict, pages.Article(page.ArticlePage))
}

// suggestionsAgain shows the article with what went wrong, what was selected and chosen still so.
func (n *Newsroom) suggestionsAgain(c *fiber.Ctx, in visitor, f form, err error) error {
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.articlePage(c, in)
	if perr != nil {
		return perr
	}
	for i := range page.Suggest.Open {
		s := &page.Suggest.Open[i]
		s.Selected = slices.Contains(f.values["item"], s.Item)
		if st := factcheck.Stance(f.get("stance-" + s.ID)); st.Valid() && st != factcheck.StanceListed {
			s.Stance = st
		}
	}
	page.Suggest.Problems = []string{problem.message}
	return n.render(c, problem.status, pages.Article(page.ArticlePage))
}

// lookAgain looks at the text of an article anew.
func (n *Newsroom) lookAgain(c *fiber.Ctx, in visitor, f form) error {
	id, err := idParam[factcheck.ArticleID](c.Params("article"))
	if err != nil {
		return err
	}
	if _, err := n.cfg.Store.NewsroomArticle(c.UserContext(), in.Actor, id); err != nil {
		return err
	}
	if n.cfg.Finder == nil {
		return n.suggestionsAgain(c, in, f, &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "there is no index of claims here"})
	}
	if _, err := n.cfg.Finder.Suggest(c.UserContext(), in.Actor, id); err != nil {
		return n.suggestionsAgain(c, in, f, err)
	}
	return see(c, articleAt(c, id, "looked")+"#suggestions")
}
