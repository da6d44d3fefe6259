package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// draftInput are the parameters of GET /drafts/{id}.
type draftInput struct {
	ID string `path:"id" doc:"Id of a claim, an article, an appearance or a verdict of the house" example:"claim_01h455vb4pex5vsknk084sn02q"`
}

// draftDoc is something that was filed, as the newsroom works on it.
type draftDoc struct {
	Receipt

	Claim      *claimDraft      `json:"claim,omitempty" doc:"What is said of the claim, as POST /claims takes it"`
	Article    *articleDraft    `json:"article,omitempty" doc:"What is known of the article but its text, as POST /articles takes it"`
	Appearance *appearanceDraft `json:"appearance,omitempty" doc:"As POST /appearances takes it"`
	Verdict    *verdictDraft    `json:"verdict,omitempty" doc:"As POST /verdicts takes it, with the ids of its sources"`
}

func (a *API) mountDraft(h huma.API, s *schemas) {
	op := get(s, "get-draft", "/drafts/{id}", "Read what was filed",
		"What the newsroom works on, public or not: where it stands, what stops it from being submitted, what it says, and the ETag that the next change names. For keys of this house with the scope file alone.",
		reflect.TypeFor[draftDoc](), http.StatusForbidden, http.StatusNotFound)
	op.Security = []map[string][]string{{"key": {}}}
	delete(op.Responses, "304")
	huma.Register(h, op, operation(a.getDraft))
}

