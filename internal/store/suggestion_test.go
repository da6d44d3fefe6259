package store_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// paper is an article with a text of sentences, and claims that it may make.
type paper struct {
	*storetest.Env
	article factcheck.ArticleID
	text    []string // sentences
}

func newPaper(t *testing.T, sentences ...string) *paper {
	t.Helper()
	env := storetest.New(t)
	p := &paper{Env: env, text: sentences}
	added := must[store.Added](t)(env.DB.AddArticle(t.Context(), env.Checker, factcheck.ArticleInput{URL: "https://paper.example/town", Title: "Town", Text: p.whole()}))
	p.article = added.Article
	return p
}

func (p *paper) whole() string { return strings.Join(p.text, " ") }

// edit changes the text of the article.
func (p *paper) edit(t *testing.T, sentences ...string) {
	t.Helper()
	p.text = sentences
	a := must[store.WorkingArticle](t)(p.DB.NewsroomArticle(t.Context(), p.Checker, p.article))
	text := p.whole()
	must[[]factcheck.AppearanceID](t)(p.DB.EditArticle(t.Context(), p.Checker, p.article, a.Revision, factcheck.ArticleEdit{Title: a.Title, Text: &text}, nil))
}

// found is a claim that the n-th sentence makes.
func (p *paper) found(claim factcheck.ClaimID, n int) factcheck.SuggestionInput {
	start := strings.Index(p.whole(), p.text[n])
	return factcheck.SuggestionInput{
		Claim: claim, Anchor: factcheck.Anchor{Quote: p.text[n], Start: start, End: start + len(p.text[n])}, Stance: factcheck.StanceRepeats, Reason: factcheck.ReasonSaidOutright,
		Score: 1, Probability: .97, Reading: factcheck.MatchSame, Why: factcheck.MatchWhy{Words: []string{"mayor"}},
	}
}

// look keeps what looking at the text found.
func (p *paper) look(t *testing.T, found ...factcheck.SuggestionInput) store.Suggested {
	t.Helper()
	return must[store.Suggested](t)(p.DB.SuggestClaims(t.Context(), factcheck.System(), p.article, factcheck.Look{Text: p.whole(), Matcher: "test-1", Passages: p.text, Found: found}))
}

func (p *paper) suggestions(t *testing.T) store.ArticleSuggestions {
	t.Helper()
	return must[store.ArticleSuggestions](t)(p.DB.ArticleSuggestions(t.Context(), p.Checker, p.article))
}

// open returns the one suggestion that waits.
func (p *paper) open(t *testing.T) store.Suggestion {
	t.Helper()
	s := p.suggestions(t)
	if len(s.Open) != 1 {
		t.Fatalf("got %d open suggestions, want one", len(s.Open))
	}
	return s.Open[0]
}

func accept(s store.Suggestion, stance factcheck.Stance) factcheck.SuggestionDecision {
	return factcheck.SuggestionDecision{ID: s.ID, Revision: s.Revision, Accept: true, Stance: stance}
}

func reject(s store.Suggestion) factcheck.SuggestionDecision {
	return factcheck.SuggestionDecision{ID: s.ID, Revision: s.Revision}
}

// decide decides as the first checker, and wants all of it done.
func (p *paper) decide(t *testing.T, list ...factcheck.SuggestionDecision) []store.Decided {
	t.Helper()
	got := must[[]store.Decided](t)(p.DB.DecideSuggestions(t.Context(), p.Checker, p.article, list, nil))
	for _, d := range got {
		if !d.Done {
			t.Fatalf("got %+v, want it done", d)
		}
	}
	return got
}

