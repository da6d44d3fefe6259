package demo

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// houseLabels are the labels of the house scale, as the front door promises them.
func houseLabels() []string {
	return []string{"True", "Mostly true", "Mixed", "Mostly false", "False", "Misleading", "Altered", "Satire", "Unproven", "Outdated"}
}

// recordHosts are the hosts that claims about real events may cite. Each was read at the address given; a new one needs
// the same care.
func recordHosts() []string {
	return []string{
		"www.whitehouse.gov", "time.com", "www.law.cornell.edu", "www.senate.gov", "news.ballotpedia.org", "constitution.congress.gov",
		"blogs.loc.gov", "www.politico.com", "www.historycentral.com", "news.by", "www.themoscowtimes.com", "kyivindependent.com",
		"ukrainetoday.org", "www.deccanherald.com", "news.yahoo.com", "ca.sports.yahoo.com", "trt.global", "www.devdiscourse.com", "www.kyivpost.com",
		"sputnikglobe.com", "www.anews.com.tr", "tass.ru", "pledgetimes.com", "zambianobserver.com", "en.mehrnews.com", "www.waaytv.com",
		"www.pravda.com.ua", "babel.ua",
	}
}

// reserved reports whether nobody can own the host: RFC 2606 and RFC 6761.
func reserved(host string) bool {
	for _, d := range []string{"example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"} {
		if host == d || strings.HasSuffix(host, "."+d) {
			return true
		}
	}
	return false
}

func checkURL(t *testing.T, where, raw string, allow ...string) {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" || u.User != nil || !reserved(u.Host) && !slices.Contains(allow, u.Host) {
		t.Errorf("%s: %q is not an https address on a reserved domain", where, raw)
	}
}

func TestEverythingInventedLivesOnReservedDomains(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	for _, a := range c.Articles {
		checkURL(t, "article "+a.Key, a.URL)
	}
	for _, im := range c.Imports {
		checkURL(t, "import "+im.Key, im.ReviewURL)
		for _, l := range im.Listed {
			checkURL(t, "import "+im.Key, l)
		}
	}
	for _, tip := range c.Tips {
		if tip.URL != "" {
			checkURL(t, "tip "+tip.Key, tip.URL)
		}
		if _, host, _ := strings.Cut(tip.Contact, "@"); tip.Contact != "" && !reserved(host) {
			t.Errorf("tip %s: contact %q is not on a reserved domain", tip.Key, tip.Contact)
		}
	}
	for _, p := range c.People {
		if !strings.HasSuffix(p.Email, "@newsroom.example") {
			t.Errorf("person %s: address %q is not at newsroom.example", p.Key, p.Email)
		}
	}
	hosts := []string{c.House.Site}
	for _, o := range c.Outlets {
		hosts = append(hosts, o.Domains...)
	}
	for _, p := range c.Publishers {
		hosts = append(hosts, p.Site)
	}
	for _, h := range hosts {
		if !reserved(h) {
			t.Errorf("host %q is not reserved", h)
		}
	}
	for _, cl := range c.Claims {
		checkClaimURLs(t, cl)
	}
}

func checkClaimURLs(t *testing.T, cl Claim) {
	t.Helper()
	var allow []string
	if cl.PublicRecord {
		allow = recordHosts()
	}
	for _, m := range cl.Media {
		checkURL(t, "media of "+cl.Key, m.URL)
	}
	for _, s := range cl.Steps {
		if s.Verdict == nil {
			continue
		}
		if strings.Contains(s.Verdict.Body.String()+s.Verdict.Answer, "http") {
			t.Errorf("claim %s: an address in the text, want it among the sources", cl.Key)
		}
		for _, src := range s.Verdict.Sources {
			if src.URL != "" {
				checkURL(t, "source of "+cl.Key, src.URL, allow...)
			}
			if src.Archive != "" {
				checkURL(t, "archive of "+cl.Key, src.Archive)
			}
		}
	}
}

func TestARealEventRestsOnRealSourcesOnly(t *testing.T) {
	t.Parallel()
	for _, cl := range loaded(t).Claims {
		if !cl.PublicRecord {
			continue
		}
		for _, v := range submitted(cl) {
			for _, src := range v.Sources {
				u, err := url.Parse(src.URL)
				if err != nil || !slices.Contains(recordHosts(), u.Host) {
					t.Errorf("claim %s: source %q is at %q, want public record", cl.Key, src.Title, src.URL)
				}
			}
			if len(v.Replies) > 0 {
				t.Errorf("claim %s: an invented newsroom has asked somebody real", cl.Key)
			}
		}
	}
}

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
				if !slices.Contains([]string{"primary", "secondary"}, src.Kind) || !slices.Contains([]string{"for", "against", "context"}, src.Bearing) {
					t.Errorf("claim %s: source %q is %q and %q", cl.Key, src.Title, src.Kind, src.Bearing)
				}
				titles[src.Title] = true
			}
		}
	}
}

