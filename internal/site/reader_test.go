package site_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// send sends a form as a browser does that shows one of our pages, without following where it leads.
func (d *desk) send(t *testing.T, path string, fields url.Values, headers ...string) (answer, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.base+path, strings.NewReader(fields.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header}, string(body)
}

// slow is what a form holds that was filled in by a person.
func slow(fields url.Values) url.Values {
	fields.Set("began", "1")
	return fields
}

// TestALetterSentTwiceIsOne presses every form's button twice at once and, later, back and once more.
func TestALetterSentTwiceIsOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	for path, fields := range map[string]url.Values{
		"/tips/new":         {"text": {"Is the bridge closed?"}},
		mayor + "/sighting": {"url": {"https://plaza.example/2"}},
		mayor + "/report":   {"text": {"The year is wrong."}, "contact": {"ann@reader.example"}},
		mayor + "/dispute":  {"text": {"She has."}, "kind": {"dispute"}, "from": {"outlet"}},
		"/complaints/new":   {"text": {"Nobody called us."}, "from": {"claimant"}},
	} {
		began, led := slow(fields), make([]string, 2)
		var both sync.WaitGroup
		for i := range led {
			both.Go(func() {
				resp, _ := d.send(t, path, began)
				led[i] = resp.Header.Get("Location")
			})
		}
		both.Wait()
		resp, _ := d.send(t, path, began)
		if again := resp.Header.Get("Location"); again == "" || led[0] != again || led[1] != again {
			t.Errorf("%s: sent thrice, it led to %q, then to %q; want one letter", path, led, again)
		}
		d.Clock.Advance(10 * time.Minute) // nine letters are taken in ten minutes
	}
	other, _ := d.send(t, "/tips/new", slow(url.Values{"text": {"Is the bridge closed?"}, "contact": {"bob@reader.example"}}))
	if _, open, err := d.DB.OpenTips(t.Context(), d.Checker); err != nil || open != 3 || other.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d tips, %v; want the three that are different", open, err)
	}
	if letters, err := d.DB.Complaints(t.Context(), d.Checker, true, factcheck.ComplaintID{}, 10); err != nil || len(letters) != 3 {
		t.Errorf("got %d complaints, %v; want three", len(letters), err)
	}
}

func TestLettersReachTheNewsroom(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	filed := d.Claim(t, "The lake is dry.")
	send := func(path string, fields url.Values) {
		t.Helper()
		resp, body := d.send(t, path, slow(fields))
		reference, ok := strings.CutPrefix(resp.Header.Get("Location"), path+"?sent=")
		if resp.StatusCode != http.StatusSeeOther || !ok {
			t.Fatalf("%s: got %d %s: %.300s", path, resp.StatusCode, resp.Header.Get("Location"), body)
		}
		if tip, complaint, err := d.DB.LetterByReference(t.Context(), d.Checker, reference); err != nil || tip.IsZero() == complaint.IsZero() {
			t.Errorf("%s: the newsroom finds %v and %v by %q, %v; want one of them", path, tip, complaint, reference, err)
		}
		resp, body = d.get(t, path+"?sent="+reference)
		if resp.StatusCode != http.StatusOK || !strings.Contains(body, `role="status"`) || !strings.Contains(body, ">"+reference+"</strong>") || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: what is said then: %d, kept as %q", path, resp.StatusCode, resp.Header.Get("Cache-Control"))
		}
	}
	send("/tips/new", url.Values{"text": {"Is the bridge closed?"}, "contact": {"ann@reader.example"}})
	send("/es/tips/new", url.Values{"url": {"plaza.example/1"}})
	send(mayor+"/sighting", url.Values{"url": {"https://plaza.example/2"}})
	send(mayor+"/report", url.Values{"text": {"The year is wrong."}})
	send(mayor+"/dispute", url.Values{"text": {"She has."}, "kind": {"dispute"}, "from": {"outlet"}, "contact": {"desk@weekly.example"}})
	send("/complaints/new", url.Values{"text": {"Nobody called us."}, "from": {"claimant"}})
	send("/ar/complaints/new", url.Values{"text": {"You named me."}, "from": {"reader"}, "url": {"https://desk.example/es" + mayor + "?x=1"}})
	tips, open, err := d.DB.OpenTips(t.Context(), d.Checker)
	if err != nil || open != 3 || tips[0].About != v.Claim || tips[1].URL != "https://plaza.example/1" || tips[2].Contact != "ann@reader.example" {
		t.Errorf("got %+v, %v", tips, err)
	}
	letters, err := d.DB.Complaints(t.Context(), d.Checker, true, factcheck.ComplaintID{}, 10)
	if err != nil || len(letters) != 4 || letters[0].Kind != factcheck.ComplaintError || letters[1].From != factcheck.FromOutlet || letters[1].Claim != v.Claim || letters[1].DueOn.IsZero() {
		t.Errorf("got %+v, %v", letters, err)
	}
	if !letters[2].Claim.IsZero() || letters[2].From != factcheck.FromClaimant || letters[3].Claim != v.Claim || letters[3].Kind != factcheck.ComplaintConduct {
		t.Errorf("got %+v, want a complaint about the house and one about the claim whose address it gave", letters[2:])
	}
	if _, body := d.get(t, "/tips/new?sent=%3Cb%3E"); strings.Contains(body, "reference") || strings.Contains(body, "<b>") {
		t.Errorf("a reference that is none is shown: %.500s", body)
	}
	// About what is not public there is no form, and no other answer than about what never was.
	hidden, err := d.DB.NewsroomClaim(t.Context(), d.Checker, filed)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"/sighting", "/report", "/dispute"} {
		r1, b1 := d.get(t, "/claims/"+hidden.Slug+form)
		r2, b2 := d.get(t, "/claims/nobody-said-this"+form)
		r3, b3 := d.send(t, "/claims/"+hidden.Slug+form, slow(url.Values{"text": {"x"}, "kind": {"dispute"}, "from": {"reader"}}))
		if r1.StatusCode != 404 || r2.StatusCode != 404 || r3.StatusCode != 404 || b1 != b2 || b3 != b1 {
			t.Errorf("%s: got %d, %d, %d; want the same 404", form, r1.StatusCode, r2.StatusCode, r3.StatusCode)
		}
	}
}

func TestLettersThatAreRefusedLoseNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	typed := `Everything <b>typed</b> "here"`
	kept := `Everything &lt;b&gt;typed&lt;/b&gt; &#34;here&#34;`
	for _, tt := range []struct {
		name, path, want string
		fields           url.Values
		status           int
	}{
		{"nothing", "/tips/new", `id="text-error"`, url.Values{"contact": {typed}}, 422},
		{"a bad address", "/tips/new", `id="url-error"`, url.Values{"text": {typed}, "url": {"javascript:alert(1)"}}, 422},
		{"too much", mayor + "/report", "At most 4,000 characters", url.Values{"text": {strings.Repeat("x", 9000)}, "contact": {typed}}, 422},
		{"a trap", mayor + "/sighting", `role="alert"`, url.Values{"text": {typed}, "website": {"https://spam.example"}}, 422},
		{"no choice", mayor + "/dispute", `id="kind-error"`, url.Values{"text": {typed}, "from": {"reader"}}, 422},
		{"a choice of another form", mayor + "/dispute", `id="kind-error"`, url.Values{"text": {typed}, "kind": {"error"}, "from": {"reader"}}, 422},
		{"what is no text", "/tips/new", `id="text-error"`, url.Values{"text": {"a\x00b"}, "contact": {typed}}, 422},
		{"a text from a search", "/tips/new", `name="began"`, url.Values{"text": {typed}, "prefill": {"1"}}, 200},
		{"a complaint of nobody", "/complaints/new", `id="from-error"`, url.Values{"text": {typed}}, 422},
		{"a complaint's address", "/complaints/new", `id="from-error"`, url.Values{"text": {typed}, "url": {"https://plaza.example/Everything"}}, 422},
		{"in Arabic", "/ar/tips/new", "يرجى ملء هذا الحقل", url.Values{"contact": {typed}}, 422},
	} {
		resp, body := d.send(t, tt.path, slow(tt.fields))
		if resp.StatusCode != tt.status || !strings.Contains(body, tt.want) || !strings.Contains(body, kept) || strings.Contains(body, "<b>typed") {
			t.Errorf("%s: got %d, want %d with %s and all that was typed: %.2000s", tt.name, resp.StatusCode, tt.status, tt.want, body)
		}
		if regexp.MustCompile(`href="[^"]*(Everything|javascript)`).MatchString(body) { // it would stand in the logs of proxies
			t.Errorf("%s: what was typed is in an address of the page", tt.name)
		}
	}
	if resp, _ := d.send(t, "/tips/new", slow(url.Values{"text": {"x"}}), "Sec-Fetch-Site", "cross-site"); resp.StatusCode == http.StatusSeeOther {
		t.Error("a form of another site was taken")
	}
	if _, open, err := d.DB.OpenTips(t.Context(), d.Checker); open != 0 || err != nil {
		t.Errorf("got %d tips, %v; want none", open, err)
	}
	taken := 0
	for range 20 { // as programs send them
		resp, body := d.send(t, "/tips/new", url.Values{"text": {typed}})
		if resp.StatusCode == http.StatusSeeOther {
			taken++
		} else if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" || !strings.Contains(body, kept) {
			t.Fatalf("got %d, want 429 with all that was typed", resp.StatusCode)
		}
	}
	if taken != 3 {
		t.Errorf("%d letters of a program were taken at once, want 3", taken)
	}
}