func TestASuggestionIsAcceptedAndTakenBack(t *testing.T) {
	t.Parallel()
	p := newPaper(t, "The mayor has resigned.", "The ferry runs on time.")
	claim := p.Published(t, "The mayor of Exampleville has resigned.", "False").Claim
	before := head(t, p.Env)
	if got := p.look(t, p.found(claim, 0)); got != (store.Suggested{Open: 1, Made: 1}) {
		t.Fatalf("got %+v, want one made", got)
	}
	s := p.open(t)
	if s.Claim.Label != "False" || s.Claim.Truth != factcheck.TruthFalse || !s.Claim.Public || s.Anchor.Quote != p.text[0] || s.Why.Words[0] != "mayor" {
		t.Errorf("got %+v, want it with the verdict and why", s)
	}
	if head(t, p.Env) != before {
		t.Error("a suggestion moved the feed")
	}
	done := p.decide(t, accept(s, factcheck.StanceReports))
	a := must[store.WorkingArticle](t)(p.DB.NewsroomArticle(t.Context(), p.Checker, p.article))
	if len(a.Appearances) != 1 || a.Appearances[0].ID != done[0].Appearance || a.Appearances[0].Stance != factcheck.StanceReports || a.Appearances[0].Imported || a.Appearances[0].Anchor.Quote != p.text[0] {
		t.Fatalf("got %+v, want the article linked as a person does", a.Appearances)
	}
	if note := a.Events[0].Note; note != "suggested 0.97 as repeats, accepted as reports" || a.Events[0].By != "Carla Checker" {
		t.Errorf("got the note %q by %s, want where the stance came from", note, a.Events[0].By)
	}
	if head(t, p.Env) != before+1 {
		t.Errorf("got the feed at %d, want one entry after %d", head(t, p.Env), before)
	}
	decided := p.suggestions(t)
	if len(decided.Open) != 0 || len(decided.Decided) != 1 || decided.Decided[0].DecidedBy != "Carla Checker" || !decided.Decided[0].Linked || decided.Decided[0].Chosen != factcheck.StanceReports {
		t.Fatalf("got %+v, want it decided", decided)
	}
	undone := must[[]store.Decided](t)(p.DB.UndoDecisions(t.Context(), p.Checker2, p.article, []factcheck.SuggestionDecision{reject(decided.Decided[0])}))
	if !undone[0].Done {
		t.Fatalf("got %+v, want it taken back", undone)
	}
	a = must[store.WorkingArticle](t)(p.DB.NewsroomArticle(t.Context(), p.Checker, p.article))
	if again := p.open(t); len(a.Appearances) != 0 || again.ID != s.ID || again.Revision <= s.Revision {
		t.Errorf("got %d links and %+v, want the suggestion waiting again", len(a.Appearances), again)
	}
	if got := p.look(t, p.found(claim, 0)); got.Open != 1 || got.Made != 0 {
		t.Errorf("looked again: got %+v, want the one that waits", got)
	}
}

func TestManyAreDecidedAtOnceAndTheStaleOneIsTold(t *testing.T) {
	t.Parallel()
	p := newPaper(t, "The mayor has resigned.", "The ferry runs on time.", "The lake is dry.")
	one, two, three := p.Claim(t, "The mayor has resigned."), p.Claim(t, "The ferry is late."), p.Claim(t, "The lake is dry.")
	p.look(t, p.found(one, 0), p.found(two, 1), p.found(three, 2))
	list := p.suggestions(t).Open
	if len(list) != 3 {
		t.Fatalf("got %d open, want 3", len(list))
	}
	must[[]store.Decided](t)(p.DB.DecideSuggestions(t.Context(), p.Checker2, p.article, []factcheck.SuggestionDecision{reject(list[1])}, nil))
	got := must[[]store.Decided](t)(p.DB.DecideSuggestions(t.Context(), p.Checker, p.article, []factcheck.SuggestionDecision{
		accept(list[0], factcheck.StanceMakes), accept(list[1], factcheck.StanceMakes), reject(list[2]), {ID: factcheck.SuggestionID{15: 9}, Revision: 1},
	}, nil))
	done := map[factcheck.SuggestionID]store.Decided{}
	for _, d := range got {
		done[d.ID] = d
	}
	if !done[list[0].ID].Done || !done[list[2].ID].Done || done[list[1].ID].Problem != "it was rejected meanwhile by Chen Checker" || done[factcheck.SuggestionID{15: 9}].Problem == "" {
		t.Errorf("got %+v, want two done and two told", got)
	}
	decided := p.suggestions(t).Decided
	if len(decided) != 3 || decided[0].Decision != decided[1].Decision || decided[0].Decision == decided[2].Decision {
		t.Errorf("got %+v, want the two of one act to say so", decided)
	}
	undone := must[[]store.Decided](t)(p.DB.UndoDecisions(t.Context(), p.Checker, p.article, []factcheck.SuggestionDecision{reject(decided[0]), reject(decided[1]), {ID: list[1].ID, Revision: 1}}))
	for _, d := range undone {
		if d.Done == (d.ID == list[1].ID) {
			t.Errorf("got %+v, want those of the act taken back and the other told", d)
		}
	}
	if open := p.suggestions(t).Open; len(open) != 2 {
		t.Errorf("got %d open, want the two again", len(open))
	}
}

