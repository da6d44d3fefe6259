package googlecompat_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// found is an answer as far as most tests need it.
type found struct {
	Claims []struct {
		Text, Claimant, ClaimDate string
		ClaimReview               []struct {
			Publisher                                           struct{ Name, Site string }
			URL, Title, ReviewDate, TextualRating, LanguageCode string
		}
	}
	NextPageToken string
}

// get decodes a 200.
func (d *door) get(t *testing.T, query string) found {
	t.Helper()
	r := d.ask(t, "GET", "v1alpha1/claims:search?"+query)
	var f found
	if err := json.Unmarshal([]byte(r.body), &f); err != nil || r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "application/json; charset=UTF-8" {
		t.Errorf("%s: got %d as %s: %s", query, r.StatusCode, r.Header.Get("Content-Type"), r.body)
	}
	if strings.Contains(r.body, "null") {
		t.Errorf("%s: got a null in %s", query, r.body)
	}
	return f
}

func (f found) texts() []string {
	out := []string{}
	for _, c := range f.Claims {
		out = append(out, c.Text)
	}
	return out
}

const (
	toll    = "Harbour prices doubled because of the bridge toll."
	winter  = "The harbour will be closed in winter."
	ferries = "Ferries to the harbour are free on Sundays."
	porto   = "O porto fechou em março."
)

// TestRawRequests asks as programs without a client of Google's do.
func TestRawRequests(t *testing.T) {
	t.Parallel()
	d := open(t)
	t.Run("what is found", d.testFound)
	t.Run("one claim with two publishers, every field", d.testFields)
	t.Run("pages", d.testPages)
	t.Run("errors", d.testErrors)
	t.Run("keys", d.testKeys)
	t.Run("forms of an answer", d.testForms)
	t.Run("what was taken is noted", d.testPulls)
	t.Run("the key is counted and ends", d.testKey)
	t.Run("too much", d.testTooMuch)
}

