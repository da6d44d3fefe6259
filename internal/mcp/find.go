package mcp

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	maxQuery   = 1000 // characters of what is searched for
	maxText    = 10_000
	maxAddress = 8192
	fewClaims  = 10 // of one page, unless another number is asked for
	mostClaims = 25
)

// SearchInput is what search_claims takes.
type SearchInput struct {
	Query     string `json:"query" jsonschema:"words, or a sentence in whatever words and language; at most 1000 characters"`
	Language  string `json:"language,omitempty" jsonschema:"BCP 47 tag: only claims in this language; the region plays no part"`
	Publisher string `json:"publisher,omitempty" jsonschema:"site such as checks.example: only claims with a verdict of this publisher"`
	Limit     int    `json:"limit,omitempty" jsonschema:"most claims, 1 to 25; 10 if absent"`
	Cursor    string `json:"cursor,omitempty" jsonschema:"next_cursor of the answer before, with the same other arguments"`
}

// SearchOutput is what search_claims answers.
type SearchOutput struct {
	AsOf       string  `json:"as_of"`
	NoVerdict  bool    `json:"no_verdict" jsonschema:"true: nothing of what was found has a verdict that stands. That does not make anything true or false"`
	Note       string  `json:"note"`
	Claims     []Claim `json:"claims" jsonschema:"the best first; look whether each is the claim you mean"`
	NextCursor string  `json:"next_cursor,omitempty" jsonschema:"more was found"`
}

func (d *Door) searchClaims(ctx context.Context, in SearchInput) (SearchOutput, []store.Pull, error) {
	out := SearchOutput{AsOf: d.now(), Claims: []Claim{}}
	if err := checkText("query", in.Query, maxQuery); err != nil {
		return out, nil, err
	}
	query := strings.TrimSpace(in.Query)
	switch {
	case query == "":
		return out, nil, factcheck.Invalid("query", "say what to search for")
	case in.Limit < 0 || in.Limit > mostClaims:
		return out, nil, factcheck.Invalid("limit", "limit is from 1 to %d", mostClaims)
	case in.Language != "" && !factcheck.ValidLanguage(in.Language):
		return out, nil, factcheck.Invalid("language", "language is a BCP 47 tag such as en or pt-BR")
	case len(in.Publisher) > 253 || len(in.Cursor) > 100:
		return out, nil, factcheck.Invalid("publisher", "publisher is a site such as checks.example, cursor the next_cursor of an answer")
	case in.Limit == 0:
		in.Limit = fewClaims
	}
	done, err := d.begin(ctx)
	if err != nil {
		return out, nil, err
	}
	defer done()
	site := strings.TrimPrefix(strings.ToLower(in.Publisher), "www.")
	wanted := finder.Wanted{Text: query, Limit: in.Limit, Cursor: in.Cursor}
	if site != "" {
		wanted.Sites = []string{site}
	}
	wanted.Keep = func(doc store.Document) (bool, error) {
		c, err := document.Decode(doc.Stored, d.cfg.PublicURL, doc.Seq)
		return err == nil && (in.Language == "" || factcheck.PrimaryLanguage(c.Language) == factcheck.PrimaryLanguage(in.Language)) && (site == "" || hasVerdictOf(c, site)), err
	}
	found, err := d.cfg.Finder.Answer(ctx, wanted)
	if err != nil {
		return out, nil, err
	}
	var took []store.Pull
	for _, doc := range found.Docs {
		c, pull, err := d.read(doc)
		if err != nil {
			return out, nil, err
		}
		out.Claims, took = append(out.Claims, c), append(took, pull)
	}
	out.NextCursor = found.Next
	out.NoVerdict, out.Note = judged(out.Claims, "These claims answer the search; whether one is what you mean is for you to see.")
	return out, took, nil
}

func hasVerdictOf(c document.Claim, site string) bool {
	for _, v := range c.Verdicts {
		if v.Publisher.Site == site {
			return true
		}
	}
	return false
}

// judged says whether nothing of what was found has a verdict that stands, and what to make of it.
func judged(claims []Claim, otherwise string) (bool, string) {
	for _, c := range claims {
		if c.Conclusion == hasVerdict {
			return false, otherwise
		}
	}
	if len(claims) == 0 {
		return true, "No verdict: no fact-checked claim was found. Nobody here has published a finding of this, which does not make it true or false."
	}
	return true, "No verdict stands: what was found is under review or was taken back. That does not make it true or false."
}

func (o SearchOutput) text() string {
	w := begin(o.AsOf)
	w.line("%s", o.Note)
	for i, c := range o.Claims {
		w.claim(i+1, c)
	}
	if o.NextCursor != "" {
		w.line("\nThere is more: ask again with cursor %s", o.NextCursor)
	}
	return w.String()
}

// LookUpInput is what look_up takes.
type LookUpInput struct {
	Text string `json:"text,omitempty" jsonschema:"a text, at most 10000 characters; give it or url"`
	URL  string `json:"url,omitempty" jsonschema:"address of an article, post or video, in any spelling; give it or text"`
}

// LookUpOutput is what look_up answers.
type LookUpOutput struct {
	AsOf    string  `json:"as_of"`
	Status  string  `json:"status" jsonschema:"match: claims were found; no_verdict: nothing is known of it, which does not make it true or false; not_understood: there is nothing in it to look for"`
	Note    string  `json:"note"`
	Matches []Match `json:"matches"`
}

