package api

import (
	"context"
	"net/http"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// claimInput are the parameters of GET /claims/{id}.
type claimInput struct {
	ID     string `path:"id" doc:"Id of the claim" example:"claim_01h455vb4pex5vsknk084sn02q"`
	Fields string `query:"fields" maxLength:"1000" example:"id,text,verdicts.rating,verdicts.review_url" doc:"Only these fields: names with commas between, a dot leads into an object or list"`
	Expand string `query:"expand" enum:"versions" doc:"versions: adds every public state of the claim's page without its document; GET /claims/{id}/versions has those, and what changed word by word"`
	AsOf   string `query:"as_of" minLength:"1" maxLength:"40" example:"2025-06-07T16:40:00Z" doc:"The claim as its page stood at this moment, by time of publication, or at the end of this day in UTC"`
}

// claimExpanded is the answer of GET /claims/{id}, for the OpenAPI document.
type claimExpanded struct {
	document.Claim
	Versions []versionHead `json:"versions,omitempty" doc:"Only with expand=versions: the public states of the page, oldest first"`
}

// claimAnswer is a finished answer of one claim.
type claimAnswer struct {
	httpcache.Content
	seq int64 // of its document

	once  sync.Once
	parts *claimParts           // see read
	shown atomic.Pointer[shown] // see appendFields
}

// getClaim serves GET /claims/{id}: from memory where it is kept, with one query otherwise.
func (a *API) getClaim(ctx context.Context, c *fiber.Ctx, in *claimInput) error {
	id, err := claimID(in.ID)
	if err != nil {
		return err
	}
	fields, err := parseFields(in.Fields, reflect.TypeFor[claimExpanded]())
	if err != nil {
		return err
	}
	ans, moved, err := a.readClaim(ctx, id, in.AsOf)
	if err != nil {
		return err
	}
	if moved != id {
		return a.redirect(c, moved, "")
	}
	body := ans.Body
	if in.Expand != "" {
		if body, err = a.withVersions(ctx, id, body, in.AsOf); err != nil {
			return err
		}
	}
	if in.Expand != "" || fields != nil {
		ans = &claimAnswer{Content: content(fields.appendTo(make([]byte, 0, len(body)), body)), seq: ans.seq}
	}
	if in.AsOf == "" {
		a.took(c, store.Pull{Claim: id, Seq: ans.seq})
	}
	c.Set(surrogateName, id.String())
	ans.Send(c.Context())
	return nil
}

// readClaim returns the answer of a claim, as it is now or stood at a moment, and its id, which is another where it was merged
// into one. Of now it is kept in memory.
func (a *API) readClaim(ctx context.Context, id factcheck.ClaimID, asOf string) (*claimAnswer, factcheck.ClaimID, error) {
	if asOf != "" {
		return a.readClaimAsOf(ctx, id, asOf)
	}
	if kept, ok := a.claims.Get(id); ok {
		return kept, id, nil
	}
	stamp := a.cfg.Live.Stamp()
	d, err := a.cfg.Store.ClaimByID(ctx, id)
	if err != nil || d.Claim != id {
		return nil, d.Claim, err
	}
	return a.keepClaim(d, stamp), id, nil
}

// keepClaim makes the answer of a claim and keeps it, if what was read at the stamp still stands.
func (a *API) keepClaim(d store.Document, stamp live.Stamp) *claimAnswer {
	made := &claimAnswer{Content: content(a.appendClaim(make([]byte, 0, a.room(d.Stored)), d.Stored, d.Seq)), seq: d.Seq}
	a.claims.Put(d.Claim, d.Claim, made, len(made.Body)+maxShown, stamp)
	return made
}

const claimPath = prefix + "/claims/"

// FastRoute is the route that Fast answers for, as logs and metrics name it.
const FastRoute = claimPath + ":id"

// Fast answers GET /claims/{id} without parameters or key from memory, before routing, and reports whether it did. It does
// what guard and getClaim would do; whatever it cannot do, a refusal included, it leaves to them.
func (a *API) Fast(ctx *fasthttp.RequestCtx) bool {
	path := ctx.URI().PathOriginal()
	if !ctx.IsGet() || len(path) <= len(claimPath) || string(path[:len(claimPath)]) != claimPath || len(ctx.URI().QueryString()) > 0 ||
		len(ctx.Request.Header.PeekAll(fasthttp.HeaderAuthorization)) > 0 {
		return false
	}
	var id factcheck.ClaimID
	if err := id.UnmarshalText(path[len(claimPath):]); err != nil {
		return false
	}
	kept, ok := a.claims.Get(id)
	if !ok {
		return false
	}
	info := request.From(ctx)
	if a.count(ctx, ratelimit.Address(info.Client), a.anonymous(info)) != nil {
		return false // what is refused costs nothing: guard asks again and says why
	}
	allowOrigins(ctx, "GET, HEAD, OPTIONS")
	ctx.Response.Header.SetBytesV(surrogateName, path[len(claimPath):])
	kept.Send(ctx)
	return true
}

// readClaimAsOf reads the claim as its page stood at a moment. Two queries.
func (a *API) readClaimAsOf(ctx context.Context, id factcheck.ClaimID, asOf string) (*claimAnswer, factcheck.ClaimID, error) {
	at, err := parseTime("as_of", asOf, true)
	if err != nil {
		return nil, id, err
	}
	d, err := a.cfg.Store.ClaimByID(ctx, id)
	if err != nil || d.Claim != id {
		return nil, d.Claim, err
	}
	s, err := a.cfg.Store.StateAsOf(ctx, id, at)
	if err != nil {
		return nil, id, err
	}
	return &claimAnswer{Content: content(a.appendClaim(make([]byte, 0, a.room(s.Stored)), s.Stored, s.Seq)), seq: s.Seq}, id, nil
}

// claimID reads the id in a path. An id of another kind, and what is no id at all, is not found like an unknown one.
func claimID(s string) (factcheck.ClaimID, error) {
	var id factcheck.ClaimID
	if err := id.UnmarshalText([]byte(s)); err != nil || id.IsZero() {
		return id, factcheck.NotFound("there is no public claim with this id")
	}
	return id, nil
}

// redirect sends the client to the claim that another was merged into, with the query it came with.
func (a *API) redirect(c *fiber.Ctx, to factcheck.ClaimID, rest string) error {
	location := a.cfg.PublicURL + prefix + "/claims/" + to.String() + rest
	if query := c.Context().URI().QueryString(); len(query) > 0 {
		location += "?" + string(query)
	}
	c.Set(fiber.HeaderCacheControl, cacheControl)
	c.Set(fiber.HeaderLocation, location)
	c.Status(http.StatusPermanentRedirect)
	return nil
}
