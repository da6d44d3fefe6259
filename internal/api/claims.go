package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// listInput are the parameters of GET /claims.
type listInput struct {
	Query           string `query:"query" maxLength:"500" example:"harbour -\"new bridge\"" doc:"Words of the claim, its wordings, headlines and answers, claimant and topics, whatever their form: all of up to five words, at least half of more. \"Quoted phrases\" are found as written; -word, -\"phrase\" and -field:word exclude. claim: wording: title: answer: claimant: and body: search one field; before:2025-06 and after:2024 compare the day of publication. Misspelled words are corrected where no claim has them, see search.corrections. Up to 10,000 claims can be paged to by relevance. While the index is being made (header Search-Index: warming) all words are wanted as written, the newest claims come first, and older ones may be missing"`
	Truth           string `query:"truth" enum:"true,mostly_true,mixed,mostly_false,false" doc:"The shared reading of a verdict's rating"`
	Rating          string `query:"rating" maxLength:"200" example:"Mostly false" doc:"The publisher's own label, case aside"`
	Reason          string `query:"reason" enum:"missing_context,altered,fabricated,misattributed,outdated,satire,scam,unsupported,unproven" doc:"One of the rating's reasons"`
	Publisher       string `query:"publisher" maxLength:"253" example:"any" doc:"Whose verdicts count: the house's if absent, everybody's with any, or those of the publisher with this site. The conditions on a verdict hold for one and the same"`
	Claimant        string `query:"claimant" maxLength:"40" example:"claimant_01h455vb4pex5vsknk084sn02q" doc:"Id of who made the claim"`
	Topic           string `query:"topic" maxLength:"200" example:"health" doc:"Slug of a topic"`
	Language        string `query:"language" maxLength:"35" example:"en" doc:"BCP 47 tag of the claim's text; en also finds en-GB"`
	Stance          string `query:"stance" enum:"makes,repeats,reports,disputes,listed" doc:"Claims that an article stands to like this"`
	ArticleURL      string `query:"article_url" minLength:"1" maxLength:"4000" example:"https://news.example/2025/mayor" doc:"Claims that the article at this address is linked to"`
	PublishedAfter  string `query:"published_after" minLength:"1" maxLength:"40" example:"2025-06-07T00:00:00Z" doc:"First published later than this moment, or than the beginning of this day in UTC"`
	PublishedBefore string `query:"published_before" minLength:"1" maxLength:"40" example:"2025-06-08" doc:"First published earlier than this"`
	UpdatedAfter    string `query:"updated_after" minLength:"1" maxLength:"40" example:"2025-06-07" doc:"Changed later than this"`
	Sort            string `query:"sort" enum:"relevance,published,updated" doc:"relevance: what answers the query best, for lists with a query alone, and their default. published and updated: newest first by first publication, the default without a query, or by last change; with a query that finds more than 10,000 claims, updated orders the 10,000 that answer it best"`
	Fields          string `query:"fields" maxLength:"1000" example:"id,text,verdicts.rating" doc:"Only these fields of each claim: names with commas between, a dot leads into an object or list"`
	Limit           int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"Most claims to return"`
	Cursor          string `query:"cursor" maxLength:"100" example:"AAY2_gCOo0ABkFKpmSZ0Hq_Tl3MgEoLk" doc:"next_cursor of the page before, with the same filters and order: with others it is refused. By publication, pages neither repeat nor lose a claim that stays public, whatever is published meanwhile. By update, nothing is repeated that did not change; a claim that changes while you page goes to the front, so when you are through ask once more with updated_after set to when you began. By relevance, what changes meanwhile may move and so be missed or come twice. To hold all of it exactly follow /changes"`
}

// claimList is the answer of GET /claims, for the OpenAPI document; its bytes are spliced.
type claimList struct {
	Data       []document.Claim `json:"data"`
	NextCursor *string          `json:"next_cursor" doc:"Give it as cursor for the next page; null on the last"`
	Search     *searched        `json:"search,omitempty" doc:"How the query was understood; only with a query"`
}

// searched says how a query was understood.
type searched struct {
	Total       *int        `json:"total" doc:"How many claims were found; null where it is not known: while the index is being made, after the first page by publication, and with filters that it does not hold (times, stance, article_url, a language with a region, two conditions on one verdict)"`
	Corrections []respelled `json:"corrections" doc:"Words that no claim has, and what was searched for instead"`
	Ignored     []string    `json:"ignored" doc:"Words that were left out because there are too many: the commonest"`
}

// respelled is a misspelled word.
type respelled struct {
	From string `json:"from" doc:"As it was typed, in lower case without accents"`
	To   string `json:"to" doc:"What was searched for"`
}

func (a *API) mountClaims(h huma.API, s *schemas) {
	list := get(s, "list-claims", "/claims", "List claims",
		"Public claims: newest first, or with a query those that answer it best. Filters narrow together. The Link header holds the next page, with all filters.",
		reflect.TypeFor[claimList]())
	list.Responses["200"].Headers["Search-Index"] = &huma.Param{Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{warming}},
		Description: "warming: the index is being made, after a start; the query was answered by a simpler search, see there"}
	huma.Register(h, list, operation(a.listClaims))
	claim := get(s, "get-claim", "/claims/{id}", "Get a claim",
		"A public claim, now or as it stood at a moment. A claim that was merged into another redirects to it.",
		reflect.TypeFor[claimExpanded](), http.StatusNotFound)
	claim.Responses["308"] = &huma.Response{Description: "The claim was merged into the one at Location", Headers: map[string]*huma.Param{
		"Location": {Schema: &huma.Schema{Type: huma.TypeString, Format: "uri"}}}}
	huma.Register(h, claim, operation(a.getClaim))
	versions := get(s, "list-claim-versions", "/claims/{id}/versions", "List the public states of a claim",
		"Every public state of the claim's page, oldest first: what it said from when, and what kind of change made it so.",
		reflect.TypeFor[versionList](), http.StatusNotFound)
	versions.Responses["308"] = claim.Responses["308"]
	huma.Register(h, versions, operation(a.listVersions))
}

// listClaims serves GET /claims.
func (a *API) listClaims(ctx context.Context, c *fiber.Ctx, in *listInput) error {
	filter, err := in.filter()
	if err != nil {
		return err
	}
	fields, err := parseFields(in.Fields, reflect.TypeFor[document.Claim]())
	if err != nil {
		return err
	}
	query := parseQuery(string(c.Context().URI().QueryString()))
	if filter.Cursor, err = cursorIn(in.Cursor, query, in.order()); err != nil {
		return err
	}
	build := a.buildList
	if filter.Query != "" {
		build = a.buildSearch
	}
	asked := listAsked{filter, fields, query, in.order()}
	ans, err := a.kept(ctx, "claims?"+query.Encode(), func() (*answer, error) { return build(ctx, asked) })
	if err != nil {
		return err
	}
	if ans.warming {
		c.Set(headerIndex, warming)
	}
	return a.send(ctx, c, ans)
}

// headerIndex says with the value warming that there is no index yet.
const (
	headerIndex = "Search-Index"
	warming     = "warming"
)

func (in *listInput) filter() (store.ListFilter, error) {
	f := store.ListFilter{
		Query: strings.TrimSpace(in.Query), Publisher: in.Publisher, Truth: factcheck.Truth(in.Truth), Rating: in.Rating, Reason: factcheck.Reason(in.Reason),
		Topic: in.Topic, Language: in.Language, Stance: factcheck.Stance(in.Stance), ArticleURL: in.ArticleURL,
		Sort: store.Sort(in.Sort), Limit: in.Limit,
	}
	if err := f.Claimant.UnmarshalText([]byte(in.Claimant)); err != nil {
		return f, factcheck.Invalid("claimant", "%q is not the id of a claimant; one looks like claimant_01h455vb4pex5vsknk084sn02q", in.Claimant)
	}
	if f.Sort == finder.SortRelevance && f.Query == "" {
		return f, factcheck.Invalid("sort", "relevance is of a query: give one, or choose published or updated")
	}
	var err error
	if f.PublishedAfter, err = parseTime("published_after", in.PublishedAfter, false); err != nil {
		return f, err
	}
	if f.PublishedBefore, err = parseTime("published_before", in.PublishedBefore, false); err != nil {
		return f, err
	}
	f.UpdatedAfter, err = parseTime("updated_after", in.UpdatedAfter, false)
	return f, err
}

// order is how the list is ordered.
func (in *listInput) order() store.Sort {
	switch {
	case in.Sort != "":
		return store.Sort(in.Sort)
	case strings.TrimSpace(in.Query) != "":
		return finder.SortRelevance
	}
	return store.SortPublished
}

// markOf names a list by all its parameters but those that choose a page or what is shown of a claim. Cursors end with it.
func markOf(query url.Values, order store.Sort) string {
	of := maps.Clone(query)
	for _, name := range []string{"cursor", "limit", "fields"} {
		of.Del(name)
	}
	of.Set("sort", string(order))
	sum := sha256.Sum256([]byte(of.Encode()))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

// cursorIn returns a cursor without its mark. The error is CodeInvalid if that is of another list. One without a mark, as they were at
// first, is taken.
func cursorIn(cursor string, query url.Values, order store.Sort) (string, error) {
	place, mark, marked := strings.Cut(cursor, ".")
	if marked && mark != markOf(query, order) {
		return "", factcheck.Invalid("cursor", "this cursor is of a list with other filters or in another order; give the parameters it was made with, or begin again without it")
	}
	return place, nil
}

// listAsked is what a request for a list asks.
type listAsked struct {
	filter store.ListFilter
	fields fieldTree
	query  url.Values
	order  store.Sort
}

// buildList reads a page of the list. One query; the documents are copied once.
func (a *API) buildList(ctx context.Context, in listAsked) (*answer, error) {
	docs, next, err := a.cfg.Store.ListClaims(ctx, in.filter)
	if err != nil {
		return nil, err
	}
	return a.listAnswer(docs, next, nil, in)
}

// buildSearch reads a page of what a query finds.
func (a *API) buildSearch(ctx context.Context, in listAsked) (*answer, error) {
	page, err := a.cfg.Finder.List(ctx, in.filter)
	if err != nil {
		return nil, err
	}
	how := &searched{Corrections: []respelled{}, Ignored: append([]string{}, page.Ignored...)}
	if page.Total >= 0 {
		how.Total = &page.Total
	}
	for _, c := range page.Corrections {
		how.Corrections = append(how.Corrections, respelled{c.From, c.To})
	}
	ans, err := a.listAnswer(page.Docs, page.Next, how, in)
	if err != nil {
		return nil, err
	}
	ans.warming = page.Warming
	// The index follows the feed a little behind: what it says before it has caught up is not kept.
	ans.passing = page.Warming || page.Seq < a.cfg.Live.State().Seq
	return ans, nil
}

// listAnswer writes a page of claims. how is nil where there was no query.
func (a *API) listAnswer(docs []store.Document, next string, how *searched, in listAsked) (*answer, error) {
	size := 64
	for _, d := range docs {
		size += a.room(d.Stored)
	}
	body := append(make([]byte, 0, size), `{"data":[`...)
	took := make([]store.Pull, 0, len(docs))
	for i, d := range docs {
		if i > 0 {
			body = append(body, ',')
		}
		body = a.appendFields(body, d, in.fields)
		took = append(took, store.Pull{Claim: d.Claim, Seq: d.Seq})
	}
	if next != "" {
		next += "." + markOf(in.query, in.order)
	}
	body = appendNext(append(body, `],"next_cursor":`...), next)
	if how != nil {
		text, err := json.Marshal(how)
		if err != nil {
			return nil, err
		}
		body = append(append(body, `,"search":`...), text...)
	}
	ans := &answer{Content: content(append(body, '}')), took: took}
	if next != "" {
		in.query.Set("cursor", next)
		ans.link = "<" + a.cfg.PublicURL + prefix + "/claims?" + in.query.Encode() + `>; rel="next"`
	}
	return ans, nil
}

// appendFields appends what is wanted of a claim.
func (a *API) appendFields(dst []byte, d store.Document, fields fieldTree) []byte {
	if fields == nil {
		return a.appendClaim(dst, d.Stored, d.Seq)
	}
	return fields.appendTo(dst, a.appendClaim(make([]byte, 0, a.room(d.Stored)), d.Stored, d.Seq))
}

// appendNext appends a cursor as JSON; none is null.
func appendNext(dst []byte, cursor string) []byte {
	if cursor == "" {
		return append(dst, "null"...)
	}
	text, err := json.Marshal(cursor)
	if err != nil { // a string always can be
		return append(dst, "null"...)
	}
	return append(dst, text...)
}