func TestReadersPages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	topic, err := d.DB.AddTopic(ctx, d.Editor, factcheck.TopicInput{Name: "Politics", Names: map[string]string{"es": "Política"}})
	try(err)
	who, err := d.DB.AddClaimant(ctx, d.Checker, factcheck.ClaimantInput{Name: "Ann Example", Kind: factcheck.ClaimantPerson})
	try(err)
	id, err := d.DB.FileClaim(ctx, d.Checker, factcheck.ClaimInput{Text: "The mayor of Exampleville has resigned.", Language: "en", Topics: []factcheck.TopicID{topic}, Claimant: who})
	try(err)
	d.publish(t, id, "False")
	a, err := d.DB.AddArticle(ctx, d.Checker, factcheck.ArticleInput{URL: "https://wire.example/1", Title: "Mayor quits", Text: "x"})
	try(err)
	_, err = d.DB.LinkArticle(ctx, d.Checker, a.Article, id, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats})
	try(err)
	other := d.Published(t, "The bridge of Exampleville is closed.", "True")
	d.Corrected(t, other.Verdict, factcheck.CorrectionCorrection, "It is the other bridge.")
	_, err = d.DB.WritePolicy(ctx, d.Admin, 0, factcheck.PolicyInput{Slug: "funding", Language: "en", Title: "Who pays", Body: "Readers do."})
	try(err)
	_, err = d.DB.WritePolicy(ctx, d.Admin, 1, factcheck.PolicyInput{Slug: "funding", Language: "en", Title: "Who pays now", Body: "Readers do.", Note: "A word."})
	try(err)
	_, err = d.DB.WritePolicy(ctx, d.Admin, 0, factcheck.PolicyInput{Slug: "funding", Language: "pt-BR", Title: "Quem paga", Body: "Os leitores."})
	try(err)
	_, err = d.DB.WritePolicy(ctx, d.Admin, 0, factcheck.PolicyInput{Slug: "team", Language: "en", Title: "Who we are", Body: "Seven."})
	try(err)
	for path, wants := range map[string][]string{
		"/":                                     {"Spreading", "1 article carries it.", "Correction. It is the other bridge.", `href="/corrections"`},
		"/topics/politics":                      {"<title>Politics", "1 claim on record.", "no sample", `href="https://desk.example/topics/politics"`, `hreflang="ar"`, "has resigned"},
		"/es/topics/politics":                   {`lang="es"`, "Política", "no es una muestra"},
		"/claimants/ann-example":                {"<title>Ann Example", "no sample", "has resigned"},
		"/outlets/wire-example":                 {"Mayor quits", "Repeats this claim", "no sample", "stands"},
		"/topics":                               {`href="/topics/politics"`, "1 claim", "no sample", `hreflang="ar"`},
		"/es/topics?sort=newest":                {"Política", `href="/ar/topics?sort=newest"`, `content="noindex"`},
		"/ar/claimants":                         {"Ann Example", "ليست الأرقام عينة", "ادعاء واحد"},
		"/outlets":                              {"wire.example", "1 article", "no sample"},
		"/topics/politics?sort=repeated":        {"has resigned", `content="noindex"`, `href="/es/topics/politics?sort=repeated"`, `<a href="/topics">Topics`},
		"/outlets/wire-example?sort=published":  {"Mayor quits", `<a href="/outlets"`},
		"/corrections":                          {"It is the other bridge.", "now: ", "/claims/the-bridge-of-exampleville-is-closed/history"},
		"/about":                                {"Who pays now", `href="/about/method"`, `href="/about/scales"`, `href="/tips/new"`, `href="/complaints/new"`, "Not published here yet", "<li>What is kept of its readers</li>"},
		"/about/method":                         {"What every verdict needs", `id="label-mostly-true"`},
		"/ar/about/method":                      {"كيف نتحقق"},
		"/feeds":                                {`href="/corrections/feed.rss"`, `href="/topics/politics/feed.json"`, "JSON<span"},
		"/es/feeds":                             {"Política", `href="/es/topics/politics"`, `href="/es/topics/politics/feed.json"`, `type="application/atom+xml" href="/es/feed.atom"`, `href="/es/feed.rss"`},
		"/es/topics/politics/feed.json":         {`"title":"Política · `},
		"/about/scales":                         {"Mostly true", "1 verdict carries it now", "publisher=house&amp;rating=false", "Outside the line", "our checks are no sample"},
		"/about/funding":                        {"Who pays now", "Version 1", "A word.", `href="/about/funding?lang=pt-BR" lang="pt-BR" hreflang="pt-BR"`, `href="/about/funding/history?from=1&amp;to=2"`},
		"/about/funding?lang=pt-BR":             {`<h1 class="page" lang="pt-BR" dir="ltr">Quem paga`, `href="/ar/about/funding?lang=pt-BR"`, `href="/about/funding"`, `content="noindex"`},
		"/about/funding/history":                {"What changed from version 1 to version 2", "<ins>", "added:", "pays<"},
		"/ar/about/funding/history?from=2&to=1": {"<del>", `href="/about/funding/history?from=2&amp;to=1"`},
		"/about/funding/history?lang=pt-BR":     {"Quem paga", `href="/about/funding?lang=pt-BR"`},
		"/about/funding/v/1":                    {"Who pays", "no longer holds", `content="noindex"`},
		"/es/about/funding":                     {`lang="en"`, `href="/es/about/funding?lang=pt-BR"`},
		"/es/about/team":                        {"disponible en este idioma", `lang="en"`},
		"/tips/new?text=So+what":                {">So what</textarea>", `href="/es/tips/new?text=So+what"`},
		"/complaints/new?url=a.example":         {`href="/ar/complaints/new?url=a.example"`},
		"/search?q=zebra":                       {`href="/tips/new?text=zebra"`},
		"/search?q=" + url.QueryEscape("https://nowhere.example/1"): {"/tips/new?url=https"},
	} {
		resp, body := d.get(t, path)
		if resp.StatusCode != http.StatusOK || strings.Contains(body, "⟦") {
			t.Errorf("%s: got %d, or a word is missing", path, resp.StatusCode)
		}
		for _, want := range wants {
			if !strings.Contains(strings.ToLower(body), strings.ToLower(want)) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
		if strings.Contains(body, "%)") || strings.Contains(body, " %<") {
			t.Errorf("%s makes a percentage", path)
		}
	}
	for path, status := range map[string]int{
		"/topics/none": 404, "/claimants/none": 404, "/outlets/none": 404, "/about/none": 404, "/about/funding/v/0": 404, "/about/funding/v/3": 404, "/about/funding/v/01": 404, "/about/none/history": 404,
		"/about/funding/history?from=0": 404, "/about/funding/history?to=3": 404, "/about/funding/history?from=x": 404,
		"/topics/politics?rating=nonsense": 400, "/topics/politics?after=x": 400, "/outlets/wire-example?show=best": 400, "/corrections?kind=x": 400, "/claimants?sort=checks": 400, "/topics?after=x": 400, "/claimants?sort=name": 301, "/es/topics?sort=name": 301, "/topics/politics?sort=newest&rating=false": 301, "/outlets/wire-example?sort=taken": 301, "/topics/politics?sort=x": 400, "/outlets/wire-example?after=x.y": 400, "/feeds?after=x": 400, "/?after=x": 400, "/topics/a%00b": 404,
	} {
		if resp, _ := d.get(t, path); resp.StatusCode != status {
			t.Errorf("%s: got %d, want %d", path, resp.StatusCode, status)
		}
	}
}

