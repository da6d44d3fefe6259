package demo

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

func TestEverySourceIsComplete(t *testing.T) {
	t.Parallel()
	for _, cl := range loaded(t).Claims {
		for _, s := range cl.Steps {
			if s.Verdict == nil {
				continue
			}
			titles := map[string]bool{}
			for _, src := range s.Verdict.Sources {
				if (src.URL == "") == (src.Document == "") {
					t.Errorf("claim %s: source %q has no locator, or two", cl.Key, src.Title)
				}
				if src.Title == "" || src.Origin == "" || src.Quote == "" || src.Read.IsZero() || titles[src.Title] {
					t.Errorf("claim %s: source %q lacks a title of its own, origin, quote or date read", cl.Key, src.Title)
				}
				titles[src.Title] = true
			}
		}
	}
}

// submissions calls f with every draft as it stood when it was sent for approval, in the form the store takes.
func submissions(c *Content, start time.Time, f func(cl Claim, d factcheck.Draft)) {
	for _, cl := range c.Claims {
		var draft Step
		for _, s := range cl.Steps {
			if s.Do == DoDraft {
				draft = s
			}
			if s.Do == DoSubmit {
				f(cl, draft.Draft(start, cl.Language, factcheck.ScaleID{}))
			}
		}
	}
}

func houseScale(t *testing.T) factcheck.Scale {
	t.Helper()
	i := slices.IndexFunc(factcheck.Scales(), func(s factcheck.Scale) bool { return s.Slug == factcheck.HouseScale })
	return factcheck.Scales()[i]
}

func TestEverySubmittedVerdictCouldBeApproved(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	submissions(c, starts()[0], func(cl Claim, d factcheck.Draft) {
		label, ok := houseScale(t).Find(d.Label)
		if !ok || label.Label != d.Label {
			t.Errorf("claim %s: %q is no label of the house", cl.Key, d.Label)
		}
		clean, err := d.Clean()
		if err != nil {
			t.Errorf("claim %s: %v", cl.Key, err)
		}
		if gaps := clean.Gaps(label.Rating(), c.House.Rules); len(gaps) > 0 {
			t.Errorf("claim %s: got gaps %+v, want none", cl.Key, gaps)
		}
	})
}

func TestOnlyUnmetHouseRulesAreWaived(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	waived := map[factcheck.Rule]int{}
	submissions(c, starts()[0], func(cl Claim, d factcheck.Draft) {
		var got, want []factcheck.Rule
		for _, w := range d.Waivers {
			got = append(got, w.Rule)
			waived[w.Rule]++
		}
		d.Waivers = nil
		for _, g := range d.Gaps(factcheck.Rating{}, c.House.Rules) {
			want = append(want, g.Rule)
		}
		slices.Sort(got)
		slices.Sort(want)
		if d.Correction != factcheck.CorrectionRetraction && !slices.Equal(got, want) {
			t.Errorf("claim %s: waives %v, want exactly the unmet %v", cl.Key, got, want)
		}
	})
	for _, rule := range []factcheck.Rule{factcheck.RuleArchive, factcheck.RulePrimary, factcheck.RuleReply} {
		if waived[rule] == 0 {
			t.Errorf("no verdict waives %s, want one to show it", rule)
		}
	}
}

func TestEveryClaimCouldBeFiled(t *testing.T) {
	t.Parallel()
	for _, cl := range loaded(t).Claims {
		in, err := cl.Input(starts()[0], factcheck.ClaimantID{}, nil).Clean()
		if err != nil {
			t.Errorf("claim %s: %v", cl.Key, err)
		}
		if did(cl, DoSubmit) && in.Why == "" {
			t.Errorf("claim %s: nothing says why it is checked", cl.Key)
		}
		if reworded := cl.Steps[0].Text != ""; reworded != (in.Text != cl.Text) {
			t.Errorf("claim %s: filed as %q", cl.Key, in.Text)
		}
	}
}

func TestEveryVerdictSaysWhatItFound(t *testing.T) {
	t.Parallel()
	against := func(s Source) bool { return s.Bearing == "against" }
	seen := map[string]bool{}
	for _, cl := range loaded(t).Claims {
		for _, v := range submitted(cl) {
			seen[v.Rating] = true
			if slices.ContainsFunc(v.Reasons, func(r factcheck.Reason) bool { return !r.Valid() }) {
				t.Errorf("claim %s: reasons %v", cl.Key, v.Reasons)
			}
			if v.Rating == "False" && !slices.ContainsFunc(v.Sources, against) {
				t.Errorf("claim %s: False without a source against it", cl.Key)
			}
			if v.Headline == "" || v.Answer == "" || v.HowChecked == "" || v.True+v.False+v.Unknown == "" {
				t.Errorf("claim %s: a part of the verdict is missing", cl.Key)
			}
			if n := len(v.Body); n < 2 || n > 5 {
				t.Errorf("claim %s: %d paragraphs, want 2 to 5", cl.Key, n)
			}
		}
	}
	for _, label := range houseScale(t).Labels {
		if !seen[label.Label] {
			t.Errorf("no verdict is rated %s", label.Label)
		}
	}
}

func TestImportsFitTheirClaimsAndScales(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	unmapped, listed, onlyImported := 0, 0, 0
	labels := map[string]bool{}
	for _, im := range c.Imports {
		p := c.Publishers[slices.IndexFunc(c.Publishers, func(p Publisher) bool { return p.Key == im.Publisher })]
		if u, err := url.Parse(im.ReviewURL); err != nil || u.Host != p.Site {
			t.Errorf("import %s: review at %s, want %s", im.Key, im.ReviewURL, p.Site)
		}
		if _, _, ok := factcheck.ReadLabel(p.Site, im.Label); !ok {
			unmapped++
		}
		listed += len(im.Listed)
		if im.Claim == "" {
			onlyImported++
			continue
		}
		cl := c.Claims[slices.IndexFunc(c.Claims, func(cl Claim) bool { return cl.Key == im.Claim })]
		if cl.Text != im.Text || cl.Language != im.Language || !public(cl) {
			t.Errorf("import %s: its claim is not the public claim %s", im.Key, im.Claim)
		}
		if im.Claim == "mayor-resigned" && p.Allowed {
			labels[im.Label] = true
		}
	}
	if unmapped != 1 || listed < 5 || onlyImported < 3 || len(labels) < 3 {
		t.Errorf("got %d unmapped, %d listed, %d of their own, %d labels on one claim; want 1, at least 5, 3, 3", unmapped, listed, onlyImported, len(labels))
	}
}

func TestMediaSayWhatTheyShowAndWhatWasDone(t *testing.T) {
	t.Parallel()
	categories := []string{"OriginalMediaContent", "DecontextualizedContent", "EditedOrCroppedContent", "TransformedContent", "StagedContent", "SatireOrParodyContent"}
	for _, cl := range loaded(t).Claims {
		for _, m := range cl.Media {
			if !slices.Contains(categories, m.Category) || m.Alt == "" || !slices.Contains([]string{"image", "video", "audio"}, m.Kind) {
				t.Errorf("claim %s: media %+v", cl.Key, m)
			}
		}
	}
}
