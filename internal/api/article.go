package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// articlesInput are the parameters of GET /articles.
type articlesInput struct {
	URL    string `query:"url" required:"true" maxLength:"8192" example:"https://news.example/2025/mayor?utm_source=feed" doc:"Address of the article in any spelling: with or without scheme, www., tracking parameters, AMP or an archive around it"`
	Fields string `query:"fields" maxLength:"1000" example:"id,url,appearances.stance,appearances.claim.id" doc:"Only these fields of each article: names with commas between, a dot leads into an object or list"`
	Expand string `query:"expand" enum:"claims" doc:"claims: each appearance carries the whole claim, as GET /claims/{id} gives it, instead of what identifies it"`
}

// articleInput are the parameters of GET /articles/{id}.
type articleInput struct {
	ID     string `path:"id" doc:"Id of the article" example:"article_01h455vb4pex5vsknk084sn02q"`
	Fields string `query:"fields" maxLength:"1000" example:"id,url,appearances.stance" doc:"Only these fields: names with commas between, a dot leads into an object or list"`
	Expand string `query:"expand" enum:"claims" doc:"claims: each appearance carries the whole claim, as GET /claims/{id} gives it, instead of what identifies it"`
}

// articleList is the answer of GET /articles.
type articleList struct {
	Data []articleDoc `json:"data" doc:"The article at the address, or nothing: then no public claim has it"`
}

// articleDoc is a page, post or video that public claims appear in. Its text is not ours to pass on.
type articleDoc struct {
	ID                 string              `json:"id" example:"article_01h455vb4pex5vsknk084sn02q"`
	Slug               string              `json:"slug" doc:"Last part of the address of its page here"`
	URL                string              `json:"url" doc:"Where it stands, in one spelling; for a post without an address its page here" format:"uri"`
	PageURL            string              `json:"page_url" doc:"Its page here" format:"uri"`
	Kind               string              `json:"kind" doc:"page, post or video"`
	Title              string              `json:"title"`
	Author             string              `json:"author"`
	Outlet             string              `json:"outlet" doc:"Who publishes it, by name"`
	OutletSite         string              `json:"outlet_site" doc:"Host name of the outlet"`
	Language           string              `json:"language" doc:"BCP 47"`
	PublishedAt        *time.Time          `json:"published_at"`
	PublishedPrecision *string             `json:"published_precision" enum:"year,month,day,instant" doc:"How exactly published_at is known"`
	ArchiveURL         string              `json:"archive_url" doc:"A copy in an archive; empty if there is none"`
	Appearances        []articleAppearance `json:"appearances" doc:"How it stands to each public claim, in reading order"`
	Licence            string              `json:"licence" doc:"Licence of what this house says here; the article is its publisher's"`
	Attribution        string              `json:"attribution" doc:"Whom to credit for it, and where it stands"`
}

// articleAppearance is an article's relation to one claim.
type articleAppearance struct {
	ID                string                      `json:"id"`
	Claim             shortClaim                  `json:"claim" doc:"With expand=claims the whole claim"`
	Stance            string                      `json:"stance" enum:"makes,repeats,reports,disputes,listed" doc:"listed: an import names the address, and nobody here has judged it: no accusation"`
	SetBy             string                      `json:"set_by" enum:"person,import"`
	Quote             string                      `json:"quote"`
	FirstSeenAt       *time.Time                  `json:"first_seen_at"`
	Correction        document.AppearanceStanding `json:"correction"`
	First             bool                        `json:"first_appearance,omitempty" doc:"The first known appearance of the claim"`
	AppearedAt        *time.Time                  `json:"appeared_at,omitempty" doc:"When the article first carried it; absent: when it was published"`
	AppearedPrecision *string                     `json:"appeared_precision,omitempty" enum:"year,month,day,instant"`
	Applies           bool                        `json:"applies" doc:"Whether the claim's verdict speaks of this article: a person found that it makes or repeats the claim, it was neither corrected nor removed, and a verdict is current"`
}

// wholeArticle is an article whose appearances carry whole claims.
type wholeArticle struct {
	articleDoc
	Appearances []wholeAppearance `json:"appearances"`
}

// wholeAppearance is an appearance with its whole claim.
type wholeAppearance struct {
	articleAppearance
	Claim document.Claim `json:"claim"`
}