// Match is a claim that a text or an article makes, or is related to.
type Match struct {
	Applies bool   `json:"applies" jsonschema:"the verdict speaks of this very text or article; where it is false, do not say that it does"`
	Same    string `json:"same" jsonschema:"of a text: same or related. Of an article: its stance to the claim (makes, repeats, reports, disputes, listed)"`
	Passage string `json:"passage,omitempty" jsonschema:"the words that make the claim"`
	Claim   Claim  `json:"claim"`
}

func (d *Door) lookUp(ctx context.Context, in LookUpInput) (LookUpOutput, []store.Pull, error) {
	out := LookUpOutput{AsOf: d.now(), Matches: []Match{}}
	text, address := strings.TrimSpace(in.Text), strings.TrimSpace(in.URL)
	if err := checkText("text", text, maxText); err != nil {
		return out, nil, err
	}
	if err := checkText("url", address, maxAddress); err != nil {
		return out, nil, err
	}
	var took []store.Pull
	var err error
	switch {
	case (text == "") == (address == ""):
		return out, nil, factcheck.Invalid("text", "give either text or url")
	case text != "":
		took, err = d.lookUpText(ctx, text, &out)
	default:
		took, err = d.lookUpAddress(ctx, address, &out)
	}
	if err != nil {
		return out, nil, err
	}
	out.conclude()
	return out, took, nil
}

func (d *Door) lookUpText(ctx context.Context, text string, out *LookUpOutput) ([]store.Pull, error) {
	done, err := d.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	read, err := d.cfg.Finder.MadeBy(ctx, text)
	if err != nil {
		return nil, err
	}
	if read.Why != "" {
		out.Status, out.Note = notUnderstood, "This was not looked up: "+read.Why+". That is no verdict."
		return nil, nil
	}
	var took []store.Pull
	for _, m := range read.Made {
		c, pull, err := d.read(m.Doc)
		if err != nil {
			return nil, err
		}
		one := Match{Same: "related", Passage: m.Passage, Claim: c}
		if m.Reading == match.Same {
			one.Same, one.Applies = "same", c.Conclusion == hasVerdict
		}
		out.Matches, took = append(out.Matches, one), append(took, pull)
	}
	return took, nil
}

// lookUpAddress says of an article what the API says: a verdict applies to one that a person found to make or repeat the claim,
// and that stands as it was.
func (d *Door) lookUpAddress(ctx context.Context, address string, out *LookUpOutput) ([]store.Pull, error) {
	article, err := d.cfg.Store.PublicArticleByURL(ctx, address)
	switch factcheck.CodeOf(err) {
	case factcheck.CodeNotFound:
		return nil, nil
	case factcheck.CodeInvalid:
		out.Status = notUnderstood
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	type seen struct {
		Match
		pull store.Pull
	}
	var all []seen
	for _, a := range article.Appearances {
		c, pull, err := d.read(a.Claim)
		if err != nil {
			return nil, err
		}
		applies := factcheck.VerdictApplies(a.Stance, a.SetBy, a.State) && c.Conclusion == hasVerdict
		all = append(all, seen{Match{Applies: applies, Same: string(a.Stance), Passage: a.Quote, Claim: c}, pull})
	}
	// What applies first, so that nothing that does is cut off: without it the answer would be that no verdict speaks of this.
	slices.SortStableFunc(all, func(a, b seen) int { return order(a.Applies) - order(b.Applies) })
	var took []store.Pull
	for _, s := range all[:min(len(all), mostClaims)] {
		out.Matches, took = append(out.Matches, s.Match), append(took, s.pull)
	}
	return took, nil
}

func order(applies bool) int {
	if applies {
		return 0
	}
	return 1
}

// begin makes room for a search, or says why there is none: too many run, or there is no index yet. done is to be called after it.
func (d *Door) begin(ctx context.Context) (done func(), err error) {
	if _, ready := d.cfg.Finder.Public(); !ready {
		return nil, finder.ErrWarming
	}
	if err := d.searches.Acquire(ctx, 1); err != nil {
		return nil, &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "too much is asked of this server right now; try again", RetryAfter: time.Second, Err: err}
	}
	return func() { d.searches.Release(1) }, nil
}

// conclude says what was found.
func (o *LookUpOutput) conclude() {
	applies := false
	for _, m := range o.Matches {
		applies = applies || m.Applies
	}
	switch {
	case applies:
		o.Status, o.Note = "match", "At least one verdict speaks of this; see applies."
	case len(o.Matches) > 0:
		o.Status, o.Note = "match", "No verdict speaks of this itself: claims were found that are related, under review, or that it reports or disputes. Do not pass their verdicts on to it."
	case o.Status == "":
		o.Status, o.Note = noVerdict, "No verdict: nothing is known of this here. That does not make it true or false."
	case o.Note == "":
		o.Note = "This was not understood, so it was not looked up. That is no verdict."
	}
}

func (o LookUpOutput) text() string {
	w := begin(o.AsOf)
	w.line("%s", o.Note)
	for i, m := range o.Matches {
		w.claim(i+1, m.Claim)
		applies := "does not apply to what you asked about"
		if m.Applies {
			applies = "applies to what you asked about"
		}
		w.line("   This %s (%s)%s", applies, m.Same, since(": ", passage(m.Passage)))
	}
	return w.String()
}

func passage(s string) string {
	if s == "" {
		return ""
	}
	return quoted(s)
}