// unmet returns the house rules that v does not meet by itself.
func unmet(r Rules, v Verdict) []string {
	origins, primary, archived := map[string]bool{}, false, true
	for _, s := range v.Sources {
		origins[s.Origin] = true
		primary = primary || s.Kind == "primary"
		archived = archived && s.Archive != ""
	}
	var out []string
	for rule, met := range map[string]bool{
		"independent_origins": len(origins) >= r.IndependentOrigins, "primary": primary || !r.Primary,
		"archive": archived || !r.Archive, "reply": len(v.Replies) > 0 || !r.Reply,
	} {
		if !met {
			out = append(out, rule)
		}
	}
	slices.Sort(out)
	return out
}

func TestEverySubmittedVerdictMeetsTheHouseRulesOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	waived := map[string]int{}
	for _, cl := range c.Claims {
		for n, v := range submitted(cl) {
			var got []string
			for _, w := range v.Waivers {
				got = append(got, w.Rule)
				waived[w.Rule]++
				if w.Reason == "" {
					t.Errorf("claim %s, version %d: %s is waived without a reason", cl.Key, n+1, w.Rule)
				}
			}
			slices.Sort(got)
			if want := unmet(c.House.Rules, v); !slices.Equal(got, want) {
				t.Errorf("claim %s, submission %d: waives %v, want exactly the unmet %v", cl.Key, n+1, got, want)
			}
		}
	}
	for _, rule := range []string{"archive", "primary", "reply"} {
		if waived[rule] == 0 {
			t.Errorf("no verdict waives %s, want one to show it", rule)
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
			if !slices.Contains(houseLabels(), v.Rating) {
				t.Errorf("claim %s: %q is no label of the house", cl.Key, v.Rating)
			}
			if slices.ContainsFunc(v.Reasons, func(r factcheck.Reason) bool { return !r.Valid() }) {
				t.Errorf("claim %s: reasons %v", cl.Key, v.Reasons)
			}
			if v.Rating == "False" && !slices.ContainsFunc(v.Sources, against) {
				t.Errorf("claim %s: False without a source against it", cl.Key)
			}
			if v.Headline == "" || v.Answer == "" || v.HowChecked == "" || v.WhyChecked == "" || v.True+v.False+v.Unknown == "" {
				t.Errorf("claim %s: a part of the verdict is missing", cl.Key)
			}
			if n := len(v.Body); n < 2 || n > 5 {
				t.Errorf("claim %s: %d paragraphs, want 2 to 5", cl.Key, n)
			}
		}
	}
	for _, label := range houseLabels() {
		if !seen[label] {
			t.Errorf("no verdict is rated %s", label)
		}
	}
}

func TestAQuotedPassageStandsInItsArticle(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	for _, cl := range c.Claims {
		for _, s := range cl.Steps {
			if a, ok := c.Article(s.Article); ok && !strings.Contains(a.Title+"\n"+a.Text.String(), s.Quote) {
				t.Errorf("claim %s: article %s does not say %q", cl.Key, a.Key, s.Quote)
			}
		}
	}
}

func TestAPrivatePersonIsNamedNowhere(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	private := 0
	for _, cl := range c.Claimants {
		if !cl.Private {
			continue
		}
		private++
		for _, part := range strings.Fields(cl.Name) {
			if where := textWith(c, part); where != "" {
				t.Errorf("%s names %q", where, part)
			}
		}
		if !slices.ContainsFunc(c.Claims, func(claim Claim) bool { return claim.Claimant == cl.Key && public(claim) }) {
			t.Errorf("%s makes no public claim", cl.Key)
		}
	}
	if private == 0 {
		t.Error("no claimant is a private person")
	}
}

// textWith returns where word stands in an article, claim or step, or "".
func textWith(c *Content, word string) string {
	for _, a := range c.Articles {
		if strings.Contains(a.Title+a.Text.String()+a.Author, word) {
			return "article " + a.Key
		}
	}
	for _, cl := range c.Claims {
		for _, s := range cl.Steps {
			text := cl.Text + s.Note + s.Quote
			if v := s.Verdict; v != nil {
				text += v.Headline + v.Answer + v.Body.String() + v.True + v.False + v.Unknown + v.HowChecked + v.WhyChecked
				for _, src := range v.Sources {
					text += src.Title + src.Document + src.Origin + src.Quote + src.Interest
				}
				for _, r := range v.Replies {
					text += r.Asked + r.Answer
				}
			}
			if strings.Contains(text, word) {
				return "claim " + cl.Key
			}
		}
	}
	return ""
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
		if _, ok := (factcheck.Scale{Labels: p.Scale.Labels}).Find(im.Label); !ok {
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