// getDraft serves GET /drafts/{id}.
func (a *API) getDraft(ctx context.Context, c *fiber.Ctx, in *draftInput) error {
	actor, err := filer(c)
	if err != nil {
		return err
	}
	var doc draftDoc
	err = a.cfg.Store.ReadDrafts(ctx, actor, func(db *store.DB) error {
		var err error
		doc, err = desk{db: db, actor: actor, id: in.ID, pages: a.cfg.PublicURL + "/newsroom/"}.read(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if doc.Problems == nil {
		doc.Problems = []draftProblem{}
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderETag, doc.ETag)
	c.Set(fiber.HeaderContentType, "application/json")
	c.Status(http.StatusOK)
	c.Context().Response.SetBodyRaw(body)
	return nil
}

// errNoDraft says that there is nothing of this id.
var errNoDraft = factcheck.NotFound("there is nothing here with this id")

// read reads what the id names.
func (d desk) read(ctx context.Context) (draftDoc, error) {
	kind, _, _ := strings.Cut(d.id, "_")
	read := map[string]func(context.Context) (draftDoc, error){"claim": d.readClaim, "article": d.readArticle, "appearance": d.readAppearance, "verdict": d.readVerdict}[kind]
	if read == nil {
		return draftDoc{}, errNoDraft
	}
	doc, err := read(ctx)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound {
		err = errNoDraft
	}
	return doc, err
}

func (d desk) readClaim(ctx context.Context) (draftDoc, error) {
	id, err := pathID[factcheck.ClaimID](d.id, "")
	if err != nil {
		return draftDoc{}, err
	}
	w, err := d.db.NewsroomClaim(ctx, d.actor, id)
	if err != nil {
		return draftDoc{}, err
	}
	said := claimDraft{Text: w.Text, Language: w.Language, ClaimantID: named(w.Claimant), Date: dateText(w.Date), Place: w.Place, Why: w.Why, Selection: string(w.Selection)}
	for _, t := range w.Topics {
		said.Topics = append(said.Topics, t.String())
	}
	for _, m := range w.Media {
		said.Media = append(said.Media, mediaDraft{URL: m.URL, Kind: string(m.Kind), Category: string(m.Category), Alt: m.Alt})
	}
	return draftDoc{Receipt: d.claimReceipt(w), Claim: &said}, nil
}

func (d desk) readArticle(ctx context.Context) (draftDoc, error) {
	id, err := pathID[factcheck.ArticleID](d.id, "")
	if err != nil {
		return draftDoc{}, err
	}
	w, err := d.db.NewsroomArticle(ctx, d.actor, id)
	if err != nil {
		return draftDoc{}, err
	}
	return draftDoc{Receipt: d.articleReceipt(w), Article: &articleDraft{
		URL: w.URL, Kind: string(w.Kind), Title: w.Title, Author: w.Author, OutletName: w.OutletName, Language: w.Language, Published: dateText(w.Published),
		Platform: w.Platform, Handle: w.Handle, ArchiveURL: w.ArchiveURL,
	}}, nil
}

func (d desk) readAppearance(ctx context.Context) (draftDoc, error) {
	id, err := pathID[factcheck.AppearanceID](d.id, "")
	if err != nil {
		return draftDoc{}, err
	}
	ap, err := d.db.OpenAppearance(ctx, d.actor, id)
	if err != nil {
		return draftDoc{}, err
	}
	return draftDoc{Receipt: d.appearanceReceipt(ap), Appearance: &appearanceDraft{
		ArticleID: ap.Article.String(), ClaimID: ap.Claim.String(), Stance: string(ap.Stance), Quote: ap.Quote, Appeared: dateText(ap.Appeared), First: ap.First,
	}}, nil
}

func (d desk) readVerdict(ctx context.Context) (draftDoc, error) {
	id, err := pathID[factcheck.VerdictID](d.id, "")
	if err != nil {
		return draftDoc{}, err
	}
	v, err := d.db.OpenVerdict(ctx, d.actor, id)
	if err != nil {
		return draftDoc{}, err
	}
	w := v.Draft
	said := verdictDraft{ClaimID: v.Claim.String(), Correction: string(w.Correction), VerdictContent: VerdictContent{
		Label: &w.Label, Language: &w.Language, Headline: &w.Headline, Answer: &w.Answer, Body: &w.Body, True: &w.True, False: &w.False, Unknown: &w.Unknown,
		HowChecked: &w.HowChecked, ValidFrom: momentText(w.ValidFrom), ValidTo: momentText(w.ValidTo),
	}}
	if w.Correction != factcheck.CorrectionNone {
		said.CorrectionNote = &w.Note
	}
	for _, r := range w.Reasons {
		said.Reasons = append(said.Reasons, string(r))
	}
	for _, s := range w.Sources {
		source := sourceDraft{ID: s.ID.String(), URL: s.URL, Document: s.Document, Title: s.Title, Origin: s.Origin, Kind: string(s.Kind), Bearing: string(s.Bearing), Quote: s.Quote, Interest: s.Interest, ArchiveURL: s.ArchiveURL}
		if !s.ReadAt.IsZero() {
			source.ReadAt = s.ReadAt.Format(time.DateOnly)
		}
		said.Sources = append(said.Sources, source)
	}
	for _, r := range w.Replies {
		said.Replies = append(said.Replies, replyDraft{Asked: r.Asked, AskedAt: r.AskedAt.UTC().Format(time.RFC3339Nano), Deadline: orEmpty(momentText(r.Deadline)), AnsweredAt: orEmpty(momentText(r.AnsweredAt)), Answer: r.Answer})
	}
	for _, x := range w.Waivers {
		said.Waivers = append(said.Waivers, waiverDraft{Rule: string(x.Rule), Reason: x.Reason})
	}
	for _, x := range w.Wordings {
		said.Wordings = append(said.Wordings, verdictWordingDraft(x))
	}
	return draftDoc{Receipt: d.verdictReceipt(v), Verdict: &said}, nil
}

// named is an id in words; none for the zero id.
func named[T interface {
	IsZero() bool
	String() string
}](id T) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

func dateText(d factcheck.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func momentText(at *time.Time) *string {
	if at == nil {
		return nil
	}
	text := at.UTC().Format(time.RFC3339Nano)
	return &text
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
