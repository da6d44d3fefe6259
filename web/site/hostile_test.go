package site_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/web"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/specimen"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// fill puts payload into every string below v, however deep, and gives every list and pointer one element.
func fill(v reflect.Value, payload string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(payload)
	case reflect.Int, reflect.Int64:
		v.SetInt(2)
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*time.Location]() {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), payload)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(payload))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), payload)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2025, 6, 7, 16, 40, 0, 0, time.UTC)))
			return
		}
		for _, f := range v.Fields() {
			if f.CanSet() {
				fill(f, payload)
			}
		}
	case reflect.Bool:
		v.SetBool(true)
	default:
		panic(fmt.Sprintf("no hostile %s", v.Type()))
	}
}

func filled[T any](payload string) T {
	var v T
	fill(reflect.ValueOf(&v).Elem(), payload)
	return v
}

// hostileClaim fills a claim's page but for the interface's language, which is ours.
func hostileClaim(payload string, change func(*document.Verdict)) site.ClaimPage {
	p := filled[site.ClaimPage](payload)
	p.Lang, p.Zone = "en", nil
	for i := range p.Claim.Verdicts {
		change(&p.Claim.Verdicts[i])
	}
	for i := range p.Claim.Appearances {
		p.Claim.Appearances[i].Stance = "repeats"
	}
	return p
}

func hostilePages(payload string) map[string]templ.Component {
	pages := map[string]templ.Component{}
	for _, origin := range []string{"house", "legacy", "imported", payload} {
		for _, state := range []string{"current", "suspended", "retracted", payload} {
			for _, pinned := range []bool{true, false} {
				p := hostileClaim(payload, func(v *document.Verdict) { v.Origin, v.State = origin, state })
				if !pinned {
					p.Pinned = nil
				}
				pages[fmt.Sprintf("claim %q %q %v", origin, state, pinned)] = site.Claim(p)
			}
		}
	}
	listed := hostileClaim(payload, func(v *document.Verdict) { v.Origin, v.State = "house", "current" })
	for i := range listed.Claim.Appearances {
		listed.Claim.Appearances[i].Stance = payload
	}
	pages["claim listed"] = site.Claim(listed)

	home := filled[site.HomePage](payload)
	home.Lang = "en"
	current := filled[site.HomePage](payload)
	current.Lang, current.Lead.State, current.New[0].State = "en", ui.StateCurrent, ui.StateCurrent
	search := filled[site.SearchPage](payload)
	search.Lang = "en"
	article := filled[site.ArticlePage](payload)
	article.Lang = "en"
	article.Claims[0].Appearance.Stance = "makes"
	history := filled[site.HistoryPage](payload)
	history.Lang = "en"
	moved := filled[site.MovedPage](payload)
	moved.Shell.Lang = "en"
	prose := filled[site.ProsePage](payload)
	prose.Shell.Lang = "en"
	failure := filled[site.ErrorPage](payload)
	failure.Lang = "en"
	pages["home"], pages["home current"], pages["search"] = site.Home(home), site.Home(current), site.Search(search)
	pages["article"], pages["history"] = site.Article(article), site.History(history)
	subject, outlet, corrections := filled[site.SubjectPage](payload), filled[site.OutletPage](payload), filled[site.CorrectionsPage](payload)
	form, sent, about := filled[site.FormPage](payload), filled[site.SentPage](payload), filled[site.AboutPage](payload)
	subject.Shell.Lang, outlet.Shell.Lang, corrections.Lang, form.Lang, sent.Lang, about.Shell.Lang = "en", "en", "en", "en", "en", "en"
	for i, name := range []string{"text", "url"} { // ids, and words of the domain, are ours
		form.Fields[i].ID, form.Fields[i].Name, form.Choices[i].Name = name, name, "choice-"+name
		outlet.Rows[i].Claims[0].Stance, outlet.Rows[i].Claims[0].State = "repeats", "corrected"
		outlet.Rows[i].Claims[1].Stance, outlet.Rows[i].Claims[1].State = "listed", "standing"
		corrections.Rows[i].Kind = "update"
	}
	pages["subject"], pages["outlet"], pages["corrections"] = site.Subject(subject), site.Outlet(outlet), site.Corrections(corrections)
	pages["form"], pages["sent"], pages["about"] = site.Form(form), site.Sent(sent), site.About(about)
	pages["moved"], pages["prose"], pages["error"] = site.Moved(moved), site.Prose(prose), site.Error(failure)
	return pages
}

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	for _, payload := range htmltest.Payloads() {
		for name, page := range hostilePages(payload) {
			_, root := render(t, page)
			for _, problem := range htmltest.Problems(root) {
				// A hostile JSON-LD is not JSON, and an item whose text is empty does not occur: all else must hold.
				if !strings.HasPrefix(problem, "JSON-LD is not JSON") {
					t.Errorf("%s with %q: %s", name, payload, problem)
				}
			}
			for _, e := range htmltest.All(root, "img", "b") {
				t.Errorf("%s with %q made an element %s", name, payload, e.Data)
			}
			foreign := slices.DeleteFunc(htmltest.All(root, "script"), func(e *html.Node) bool {
				return slices.ContainsFunc(e.Attr, func(a html.Attribute) bool { return a.Key == "src" && a.Val == web.Asset("js/copy.js") })
			})
			if len(foreign) > 1 {
				t.Errorf("%s with %q: got %d script elements besides our file, want the data block at most", name, payload, len(foreign))
			}
		}
	}
}

// TestHostileTextIsShown makes sure that the test above looks at something: the payload is on the page, as text.
func TestHostileTextIsShown(t *testing.T) {
	t.Parallel()
	for name, page := range hostilePages(htmltest.Payloads()[0]) {
		_, root := render(t, page)
		if !strings.Contains(htmltest.Text(root), "<script>alert(1)</script>") {
			t.Errorf("%s: the payload is not on the page", name)
		}
	}
}

func TestSuspendedPageKeepsTheFindingToItself(t *testing.T) {
	t.Parallel()
	c := specimen.Suspended()
	secret := "secret finding"
	for i := range c.Verdicts {
		v := &c.Verdicts[i]
		notice := v.Notice
		fill(reflect.ValueOf(v).Elem(), secret)
		v.State, v.Notice, v.Language = "suspended", notice, "en"
	}
	c.Verdicts[0].Origin, c.Verdicts[0].Publisher = "house", document.Publisher{Name: "Example Checks"}
	p := specimen.ClaimPage(c)
	p.JSONLD = []byte(`{"alternateName":"` + secret + `"}`)
	p.History = []site.HistoryEntry{{N: 1, Kind: "verdict.published", Label: secret}}
	p.Pinned, p.Meaning = nil, secret
	page, _ := render(t, site.Claim(p))
	if i := strings.Index(page, secret); i >= 0 {
		t.Errorf("the page under review tells the finding: …%s…", page[max(0, i-80):i+30])
	}
}
