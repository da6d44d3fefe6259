package demo

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// starts are moments at which somebody may start the demonstration: mid-day, just after midnight, on a leap day.
func starts() []time.Time {
	return []time.Time{
		time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC),
		time.Date(2027, 1, 1, 0, 0, 30, 0, time.UTC),
		time.Date(2028, 2, 29, 23, 59, 0, 0, time.UTC),
	}
}

func TestStoryIsInOrderAndOver(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	for _, start := range starts() {
		events := c.Story(start)
		if !slices.IsSortedFunc(events, func(a, b Event) int { return a.At.Compare(b.At) }) {
			t.Errorf("the story that starts %s is out of order", start)
		}
		if last := events[len(events)-1]; !last.At.Before(start) {
			t.Errorf("the last event is at %s, want before %s", last.At, start)
		}
		steps := 0
		for _, e := range events {
			if e.Kind == EventStep {
				steps++
			}
		}
		want := 0
		for _, cl := range c.Claims {
			want += len(cl.Steps)
		}
		if steps != want {
			t.Errorf("got %d steps, want %d", steps, want)
		}
	}
}

// play walks through the steps of a claim by the rules of the life of a claim and a verdict, and returns the first breach.
func play(c *Content, cl Claim) error {
	p := player{content: c, text: cl.Text, linked: map[string]factcheck.Stance{}, last: map[string]Do{}}
	for i, s := range cl.Steps {
		if err := p.step(s, i); err != nil {
			return fmt.Errorf("step %d (%s by %s): %w", i+1, s.Do, s.By, err)
		}
	}
	if p.text != cl.Text {
		return fmt.Errorf("worded %q at the end, want %q", p.text, cl.Text)
	}
	return nil
}

type player struct {
	content   *Content
	text      string
	draft     string // "", open, submitted, sent_back
	kind      factcheck.CorrectionKind
	authors   []string
	published int
	suspended bool
	over      bool
	asked     string                      // who asked to restore or retract
	linked    map[string]factcheck.Stance // by article
	last      map[string]Do               // what was done to an article last
}

func (p *player) editor(by string) error {
	for _, person := range p.content.People {
		if person.Key == by && person.Role != factcheck.RoleChecker {
			return nil
		}
	}
	return fmt.Errorf("%s is a checker", by)
}

func (p *player) step(s Step, i int) error {
	if (s.Do == DoFile) != (i == 0) {
		return fmt.Errorf("a claim is filed first, and once")
	}
	if p.over {
		return fmt.Errorf("the claim was declined, merged or retracted before")
	}
	switch s.Do {
	case DoFile, DoEdit:
		if s.Text != "" {
			p.text = s.Text
		}
		return expect(p.draft == "" && p.published == 0, "nothing is edited under a verdict")
	case DoCheck:
		return nil
	case DoLink, DoRestance, DoMark, DoFirst, DoUnlink, DoUndo:
		return p.article(s)
	case DoSuspend, DoAskRestore, DoGrant:
		return p.brake(s)
	case DoDecline, DoMerge:
		p.over = true
		if s.Note == "" {
			return fmt.Errorf("it has no reason")
		}
		return p.editor(s.By)
	}
	return p.verdict(s)
}

func (p *player) article(s Step) error {
	stance, known := p.linked[s.Article]
	before := p.last[s.Article]
	p.last[s.Article] = s.Do
	switch s.Do {
	case DoLink:
		p.linked[s.Article] = s.Stance
		return expect(!known && s.Quote != "" && s.Stance.Valid() && s.Stance != factcheck.StanceListed, "one link per article, with a stance and a quote")
	case DoRestance:
		p.linked[s.Article] = s.Stance
		return expect(known && s.Stance.Valid() && s.Note != "", "only what is linked has a stance")
	case DoFirst:
		return expect(known && stance.Asserts(), "the first appearance makes or repeats the claim")
	case DoUnlink:
		delete(p.linked, s.Article)
		return expect(known && s.Note != "", "only what is linked is unlinked, for a reason")
	case DoUndo:
		delete(p.linked, s.Article)
		return expect(known && before == DoLink, "a link is undone before anything else is done to it")
	}
	return expect(known && s.Note != "" && (s.State == factcheck.StateCorrected || s.State == factcheck.StateRemoved), "only what is linked is marked")
}