func TestARejectedPairStaysAway(t *testing.T) {
	t.Parallel()
	const first, second, other = "The mayor has resigned.", "She is said to have left her office.", "The ferry runs on time."
	for name, tt := range map[string]struct {
		change func(*testing.T, *paper, factcheck.ClaimID)
		back   bool
		anchor int // the sentence that is found then
	}{
		"the same text":                 {func(*testing.T, *paper, factcheck.ClaimID) {}, false, 0},
		"another sentence of this text": {func(*testing.T, *paper, factcheck.ClaimID) {}, false, 1},
		"the text changed elsewhere": {func(t *testing.T, p *paper, _ factcheck.ClaimID) {
			t.Helper()
			p.edit(t, first, second, "The ferry is late.")
		}, false, 0},
		"only its space changed": {func(t *testing.T, p *paper, _ factcheck.ClaimID) {
			t.Helper()
			p.edit(t, "The mayor\nhas resigned.", second, "The ferry is late.")
		}, false, 0},
		"the passage changed": {func(t *testing.T, p *paper, _ factcheck.ClaimID) {
			t.Helper()
			p.edit(t, "The mayor resigned at noon.", second, other)
		}, true, 0},
		"the claim was worded anew": {func(t *testing.T, p *paper, id factcheck.ClaimID) {
			t.Helper()
			ok(t, p.DB.EditClaim(t.Context(), p.Checker, id, working(t, p.Env, id).Revision, factcheck.ClaimInput{Text: "The mayor resigned over the harbour.", Language: "en"}))
		}, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPaper(t, first, second, other)
			claim := p.Claim(t, "The mayor has resigned over the harbour.")
			p.look(t, p.found(claim, 0))
			p.decide(t, reject(p.open(t)))
			tt.change(t, p, claim)
			got := p.look(t, p.found(claim, tt.anchor))
			if open := len(p.suggestions(t).Open); (open == 1) != tt.back || (got.Made == 1) != tt.back {
				t.Errorf("got %+v and %d open, want it back: %v", got, open, tt.back)
			}
		})
	}
}

func TestALookThatIsKeptTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	p := newPaper(t, "The mayor has resigned.", "The ferry runs on time.")
	claim := p.Claim(t, "The mayor has resigned.")
	p.look(t, p.found(claim, 0))
	s, entries := p.open(t), ask[int](t, p.Env, `SELECT count(*) FROM audit`)
	if got := p.look(t, p.found(claim, 0)); got != (store.Suggested{Open: 1}) {
		t.Errorf("got %+v, want nothing made", got)
	}
	if diff := cmp.Diff(s, p.open(t)); diff != "" || ask[int](t, p.Env, `SELECT count(*) FROM audit`) != entries {
		t.Errorf("the second look left a trace (-before +after):\n%s", diff)
	}
	found := p.found(claim, 0)
	found.Stance, found.Reason = factcheck.StanceDisputes, factcheck.ReasonDebunked
	p.look(t, found)
	if now := p.open(t); now.Revision != s.Revision+1 || now.Stance != factcheck.StanceDisputes {
		t.Errorf("got %+v, want another revision where it reads otherwise", now)
	}
	got := must[[]store.Decided](t)(p.DB.DecideSuggestions(t.Context(), p.Checker, p.article, []factcheck.SuggestionDecision{accept(s, factcheck.StanceMakes)}, nil))
	if got[0].Done || !strings.Contains(got[0].Problem, "reads otherwise") {
		t.Errorf("got %+v, want whoever saw the old one told", got)
	}
}

func TestOnlyTheBestWaitAndWhatIsNotFoundAnyMoreGoes(t *testing.T) {
	t.Parallel()
	p := newPaper(t, "The mayor has resigned.")
	var all []factcheck.SuggestionInput
	for range factcheck.MaxOpenSuggestions + 3 {
		all = append(all, p.found(p.Claim(t, "The mayor has resigned."), 0))
	}
	if got := p.look(t, all...); got.Open != factcheck.MaxOpenSuggestions {
		t.Errorf("got %+v, want at most %d", got, factcheck.MaxOpenSuggestions)
	}
	if got := p.look(t, all[:2]...); got.Open != 2 || got.Dropped != factcheck.MaxOpenSuggestions-2 {
		t.Errorf("got %+v, want the others dropped", got)
	}
	if got := p.look(t, all[:3]...); got.Open != 3 || got.Made != 1 {
		t.Errorf("got %+v, want one that nobody rejected back", got)
	}
	if _, err := p.DB.SuggestClaims(t.Context(), factcheck.System(), p.article, factcheck.Look{Text: "Another text.", Matcher: "test"}); factcheck.CodeOf(err) != factcheck.CodeConflict {
		t.Errorf("a look at an old text: got %v, want a conflict", err)
	}
}