// articleFields reads which fields of an article are wanted.
func articleFields(list, expand string) (fieldTree, error) {
	if expand != "" {
		return parseFields(list, reflect.TypeFor[wholeArticle]())
	}
	return parseFields(list, reflect.TypeFor[articleDoc]())
}

// shortClaim is what identifies a claim and says what was found.
type shortClaim struct {
	ID          string             `json:"id" example:"claim_01h455vb4pex5vsknk084sn02q"`
	Slug        string             `json:"slug"`
	URL         string             `json:"url" format:"uri"`
	Seq         int64              `json:"seq"`
	Text        string             `json:"text"`
	Language    string             `json:"language"`
	Claimant    *document.Claimant `json:"claimant"`
	Verdicts    []shortVerdict     `json:"verdicts"`
	Licence     string             `json:"licence"`
	Attribution string             `json:"attribution"`
	whole       document.Claim     // what it was made of
}

// shortVerdict is a finding without its evidence.
type shortVerdict struct {
	ID          string             `json:"id"`
	Version     int                `json:"version"`
	State       string             `json:"state" enum:"current,suspended,retracted"`
	Publisher   document.Publisher `json:"publisher"`
	Origin      string             `json:"origin" enum:"house,legacy,imported"`
	Rating      document.Rating    `json:"rating"`
	Headline    string             `json:"headline"`
	Answer      string             `json:"answer"`
	ValidFrom   *time.Time         `json:"valid_from"`
	ValidTo     *time.Time         `json:"valid_to"`
	PublishedAt time.Time          `json:"published_at"`
	ReviewURL   string             `json:"review_url" format:"uri"`
	Licence     string             `json:"licence,omitempty"`
}

func (a *API) mountArticles(h huma.API, s *schemas) {
	list := get(s, "find-article", "/articles", "Find an article by its address",
		"The article at an address, however it is spelled, with the public claims that it makes, repeats, reports, disputes or is listed under. "+
			"For many addresses at once see /lookup; to ask without telling the address see /url-hashes.", reflect.TypeFor[articleList]())
	huma.Register(h, list, operation(a.findArticle))
	one := get(s, "get-article", "/articles/{id}", "Get an article", "An article that public claims appear in, by its id.", reflect.TypeFor[articleDoc](), http.StatusNotFound)
	huma.Register(h, one, operation(a.getArticle))
}

// findArticle serves GET /articles. Three queries.
func (a *API) findArticle(ctx context.Context, c *fiber.Ctx, in *articlesInput) error {
	if strings.TrimSpace(in.URL) == "" {
		return factcheck.Invalid("url", "say which address")
	}
	found, err := a.cfg.Store.PublicArticleByURL(ctx, in.URL)
	none := factcheck.CodeOf(err) == factcheck.CodeNotFound
	if err != nil && !none {
		return err
	}
	fields, err := articleFields(in.Fields, in.Expand)
	if err != nil {
		return err
	}
	body := []byte(`{"data":[`)
	if !none {
		if body, err = a.appendArticle(body, found, in.Expand == "claims", fields); err != nil {
			return err
		}
	}
	return a.send(ctx, c, &answer{Content: content(append(body, `]}`...)), took: tookArticle(found)})
}

// getArticle serves GET /articles/{id}. Two queries.
func (a *API) getArticle(ctx context.Context, c *fiber.Ctx, in *articleInput) error {
	id, err := factcheck.ParseArticleID(in.ID)
	if err != nil || id.IsZero() {
		return factcheck.NotFound("there is no public article with this id")
	}
	fields, err := articleFields(in.Fields, in.Expand)
	if err != nil {
		return err
	}
	found, err := a.cfg.Store.ArticleByID(ctx, id)
	if err != nil {
		return err
	}
	body, err := a.appendArticle(nil, found, in.Expand == "claims", fields)
	if err != nil {
		return err
	}
	return a.send(ctx, c, &answer{Content: content(body), took: tookArticle(found)})
}

func tookArticle(found store.PublicArticle) []store.Pull {
	took := make([]store.Pull, 0, len(found.Appearances))
	for _, p := range found.Appearances {
		took = append(took, store.Pull{Claim: p.Claim.Claim, Seq: p.Claim.Seq})
	}
	return took
}

