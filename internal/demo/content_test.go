package demo

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/language"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

func loaded(t *testing.T) *Content {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatalf("load the demonstration: %v", err)
	}
	return c
}

// versions returns the drafts that were approved, in order.
func versions(cl Claim) []Step {
	var out []Step
	var draft Step
	for _, s := range cl.Steps {
		switch s.Do {
		case DoDraft:
			draft = s
		case DoApprove:
			out = append(out, draft)
			draft = Step{}
		}
	}
	return out
}

// submitted returns the drafts as they were when they were sent for approval.
func submitted(cl Claim) []Verdict {
	var out []Verdict
	var draft *Verdict
	for _, s := range cl.Steps {
		if s.Do == DoDraft {
			draft = s.Verdict
		}
		if s.Do == DoSubmit {
			out = append(out, *draft)
		}
	}
	return out
}

func did(cl Claim, do Do) bool {
	return slices.ContainsFunc(cl.Steps, func(s Step) bool { return s.Do == do })
}

func public(cl Claim) bool { return len(versions(cl)) > 0 }

func TestTheNewsroomHasWhatADemonstrationNeeds(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	count := map[string]int{}
	for _, p := range c.People {
		count["role "+string(p.Role)]++
	}
	for _, cl := range c.Claims {
		countClaim(count, cl)
	}
	for _, im := range c.Imports {
		if im.Claim == "mayor-resigned" {
			count["imported verdicts on one claim"]++
		}
	}
	for _, p := range c.Publishers {
		if !p.Allowed {
			count["publisher not allowed"]++
		}
	}
	atLeast := map[string]int{
		"role checker": 2, "role editor": 2, "role admin": 1,
		"public": 30, "resigned": 4, "three versions": 1, "suspended and restored": 1, "retracted": 1, "merged": 1,
		"declined": 1, "in review": 2, "draft": 1, "sent back": 1, "filed only": 1, "update waits": 1, "edited": 1, "from a tip": 3,
		"public record": 10, "valid to": 1, "media": 3, "corrected": 4, "removed": 3, "restanced": 1, "year": 2, "month": 2, "day": 10, "instant": 2,
		"imported verdicts on one claim": 4, "publisher not allowed": 1,
	}
	for what, want := range atLeast {
		if count[what] < want {
			t.Errorf("%s: got %d, want at least %d", what, count[what], want)
		}
	}
}

func countClaim(count map[string]int, cl Claim) {
	mark := func(ok bool, what string) {
		if ok {
			count[what]++
		}
	}
	pub := public(cl)
	last := cl.Steps[len(cl.Steps)-1].Do
	mark(pub, "public")
	mark(pub && strings.Contains(cl.Text, "resigned"), "resigned")
	mark(len(versions(cl)) >= 3, "three versions")
	mark(did(cl, DoSuspend) && did(cl, DoAskRestore) && did(cl, DoGrant), "suspended and restored")
	mark(pub && versions(cl)[len(versions(cl))-1].Kind == factcheck.CorrectionRetraction, "retracted")
	mark(did(cl, DoMerge), "merged")
	mark(did(cl, DoDecline), "declined")
	mark(!pub && last == DoSubmit, "in review")
	mark(!pub && last == DoDraft, "draft")
	mark(!pub && last == DoSendBack, "sent back")
	mark(last == DoFile, "filed only")
	mark(pub && last == DoSubmit, "update waits")
	mark(did(cl, DoEdit), "edited")
	mark(did(cl, DoRestance), "restanced")
	mark(cl.FromTip != "", "from a tip")
	mark(cl.PublicRecord && pub, "public record")
	mark(len(cl.Media) > 0, "media")
	count[string(cl.MadeOn(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)).Precision)]++
	for _, s := range cl.Steps {
		mark(s.State == factcheck.StateCorrected, "corrected")
		mark(s.State == factcheck.StateRemoved, "removed")
	}
	vs := versions(cl)
	mark(len(vs) == 2 && !vs[0].Verdict.ValidTo.IsZero() && vs[1].Verdict.ValidTo.IsZero() && vs[0].Verdict.Rating != vs[1].Verdict.Rating, "valid to")
}