func TestWhatIsLinkedOrWasByMistakeIsNotSuggested(t *testing.T) {
	t.Parallel()
	p := newPaper(t, "The mayor has resigned.", "The lake is dry.")
	claim, other := p.Claim(t, "The mayor has resigned."), p.Claim(t, "The lake is dry.")
	ap := must[factcheck.AppearanceID](t)(p.DB.LinkArticle(t.Context(), p.Checker, p.article, claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes}))
	p.look(t, p.found(claim, 0), p.found(other, 1))
	if s := p.open(t); s.Claim.ID != other {
		t.Errorf("got %+v, want the linked claim left out", s)
	}
	ok(t, p.DB.UnlinkArticle(t.Context(), p.Checker, ap, 1, "another mayor"))
	if got := p.look(t, p.found(claim, 0), p.found(other, 1)); got.Open != 1 {
		t.Errorf("got %+v, want the mistake not suggested anew", got)
	}
	s := p.open(t)
	must[factcheck.AppearanceID](t)(p.DB.LinkArticle(t.Context(), p.Checker2, p.article, other, factcheck.AppearanceInput{Stance: factcheck.StanceMakes}))
	if n := len(p.suggestions(t).Open); n != 0 {
		t.Errorf("got %d open, want what was linked by hand settled", n)
	}
	got := must[[]store.Decided](t)(p.DB.DecideSuggestions(t.Context(), p.Checker, p.article, []factcheck.SuggestionDecision{accept(s, factcheck.StanceMakes)}, nil))
	if got[0].Done || got[0].Problem == "" {
		t.Errorf("got %+v, want it told", got)
	}
}

func TestALinkThatWasWorkedOnIsNotUnlinkedByUndoing(t *testing.T) {
	t.Parallel()
	p := newPaper(t, "The mayor has resigned.")
	claim := p.Claim(t, "The mayor has resigned.")
	p.look(t, p.found(claim, 0))
	ap := p.decide(t, accept(p.open(t), factcheck.StanceMakes))[0].Appearance
	ok(t, p.DB.MarkCorrection(t.Context(), p.Checker2, ap, 1, factcheck.MarkInput{State: factcheck.StateCorrected}))
	decided := p.suggestions(t).Decided[0]
	got := must[[]store.Decided](t)(p.DB.UndoDecisions(t.Context(), p.Checker, p.article, []factcheck.SuggestionDecision{reject(decided)}))
	if got[0].Done || !strings.Contains(got[0].Problem, "changed since") {
		t.Errorf("got %+v, want it told", got)
	}
	ok(t, p.DB.UnlinkArticle(t.Context(), p.Checker, ap, 2, ""))
	if s := p.suggestions(t).Decided[0]; s.Linked {
		t.Error("the suggestion says that the link is there")
	}
	if got := must[[]store.Decided](t)(p.DB.UndoDecisions(t.Context(), p.Checker, p.article, []factcheck.SuggestionDecision{reject(decided)})); !got[0].Done {
		t.Errorf("got %+v, want a link that is gone no obstacle", got)
	}
}

func TestSuggestionsFollowAMergedClaim(t *testing.T) {
	t.Parallel()
	p := newPaper(t, "The mayor has resigned.", "The lake is dry.")
	from, into, rejected := p.Claim(t, "The mayor resigned."), p.Claim(t, "The mayor has resigned."), p.Claim(t, "The lake has dried up.")
	p.look(t, p.found(from, 0), p.found(rejected, 1))
	for _, s := range p.suggestions(t).Open {
		if s.Claim.ID == rejected {
			p.decide(t, reject(s))
		}
	}
	ok(t, p.DB.MergeClaims(t.Context(), p.Editor, from, into, "one and the same"))
	if s := p.open(t); s.Claim.ID != into {
		t.Errorf("got %+v, want it to follow", s)
	}
	lake := p.Claim(t, "The lake is dry.")
	ok(t, p.DB.MergeClaims(t.Context(), p.Editor, rejected, lake, "one and the same"))
	if got := p.look(t, p.found(into, 0), p.found(lake, 1)); got.Open != 1 {
		t.Errorf("got %+v, want what was rejected to stay so under the other claim", got)
	}
}