// TestReadersPagesTellNothingThatIsNotPublic looks for the secrets of the search's test on the pages around claims.
func TestReadersPagesTellNothingThatIsNotPublic(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	hide(t, d.Env)
	paths := []string{"/", "/es/", "/corrections", "/corrections?kind=retraction", "/feeds", "/about", "/about/scales", "/tips/new", "/topics/brouhaha", "/claimants/wilhelmina-quackenbush", "/claimants/a-neighbour"}
	for _, site := range []string{"never", "hidden"} {
		paths = append(paths, "/outlets/"+site+"-example", "/topics/"+site)
	}
	for _, path := range paths {
		_, body := d.get(t, path)
		if len(body) < 1000 {
			t.Errorf("%s is no page: %s", path, body)
		}
		body = strings.ToLower(strings.ReplaceAll(body, "/ar"+path, "")) // the language switch of an error page
		for word := range secrets {
			if strings.Contains(body, word) && !strings.Contains(path, word) {
				t.Errorf("%s tells %s", path, word)
			}
		}
		if strings.Contains(body, "hidden.example") || strings.Contains(body, "never.example") {
			t.Errorf("%s names a publisher who is not public", path)
		}
	}
	for _, path := range []string{"/topics/brouhaha", "/claimants/wilhelmina-quackenbush", "/outlets/hidden-example"} {
		if resp, _ := d.get(t, path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, resp.StatusCode)
		}
	}
}