func (d *door) testFound(t *testing.T) {
	for query, want := range map[string][]string{
		"query=mayor+resigned": {mayor},
		"query=Did+the+mayor+of+Exampleville+really+step+down+(resign)+in+January%3F":          {mayor}, // in other words
		"query=mayor+resigned&languageCode=fr-FR":                                              {mayor}, // a review is French
		"query=mayor+resigned&languageCode=de":                                                 {},      //
		"query=mayor+resigned&reviewPublisherSiteFilter=faits.example":                         {mayor}, //
		"query=mayor+resigned&review_publisher_site_filter=https%3A%2F%2Fwww.Faits.example%2F": {mayor}, //
		"query=mayor+resigned&reviewPublisherSiteFilter=desk.example":                          {mayor}, // the house
		"query=mayor+resigned&reviewPublisherSiteFilter=waiting.example":                       {},      // not allowed
		"query=mayor+sold+harbour&reviewPublisherSiteFilter=desk.example":                      {},      // suspended
		"reviewPublisherSiteFilter=checks.example":                                             {porto, ferries, toll, winter},
		"reviewPublisherSiteFilter=checks.example&languageCode=pt":                             {porto},
		"reviewPublisherSiteFilter=checks.example&maxAgeDays=30":                               {porto, ferries, winter}, // the claim is newer than its check
		"reviewPublisherSiteFilter=checks.example&max_age_days=30&offset=1":                    {ferries, winter},
		"reviewPublisherSiteFilter=checks.example&maxAgeDays=1":                                {},
		"reviewPublisherSiteFilter=checks.example&maxAgeDays=2147483647":                       {porto, ferries, toll, winter},
		"reviewPublisherSiteFilter=checks.example&offset=2147483647":                           {},
		"query=harbour&maxAgeDays=5":                                                           {winter},
		"query=zymurgy":                                                                        {},
		"query=%3F%3F%3F":                                                                      {},
		"query=mayor+resigned&key=" + d.key + "&alt=json&quotaUser=x&uploadType=media&upload_protocol=raw&%24.xgafv=2&prettyPrint=true": {mayor},
		"query=mayor+resigned&quotaUser=" + strings.Repeat("u", 41):                                                                     {mayor}, // tolerated, as the others are
	} {
		if diff := cmp.Diff(want, sorted(query, d.get(t, query).texts())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	if got := d.ask(t, "GET", "v1alpha1/claims:search?query=zymurgy&prettyPrint=false").body; got != "{}" {
		t.Errorf("nothing found: got %q, want {}", got)
	}
	if got := d.ask(t, "GET", "v1alpha1/claims%3Asearch?query=zymurgy").body; got != "{}\n" {
		t.Errorf("with the colon encoded: got %q, want {}", got)
	}
}

// sorted puts claims of one day, whose order is nobody's, in one.
func sorted(query string, texts []string) []string {
	if n := len(texts); strings.HasPrefix(query, "review") && n > 1 && texts[n-2] == winter {
		texts[n-1], texts[n-2] = texts[n-2], texts[n-1]
	}
	return texts
}

func (d *door) testFields(t *testing.T) {
	const query = "v1alpha1/claims:search?query=mayor+resigned"
	all := d.ask(t, "GET", query)
	want := `{
  "claims": [
    {
      "text": "The mayor of Exampleville resigned on 12 January.",
      "claimReview": [
        {
          "publisher": {
            "name": "Test Desk",
            "site": "desk.example"
          },
          "url": "https://www.desk.example/claims/the-mayor-of-exampleville-resigned-on-12-january",
          "title": "What the records show",
          "reviewDate": "2025-06-07T12:00:00Z",
          "textualRating": "False",
          "languageCode": "en"
        },
        {
          "publisher": {
            "name": "Checks of faits.example",
            "site": "faits.example"
          },
          "url": "https://www.faits.example/maire",
          "title": "On maire",
          "reviewDate": "2025-06-03T00:00:00Z",
          "textualRating": "Faux",
          "languageCode": "fr"
        }
      ]
    }
  ]
}
`
	if diff := cmp.Diff(want, all.body); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := d.get(t, "reviewPublisherSiteFilter=checks.example&languageCode=pt-PT").Claims; len(got) != 1 || got[0].ClaimDate != "2025-01-01T00:00:00Z" || got[0].ClaimReview[0].LanguageCode != "pt-BR" {
		t.Errorf("got %+v, want a claim of 2025 in pt-BR", got)
	}
	if got := d.get(t, "query=mayor+resigned&reviewPublisherSiteFilter=faits.example").Claims; len(got) != 1 || len(got[0].ClaimReview) != 1 || got[0].ClaimReview[0].TextualRating != "Faux" {
		t.Errorf("got %+v, want the reviews of the site asked for alone", got)
	}
	for fields, want := range map[string]string{
		"claims(text,claimReview/url),nextPageToken":                              `{"claims":[{"text":"The mayor of Exampleville resigned on 12 January.","claimReview":[{"url":"https://www.desk.example/claims/the-mayor-of-exampleville-resigned-on-12-january"},{"url":"https://www.faits.example/maire"}]}]}`,
		"claims/claimReview/publisher(site)":                                      `{"claims":[{"claimReview":[{"publisher":{"site":"desk.example"}},{"publisher":{"site":"faits.example"}}]}]}`,
		"claims.claim_review.textual_rating":                                      `{"claims":[{"claimReview":[{"textualRating":"False"},{"textualRating":"Faux"}]}]}`,
		"claims(claimReview(languageCode),text),claims/claimReview/textualRating": `{"claims":[{"text":"The mayor of Exampleville resigned on 12 January.","claimReview":[{"textualRating":"False","languageCode":"en"},{"textualRating":"Faux","languageCode":"fr"}]}]}`,
		"claims/claimReview/publisher,claims/claimReview/publisher/name":          `{"claims":[{"claimReview":[{"publisher":{"name":"Test Desk","site":"desk.example"}},{"publisher":{"name":"Checks of faits.example","site":"faits.example"}}]}]}`,
		"claims/claimant": `{"claims":[{}]}`,
		"nextPageToken":   `{}`,
	} {
		if got := d.ask(t, "GET", query+"&prettyPrint=false&fields="+strings.ReplaceAll(fields, ",", "%2C")).body; got != want {
			t.Errorf("fields=%s: got %s, want %s", fields, got, want)
		}
	}
	for _, fields := range []string{"*", "claims,nextPageToken", "claims/*", "claims(*)", ""} {
		if got := d.ask(t, "GET", query+"&fields="+fields).body; got != want {
			t.Errorf("fields=%s: got %s, want all of it", fields, got)
		}
	}
}

func (d *door) testPages(t *testing.T) {
	for _, search := range []string{"query=harbour", "reviewPublisherSiteFilter=checks.example"} {
		all := d.get(t, search+"&pageSize=100").texts()
		if len(all) < 3 {
			t.Fatalf("%s: got %d claims, want several", search, len(all))
		}
		var walked []string
		for page, next := 0, ""; page < 10; page++ {
			f := d.get(t, search+"&pageSize=1&pageToken="+next)
			walked = append(walked, f.texts()...)
			if next = f.NextPageToken; next == "" {
				break
			}
		}
		if diff := cmp.Diff(all, walked); diff != "" {
			t.Errorf("%s by pages of one (-want +got):\n%s", search, diff)
		}
		first := d.get(t, search+"&pageSize=1&offset=1")
		if diff := cmp.Diff(all[1:2], first.texts()); diff != "" {
			t.Errorf("%s from 1 (-want +got):\n%s", search, diff)
		}
		// Beside a token the offset plays no part.
		if diff := cmp.Diff(all[2:3], d.get(t, search+"&pageSize=1&offset=1&pageToken="+first.NextPageToken).texts()); diff != "" {
			t.Errorf("%s after 1 (-want +got):\n%s", search, diff)
		}
		for _, changed := range []string{"&pageSize=2", "&pageSize=1&languageCode=en", "&pageSize=1&maxAgeDays=9"} {
			wantError(t, search+changed, d.ask(t, "GET", "v1alpha1/claims:search?"+search+changed+"&pageToken="+first.NextPageToken), http.StatusBadRequest, "INVALID_ARGUMENT")
		}
	}
}

func (d *door) testErrors(t *testing.T) {
	long := strings.Repeat("x", 2001)
	for query, says := range map[string]string{
		"": "Request contains an invalid argument.", "query=": "Request contains an invalid argument.", "languageCode=en": "Request contains an invalid argument.",
		"query=x&foo=1": `no field "foo"`, "query=x&query=y": "twice", "query=x&pageSize=1&page_size=1": "twice", "query=x&pageSize=2.0": "TYPE_INT32", "query=x&pageSize=ten": "TYPE_INT32",
		"query=x&pageSize=-1": "TYPE_INT32", "query=x&pageSize=": "TYPE_INT32", "query=x&pageSize=+1": "TYPE_INT32", "query=x&offset=2147483648": "TYPE_INT32", "query=x&maxAgeDays=1e3": "TYPE_INT32",
		"query=%ff": "UTF-8", "query=%zz": "percent", "query=x%00": "NUL", "%ff=1": "UTF-8", "query=" + long: "2000", "query=x&languageCode=english+please": "BCP 47",
		"query=x&reviewPublisherSiteFilter=%3A%2F%2F": "not a site", "query=x&reviewPublisherSiteFilter=a+b": "not a site", "query=x&alt=proto": "json", "query=x&$.xgafv=3": "1 and 2", "query=x&prettyPrint=maybe": "neither",
		"query=x&callback=alert(1)": "not the name", "query=x&fields=foo": "foo", "query=x&fields=claims/text/x": "no fields", "query=x&fields=claims(text": "missing", "query=x&fields=claims)": "left over",
		"query=x&fields=claims(": "invalid field", "query=x&fields=,": "invalid field", "query=x&fields=*/text": "follow", "query=x&fields=" + long: "at most", "query=x&pageToken=x": "pageToken", "query=x&pageToken=" + long: "pageToken",
		"query=x&pageToken=eyJvIjoiIiwiYyI6IngifQ": "pageToken", "query=x&foo=1&pageSize=x&bar=2": `"bar"`,
	} {
		if e := wantError(t, query, d.ask(t, "GET", "v1alpha1/claims:search?"+query), http.StatusBadRequest, "INVALID_ARGUMENT"); !strings.Contains(e.Error.Message, says) {
			t.Errorf("%.80s: got %q, want it to say %q", query, e.Error.Message, says)
		}
	}
	for _, call := range [][2]string{{"GET", "claims:imageSearch?imageUri=https%3A%2F%2Fx.example"}, {"GET", "claims%3AimageSearch"}, {"GET", "pages?url=x"}, {"POST", "pages"}, {"GET", "pages/7"}, {"PUT", "pages/7"}, {"DELETE", "pages/7"}} {
		wantError(t, call[0]+" "+call[1], d.ask(t, call[0], "v1alpha1/"+call[1]), http.StatusNotImplemented, "UNIMPLEMENTED")
	}
	for _, path := range []string{"v1alpha1", "v1alpha1/", "v1alpha1/claims", "v1alpha1/claimsXYZ", "v1alpha1/claims:searches", "v1alpha1/claims:search/x", "v1alpha1/%00"} {
		wantError(t, path, d.ask(t, "GET", path), http.StatusNotFound, "NOT_FOUND")
	}
	wrong := d.ask(t, "POST", "v1alpha1/claims:search?query=x")
	wantError(t, "POST", wrong, http.StatusMethodNotAllowed, "INVALID_ARGUMENT")
	if got := wrong.Header.Get("Allow"); got != "GET, HEAD, OPTIONS" {
		t.Errorf("POST: got Allow %q", got)
	}
	if r := d.ask(t, "OPTIONS", "v1alpha1/claims:search", "Origin", "https://x.example"); r.StatusCode != http.StatusNoContent || !strings.Contains(r.Header.Get("Access-Control-Allow-Headers"), "X-Goog-Api-Key") {
		t.Errorf("OPTIONS: got %d with %v, want leave to send a key", r.StatusCode, r.Header)
	}
	wantError(t, "an encoded body", d.ask(t, "GET", "v1alpha1/claims:search", "Content-Encoding", "gzip"), http.StatusUnsupportedMediaType, "INVALID_ARGUMENT")
}

func (d *door) testKeys(t *testing.T) {
	const query = "v1alpha1/claims:search?query=mayor+resigned"
	bad := "ts_" + strings.Repeat("A", 43)
	for what, r := range map[string]reply{
		"X-Goog-Api-Key": d.ask(t, "GET", query, "X-Goog-Api-Key", d.key), "key": d.ask(t, "GET", query+"&key="+d.key, "Accept", "*/*"), "Bearer": d.ask(t, "GET", query, "Authorization", "Bearer "+d.key),
		"access_token": d.ask(t, "GET", query+"&access_token="+d.key, "Accept", "*/*"), "oauth_token": d.ask(t, "GET", query+"&oauth_token="+d.key, "Accept", "*/*"), "$key": d.ask(t, "GET", query+"&%24key="+d.key, "Accept", "*/*"),
	} {
		if r.StatusCode != http.StatusOK || r.Header.Get("RateLimit") == "" {
			t.Errorf("%s: got %d with RateLimit %q, want 200 with where the key stands", what, r.StatusCode, r.Header.Get("RateLimit"))
		}
	}
	none := wantError(t, "no key", d.ask(t, "GET", query, "Accept", "*/*"), http.StatusForbidden, "PERMISSION_DENIED")
	if !strings.HasPrefix(none.Error.Message, "Method doesn't allow unregistered callers") {
		t.Errorf("no key: got %q", none.Error.Message)
	}
	wantError(t, "an empty key", d.ask(t, "GET", query+"&key=", "Accept", "*/*"), http.StatusForbidden, "PERMISSION_DENIED")
	want := []map[string]any{{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com", "metadata": map[string]any{"service": "factchecktools.googleapis.com"}}}
	for what, r := range map[string]reply{"key": d.ask(t, "GET", query+"&key="+bad, "Accept", "*/*"), "X-Goog-Api-Key": d.ask(t, "GET", query, "X-Goog-Api-Key", "nonsense")} {
		e := wantError(t, what, r, http.StatusBadRequest, "INVALID_ARGUMENT")
		if diff := cmp.Diff(want, e.Error.Details); diff != "" || e.Error.Message != "API key not valid. Please pass a valid API key." || r.Header.Get("WWW-Authenticate") != "" {
			t.Errorf("a bad %s: got %q (-want +got):\n%s", what, e.Error.Message, diff)
		}
	}
	for what, header := range map[string]string{"token": "Bearer " + bad, "scheme": "Basic eDp5", "empty token": "Bearer "} {
		r := d.ask(t, "GET", query, "Authorization", header)
		wantError(t, "a bad "+what, r, http.StatusUnauthorized, "UNAUTHENTICATED")
		if !strings.HasPrefix(r.Header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("a bad %s: got WWW-Authenticate %q", what, r.Header.Get("WWW-Authenticate"))
		}
	}
}

func (d *door) testForms(t *testing.T) {
	const query = "v1alpha1/claims:search?query=mayor+resigned"
	plain := d.ask(t, "GET", query)
	tag := plain.Header.Get("ETag")
	if again := d.ask(t, "GET", query, "X-Goog-Api-Key", d.key, "If-None-Match", tag); tag == "" || again.StatusCode != http.StatusNotModified || again.body != "" || again.Header.Get("ETag") != tag {
		t.Errorf("asked again with %s: got %d with %d bytes", tag, again.StatusCode, len(again.body))
	}
	if head := d.ask(t, "HEAD", query); head.StatusCode != http.StatusOK || head.body != "" || head.Header.Get("ETag") != tag {
		t.Errorf("HEAD: got %d with %q", head.StatusCode, head.body)
	}
	packed := d.ask(t, "GET", query+"&pageSize=100", "X-Goog-Api-Key", d.key, "Accept-Encoding", "gzip")
	r, err := gzip.NewReader(strings.NewReader(packed.body))
	must(t, err)
	unpacked, err := io.ReadAll(r)
	if err != nil || string(unpacked) != plain.body || packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("ETag") == tag {
		t.Errorf("gzip: got %v, %s", err, unpacked)
	}
	for _, a := range []reply{plain, packed} {
		if a.Header.Get("Vary") != "Accept-Encoding" || !strings.HasPrefix(a.Header.Get("Cache-Control"), "private") {
			t.Errorf("got Vary %q, Cache-Control %q", a.Header.Get("Vary"), a.Header.Get("Cache-Control"))
		}
	}
	script := d.ask(t, "GET", query+"&callback=my.$cb1&prettyPrint=false&fields=claims/claimReview/textualRating")
	if want := `/**/my.$cb1({"claims":[{"claimReview":[{"textualRating":"False"},{"textualRating":"Faux"}]}]});` + "\n"; script.body != want ||
		script.Header.Get("Content-Type") != "text/javascript; charset=UTF-8" || script.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("JSONP: got %q as %s, want %q", script.body, script.Header.Get("Content-Type"), want)
	}
}

// testPulls sees that the newsroom knows who took a verdict, as it does of the API.
func (d *door) testPulls(t *testing.T) {
	d.get(t, "query=mayor+resigned")
	const noted = `SELECT count(*) FROM claim_pulls p JOIN actors a ON a.id = p.actor_id JOIN claim_documents d USING (claim_id) WHERE a.key_id = $1 AND d.document::text LIKE '%mayor of Exampleville resigned%'`
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		var n int
		must(t, d.env.DB.Pool().QueryRow(t.Context(), noted, d.id).Scan(&n))
		if n == 1 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("got %d notes of what the key took, want one", n)
		}
	}
}

// testKey sees that a call counts under its key, and that a key that is revoked is none from the next call on.
func (d *door) testKey(t *testing.T) {
	own := *d
	var err error
	own.id, own.key, err = d.env.DB.CreateKey(t.Context(), d.env.Admin, store.KeyInput{Name: "Another platform", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
	must(t, err)
	own.get(t, "query=mayor")
	must(t, d.env.DB.RevokeKey(t.Context(), d.env.Admin, own.id))
	if r := own.ask(t, "GET", "v1alpha1/claims:search?query=mayor"); r.StatusCode != http.StatusBadRequest || !strings.Contains(r.body, "API_KEY_INVALID") {
		t.Errorf("got %d %s with a key that was revoked", r.StatusCode, r.body)
	}
	day := d.env.Clock.Now().Truncate(24 * time.Hour)
	span, err := store.UsageSpanOf(day, day.Add(24*time.Hour), nil)
	must(t, err)
	use, err := d.env.DB.KeyUsage(t.Context(), d.env.Admin, own.id, span)
	must(t, err)
	if ops := use.ByOperation(); len(ops) != 1 || ops[0].Operation != factcheck.OperationGoogle || ops[0].Calls != 1 {
		t.Errorf("got %+v, want one call through this door", ops)
	}
}

func (d *door) testTooMuch(t *testing.T) {
	slow := *d
	slow.serve(t, ratelimit.Policy{Name: "key", Quota: 1, Window: time.Hour})
	headers := []string{"X-Goog-Api-Key", d.key, "X-Forwarded-For", "192.0.2.1"} // this machine's own programs may do more
	slow.ask(t, "GET", "v1alpha1/claims:search?query=x", headers...)
	r := slow.ask(t, "GET", "v1alpha1/claims:search?query=x", headers...)
	wantError(t, "too much", r, http.StatusTooManyRequests, "RESOURCE_EXHAUSTED")
	if r.Header.Get("Retry-After") == "" {
		t.Error("got no Retry-After")
	}
}