func TestSuggestingAndDecidingAskWhoItIs(t *testing.T) {
	t.Parallel()
	p := newPaper(t, "The mayor has resigned.")
	claim := p.Claim(t, "The mayor has resigned.")
	p.look(t, p.found(claim, 0))
	s := p.open(t)
	reader := factcheck.Actor{Kind: factcheck.ActorKey, Scopes: []factcheck.Scope{factcheck.ScopeRead}}
	for name, actor := range map[string]factcheck.Actor{"nobody": {}, "a key that reads": reader, "the program": factcheck.System(), "the command line": factcheck.Operator()} {
		if _, err := p.DB.DecideSuggestions(t.Context(), actor, p.article, []factcheck.SuggestionDecision{accept(s, factcheck.StanceMakes)}, nil); err == nil {
			t.Errorf("%s accepted a suggestion", name)
		}
		if _, err := p.DB.UndoDecisions(t.Context(), actor, p.article, []factcheck.SuggestionDecision{reject(s)}); err == nil {
			t.Errorf("%s took a decision back", name)
		}
	}
	if _, err := p.DB.SuggestClaims(t.Context(), reader, p.article, factcheck.Look{Text: p.whole(), Matcher: "x"}); err == nil {
		t.Error("a key that reads made suggestions")
	}
	if _, err := p.DB.ArticleSuggestions(t.Context(), reader, p.article); err == nil {
		t.Error("a key that reads saw them")
	}
	for _, q := range []string{
		`UPDATE suggestions SET state = 'accepted', version = version + 1`, `DELETE FROM suggestions`, `TRUNCATE suggestions`, `UPDATE suggestions SET quote = 'x'`,
		`UPDATE suggestions SET state = 'rejected', decided_at = now(), decision = id, version = version + 1, decided_by = (SELECT id FROM actors WHERE kind = 'system')`,
		`UPDATE suggestions SET claim_id = (SELECT id FROM claims WHERE id <> claim_id LIMIT 1), version = version + 1`, `UPDATE suggestions SET stance = 'disputes', version = version + 1`,
		`INSERT INTO suggestions SELECT gen_random_uuid(), article_id, claim_id, 'open', 'x', '', '', NULL, NULL, 'makes', 'x', 1, 1, 'same', '{}', 'x', text_hash, claim_key FROM suggestions`,
	} {
		if _, err := sqlConn(t, p.URL).Exec(t.Context(), q); err == nil {
			t.Errorf("the database did %s", q)
		}
	}
}

func TestATextIsLookedAtInTheTransactionThatBringsIt(t *testing.T) {
	t.Parallel()
	p := newPaper(t, "The mayor has resigned.")
	jobs := func() int {
		return ask[int](t, p.Env, `SELECT count(*) FROM river_job WHERE kind = 'suggest_claims' AND args ->> 'article' = $1`, p.article.String())
	}
	if jobs() != 1 {
		t.Errorf("taken in: got %d jobs, want 1", jobs())
	}
	p.edit(t, "The mayor has not resigned.")
	a := must[store.WorkingArticle](t)(p.DB.NewsroomArticle(t.Context(), p.Checker, p.article))
	must[store.Refreshed](t)(p.DB.RefreshArticle(t.Context(), factcheck.System(), p.article, a.Revision, factcheck.RefreshInput{Text: "The mayor stays."}, nil))
	if jobs() != 3 {
		t.Errorf("edited and refreshed: got %d jobs, want 3", jobs())
	}
	if _, err := p.DB.EditArticle(t.Context(), p.Checker, p.article, a.Revision+1, factcheck.ArticleEdit{Title: "Another"}, nil); err != nil || jobs() != 3 {
		t.Errorf("the title alone: got %d jobs, %v; want 3", jobs(), err)
	}
	if _, err := p.DB.MatchableArticle(t.Context(), factcheck.System(), factcheck.ArticleID{15: 1}); factcheck.CodeOf(err) != factcheck.CodeNotFound {
		t.Errorf("got %v, want no such article", err)
	}
	m := must[store.MatchableArticle](t)(p.DB.MatchableArticle(t.Context(), factcheck.System(), p.article))
	if m.Text != "The mayor stays." || m.Title != "Another" || !json.Valid(m.Found) {
		t.Errorf("got %+v, want it as it is now", m)
	}
}