func (p *player) verdict(s Step) error {
	switch s.Do {
	case DoDraft:
		later := p.published > 0 && p.draft == ""
		if later {
			p.authors = nil
		}
		p.authors = append(p.authors, s.By)
		ok := p.draft != "submitted"
		p.draft, p.kind = "open", s.Kind
		if later != (s.Kind != "") || (s.Kind != "") != (s.Note != "") || !s.Kind.Valid() {
			return fmt.Errorf("kind %q and note %q do not fit", s.Kind, s.Note)
		}
		return expect(ok, "there is a submitted draft")
	case DoSubmit:
		ok := p.draft == "open"
		p.draft, p.authors = "submitted", append(p.authors, s.By)
		return expect(ok, "nothing changed since it was sent back, or there is no draft")
	case DoSendBack, DoApprove:
		if p.draft != "submitted" || slices.Contains(p.authors, s.By) {
			return fmt.Errorf("nothing to judge, or its author judges it")
		}
		p.draft = map[Do]string{DoSendBack: "sent_back", DoApprove: ""}[s.Do]
		if s.Do == DoApprove {
			p.published++
			p.suspended, p.over = false, p.kind == factcheck.CorrectionRetraction
		}
		if err := expect((s.Do == DoSendBack) == (s.Note != ""), "sending back has a note"); err != nil {
			return err
		}
		return p.editor(s.By)
	}
	return fmt.Errorf("unexpected")
}

func (p *player) brake(s Step) error {
	switch s.Do {
	case DoSuspend:
		if err := expect(p.published > 0 && !p.suspended && s.Note != "", "only what is published is suspended"); err != nil {
			return err
		}
		p.suspended = true
		return p.editor(s.By)
	case DoGrant:
		if p.asked == "" || p.asked == s.By {
			return fmt.Errorf("nothing was asked, or who asked grants")
		}
		p.suspended, p.asked = false, ""
		return p.editor(s.By)
	}
	p.asked = s.By
	return expect(p.suspended && s.Note != "", "nothing is suspended")
}

func expect(ok bool, rule string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%s", rule)
}

func TestEveryClaimLivesByTheRules(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	for _, cl := range c.Claims {
		if err := play(c, cl); err != nil {
			t.Errorf("claim %s: %v", cl.Key, err)
		}
	}
}

func TestTheRulesAreNoticedWhenBroken(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	find := func(key string) Claim {
		i := slices.IndexFunc(c.Claims, func(cl Claim) bool { return cl.Key == key })
		cl := c.Claims[i]
		cl.Steps = slices.Clone(cl.Steps)
		return cl
	}
	last := func(cl Claim, do Do) *Step {
		for i := len(cl.Steps) - 1; i >= 0; i-- {
			if cl.Steps[i].Do == do {
				return &cl.Steps[i]
			}
		}
		t.Fatalf("claim %s has no %s", cl.Key, do)
		return nil
	}
	own, granted, again, text := find("vance-resigned"), find("agua-plomo"), find("speaker-becomes-vp"), find("fernwaerme-erneuerbar")
	last(own, DoApprove).By = "ines"
	last(granted, DoGrant).By = "joana"
	*last(again, DoDraft) = Step{At: last(again, DoDraft).At, By: "ines", Do: DoCheck}
	again.Steps = slices.DeleteFunc(again.Steps, func(s Step) bool { return s.Do == DoDraft })
	last(text, DoEdit).Text = "Etwas anderes."
	late, reported := find("mayor-resigned"), find("mayor-resigned")
	last(late, DoUndo).Article = "mayor-gazette"
	last(reported, DoFirst).Article = "mayor-daily"
	for _, cl := range []Claim{own, granted, again, text, late, reported} {
		if err := play(c, cl); err == nil {
			t.Errorf("claim %s: got no error, want its broken rule noticed", cl.Key)
		}
	}
}