func TestTheResignationRumourIsMadeReportedAndDisputed(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	i := slices.IndexFunc(c.Claims, func(cl Claim) bool { return cl.Key == "vance-resigned" })
	if i < 0 {
		t.Fatal("the claim is missing")
	}
	stances := map[factcheck.Stance]int{}
	for _, s := range c.Claims[i].Steps {
		if s.Do == DoLink {
			stances[s.Stance]++
		}
	}
	for _, want := range []factcheck.Stance{factcheck.StanceMakes, factcheck.StanceRepeats, factcheck.StanceReports, factcheck.StanceDisputes} {
		if stances[want] == 0 {
			t.Errorf("no article %s it", want)
		}
	}
	for n, v := range versions(c.Claims[i]) {
		if v.Verdict.Rating != "False" {
			t.Errorf("version %d is rated %s, want False", n+1, v.Verdict.Rating)
		}
	}
}

func TestTheCorrectedClaimGoesThroughItsKinds(t *testing.T) {
	t.Parallel()
	for _, cl := range loaded(t).Claims {
		vs := versions(cl)
		if len(vs) < 3 {
			continue
		}
		got := []factcheck.CorrectionKind{vs[0].Kind, vs[1].Kind, vs[2].Kind}
		want := []factcheck.CorrectionKind{"", factcheck.CorrectionClarification, factcheck.CorrectionCorrection}
		if !slices.Equal(got, want) {
			t.Errorf("claim %s: got kinds %q, want %q", cl.Key, got, want)
		}
		if vs[1].Verdict.Rating == vs[2].Verdict.Rating {
			t.Errorf("claim %s: the correction keeps the rating %s, want another", cl.Key, vs[2].Verdict.Rating)
		}
	}
}

func TestClaimsAreInManyLanguages(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	seen := map[string]int{}
	for _, cl := range c.Claims {
		if public(cl) {
			seen[cl.Language]++
		}
		for _, v := range submitted(cl) {
			for _, w := range v.Wordings {
				if w.Language == cl.Language || w.Text == "" || w.Headline == "" || w.Answer == "" {
					t.Errorf("claim %s: wording %q is incomplete or in the claim's own language", cl.Key, w.Language)
				}
			}
		}
	}
	for _, want := range []string{"en", "es", "fr", "de", "pt", "hi", "ar"} {
		if seen[want] == 0 {
			t.Errorf("no public claim in %s", want)
		}
		if !slices.Contains(c.House.Languages, want) {
			t.Errorf("the house does not list %s", want)
		}
	}
	for tag := range languagesOf(c) {
		if got, err := language.Parse(tag); err != nil || got.String() != tag {
			t.Errorf("language %q is not BCP 47 in its usual spelling: %v", tag, err)
		}
	}
}

func languagesOf(c *Content) map[string]bool {
	tags := map[string]bool{c.House.Language: true}
	for _, a := range c.Articles {
		tags[a.Language] = true
	}
	for _, im := range c.Imports {
		tags[im.Language] = true
	}
	for _, tip := range c.Tips {
		tags[tip.Language] = true
	}
	for _, cl := range c.Claims {
		tags[cl.Language] = true
		for _, v := range submitted(cl) {
			for _, w := range v.Wordings {
				tags[w.Language] = true
			}
		}
	}
	return tags
}

func TestAnArticleIsLinkedToSeveralClaims(t *testing.T) {
	t.Parallel()
	linked := map[string]int{}
	for _, cl := range loaded(t).Claims {
		for _, s := range cl.Steps {
			if s.Do == DoLink {
				linked[s.Article]++
			}
		}
	}
	for _, key := range []string{"harbour-roundup", "harbour-week", "vp-recap", "wagner-wire-calls"} {
		if linked[key] < 3 {
			t.Errorf("article %s: linked to %d claims, want 3 or more", key, linked[key])
		}
	}
	for _, a := range loaded(t).Articles {
		if linked[a.Key] == 0 && len(a.Steps) == 0 {
			t.Errorf("article %s never comes into the house", a.Key)
		}
	}
}

func TestTheHomePageHasNewsOnAnyDay(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	start := starts()[1]
	fresh := map[string]int{}
	for _, e := range c.Story(start) {
		if e.Kind == EventStep && start.Sub(e.At) < 72*time.Hour {
			fresh[string(e.Step.Do)]++
			fresh[string(e.Step.Stance)]++
		}
	}
	for what, want := range map[string]int{"approve": 4, "mark": 2, "repeats": 4} {
		if fresh[what] < want {
			t.Errorf("%s in the last three days: got %d, want at least %d", what, fresh[what], want)
		}
	}
}