func TestListsCountWhatWaits(t *testing.T) {
	t.Parallel()
	p := newPaper(t, "The mayor has resigned.", "The lake is dry.")
	p.look(t, p.found(p.Claim(t, "The mayor has resigned."), 0), p.found(p.Claim(t, "The lake is dry."), 1))
	if got := must[store.SuggestionCounts](t)(p.DB.SuggestionCounts(t.Context(), p.Checker)); got != (store.SuggestionCounts{Suggestions: 2, Articles: 1}) {
		t.Errorf("got %+v, want two in one article", got)
	}
	list := must[[]store.ArticleSummary](t)(p.DB.NewsroomArticles(t.Context(), p.Checker, store.ArticleFilter{Linked: store.WithSuggestions}, factcheck.ArticleID{}, 10))
	if len(list) != 1 || list[0].Suggested != 2 {
		t.Errorf("got %+v, want the article with two", list)
	}
	for _, s := range p.suggestions(t).Open {
		p.decide(t, reject(s))
	}
	if list := must[[]store.ArticleSummary](t)(p.DB.NewsroomArticles(t.Context(), p.Checker, store.ArticleFilter{Linked: store.WithSuggestions}, factcheck.ArticleID{}, 10)); len(list) != 0 {
		t.Errorf("got %+v, want none once all are decided", list)
	}
}

func TestWhoFilesAClaimLikeAnotherSaysWhyItIsNotTheSame(t *testing.T) {
	t.Parallel()
	p := newPaper(t, "The mayor has resigned.")
	there, merged := p.Published(t, "The mayor of Exampleville has resigned.", "False").Claim, p.Claim(t, "The mayor resigned.")
	ok(t, p.DB.MergeClaims(t.Context(), p.Editor, merged, there, "one and the same"))
	declined := p.Claim(t, "The mayor is a ghost.")
	ok(t, p.DB.DeclineClaim(t.Context(), p.Checker, declined, working(t, p.Env, declined).Revision, "cannot be checked"))
	near := func(text string, ids ...factcheck.ClaimID) []store.NearClaim {
		t.Helper()
		return must[[]store.NearClaim](t)(p.DB.NearClaims(t.Context(), p.Checker, text, "en", ids))
	}
	if got := near("the mayor RESIGNED", declined, there); len(got) != 2 || got[0].ID != there || !got[0].Exact || got[0].Label != "False" || got[1].StageNote != "cannot be checked" {
		t.Errorf("got %+v, want the words of a merged claim to lead on, and the declined one to say why", got)
	}
	p.look(t, p.found(declined, 0))
	s := p.open(t)
	filed := must[store.Filed](t)(p.DB.FileAndLink(t.Context(), p.Checker, p.article, factcheck.FileLinkInput{
		Claim: factcheck.ClaimInput{Text: "The mayor of Sampletown has resigned.", Language: "en"}, Link: factcheck.AppearanceInput{Stance: factcheck.StanceMakes},
		Distinct: []factcheck.Distinction{{Claim: there, Reason: " another town "}}, Instead: &factcheck.SuggestionDecision{ID: s.ID, Revision: s.Revision},
	}))
	got := near("The mayor of Sampletown has resigned.", there)
	if len(got) != 2 || got[0].ID != filed.Claim || !got[0].Exact || got[1].Reason != "another town" || got[1].SaidBy != "Carla Checker" {
		t.Errorf("got %+v, want what was filed, and what was said of the other", got)
	}
	if other := near("The mayor of Otherton has resigned.", there); len(other) != 1 || other[0].Reason != "" {
		t.Errorf("got %+v, want nothing said of another text", other)
	}
	if d := p.suggestions(t).Decided; len(d) != 1 || d[0].State != factcheck.SuggestionRejected {
		t.Errorf("got %+v, want the suggestion rejected that the new claim stands in for", d)
	}
	_, err := p.DB.FileAndLink(t.Context(), p.Checker, p.article, factcheck.FileLinkInput{
		Claim: factcheck.ClaimInput{Text: "The mayor is away.", Language: "en"}, Link: factcheck.AppearanceInput{Stance: factcheck.StanceMakes}, Distinct: []factcheck.Distinction{{Claim: there}},
	})
	if factcheck.CodeOf(err) != factcheck.CodeInvalid {
		t.Errorf("without a reason: got %v, want it refused", err)
	}
}