// appendArticle appends an article as JSON.
func (a *API) appendArticle(dst []byte, found store.PublicArticle, whole bool, fields fieldTree) ([]byte, error) {
	page := a.cfg.PublicURL + "/" + strings.TrimPrefix(document.ArticleURL(found.Slug), document.Own)
	doc := articleDoc{
		ID: found.ID.String(), Slug: found.Slug, URL: found.URL, PageURL: page, Kind: string(found.Kind), Title: found.Title, Author: found.Author,
		Outlet: found.Outlet, OutletSite: found.OutletSite, Language: found.Language, ArchiveURL: found.ArchiveURL, Appearances: []articleAppearance{},
		Licence: a.credited().licence, Attribution: a.creditFor(page),
	}
	if doc.URL == "" {
		doc.URL = page
	}
	doc.PublishedAt, doc.PublishedPrecision = dated(found.Published)
	for _, p := range found.Appearances {
		appearance, err := a.appearanceOf(p)
		if err != nil {
			return nil, err
		}
		doc.Appearances = append(doc.Appearances, appearance)
	}
	var shown any = doc
	if whole {
		shown = withWholeClaims(doc)
	}
	text, err := json.Marshal(shown)
	if err != nil {
		return nil, err
	}
	return fields.appendTo(dst, text), nil
}

// withWholeClaims is an article whose appearances carry whole claims.
func withWholeClaims(doc articleDoc) wholeArticle {
	out := wholeArticle{articleDoc: doc, Appearances: []wholeAppearance{}}
	for _, p := range doc.Appearances {
		out.Appearances = append(out.Appearances, wholeAppearance{articleAppearance: p, Claim: p.Claim.whole})
	}
	return out
}

func (a *API) appearanceOf(p store.PublicAppearance) (articleAppearance, error) {
	claim, err := a.short(p.Claim)
	if err != nil {
		return articleAppearance{}, err
	}
	out := articleAppearance{
		ID: p.ID.String(), Claim: claim, Stance: string(p.Stance), SetBy: p.SetBy, Quote: p.Quote, FirstSeenAt: p.FirstSeenAt, First: p.First,
		Correction: document.AppearanceStanding{State: string(p.State), At: p.CorrectedAt},
	}
	out.Applies = factcheck.VerdictApplies(p.Stance, p.SetBy, p.State) && stands(claim.whole)
	out.AppearedAt, out.AppearedPrecision = dated(p.Appeared)
	return out, nil
}

// dated returns a date as documents hold it; nothing for none.
func dated(d factcheck.Date) (*time.Time, *string) {
	if d.At.IsZero() {
		return nil, nil
	}
	at, precision := d.At.UTC(), string(d.Precision)
	return &at, &precision
}

// short reads what identifies a claim and what was found out of its document.
func (a *API) short(d store.Document) (shortClaim, error) {
	c, err := document.Decode(d.Stored, a.cfg.PublicURL, d.Seq)
	if err != nil {
		return shortClaim{}, err
	}
	c.Attribution = a.creditFor(c.URL)
	return shortOf(c), nil
}

func shortOf(c document.Claim) shortClaim {
	out := shortClaim{ID: c.ID, Slug: c.Slug, URL: c.URL, Seq: c.Seq, Text: c.Text, Language: c.Language, Claimant: c.Claimant, Verdicts: []shortVerdict{},
		Licence: c.Licence, Attribution: c.Attribution, whole: c}
	for _, v := range c.Verdicts {
		out.Verdicts = append(out.Verdicts, shortVerdict{
			ID: v.ID, Version: v.Version, State: v.State, Publisher: v.Publisher, Origin: v.Origin, Rating: v.Rating, Headline: v.Headline, Answer: v.Answer,
			ValidFrom: v.ValidFrom, ValidTo: v.ValidTo, PublishedAt: v.PublishedAt, ReviewURL: v.ReviewURL, Licence: v.Licence,
		})
	}
	return out
}

// stands reports whether any verdict of a claim is current: of one under review or taken back nothing follows for anybody.
func stands(c document.Claim) bool {
	return slices.ContainsFunc(c.Verdicts, func(v document.Verdict) bool { return v.State == "current" })
}