func TestNothingHappensBeforeItCan(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	for _, start := range starts() {
		for _, cl := range c.Claims {
			checkTimes(t, c, cl, start)
		}
		for _, a := range c.Articles {
			checkArticleTimes(t, c, a, start)
		}
		for _, im := range c.Imports {
			if im.Reviewed.Time(start).After(im.At.Time(start)) || im.Date.Date(start, "").At.After(im.Reviewed.Time(start)) {
				t.Errorf("import %s: imported before it was written, or written before the claim was made", im.Key)
			}
		}
	}
}

func checkTimes(t *testing.T, c *Content, cl Claim, start time.Time) {
	t.Helper()
	filed := cl.Steps[0].At.Time(start)
	if cl.MadeOn(start).At.After(filed) {
		t.Errorf("claim %s: made %s, filed %s", cl.Key, cl.MadeOn(start), filed)
	}
	for _, tip := range c.Tips {
		if tip.Key == cl.FromTip && tip.At.Time(start).After(filed) {
			t.Errorf("claim %s: filed before its tip came in", cl.Key)
		}
	}
	before := time.Time{}
	for i, s := range cl.Steps {
		at := s.At.Time(start)
		if !at.After(before) {
			t.Errorf("claim %s, step %d: at %s, want after %s", cl.Key, i+1, at, before)
		}
		before = at
		if a, ok := c.Article(s.Article); ok && a.Published.Time(start).After(at) {
			t.Errorf("claim %s, step %d: article %s is published later", cl.Key, i+1, a.Key)
		}
		if s.Out.Time(start).After(at) || s.Appeared.Time(start).After(at) {
			t.Errorf("claim %s, step %d: article %s appeared or was corrected later", cl.Key, i+1, s.Article)
		}
		if s.Verdict != nil {
			checkVerdictTimes(t, cl.Key, *s.Verdict, at, start)
		}
	}
}

// checkArticleTimes checks that a page changes after it was taken in, or linked for the first time, and that what is done to
// it is done in order.
func checkArticleTimes(t *testing.T, c *Content, a Article, start time.Time) {
	t.Helper()
	taken := time.Time{}
	for _, cl := range c.Claims {
		for _, s := range cl.Steps {
			if at := s.At.Time(start); s.Do == DoLink && s.Article == a.Key && (taken.IsZero() || at.Before(taken)) {
				taken = at
			}
		}
	}
	before := a.Published.Time(start)
	for i, s := range a.Steps {
		at := s.At.Time(start)
		if !at.After(before) || s.Do == ArticleTake && i > 0 {
			t.Errorf("article %s, step %d: at %s, want after %s", a.Key, i+1, at, before)
		}
		if s.Do != ArticleTake && i == 0 && (taken.IsZero() || at.Before(taken)) {
			t.Errorf("article %s, step %d (%s): before it comes into the house", a.Key, i+1, s.Do)
		}
		before = at
	}
}

func checkVerdictTimes(t *testing.T, key string, v Verdict, drafted, start time.Time) {
	t.Helper()
	for _, src := range v.Sources {
		if src.Read.Time(start).After(drafted) {
			t.Errorf("claim %s: source %q is read after the draft of %s", key, src.Title, drafted)
		}
	}
	for _, r := range v.Replies {
		answered := r.AnsweredAt.Time(start)
		if r.AskedAt.Time(start).After(drafted) || answered.After(drafted) || !r.AnsweredAt.IsZero() && answered.Before(r.AskedAt.Time(start)) {
			t.Errorf("claim %s: %s is asked or answers at the wrong time", key, r.Asked)
		}
	}
	if v.ValidFrom.IsZero() || v.ValidFrom.Time(start).After(drafted) {
		t.Errorf("claim %s: valid from %s, drafted %s", key, v.ValidFrom.Time(start), drafted)
	}
	if !v.ValidTo.IsZero() && !v.ValidTo.Time(start).After(v.ValidFrom.Time(start)) {
		t.Errorf("claim %s: valid to a time before it is valid from", key)
	}
}
