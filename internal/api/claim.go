package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// claimInput are the parameters of GET /claims/{id}.
type claimInput struct {
	ID   string `path:"id" doc:"Id of the claim" example:"claim_01h455vb4pex5vsknk084sn02q"`
	AsOf string `query:"as_of" maxLength:"40" example:"2025-06-07T16:40:00Z" doc:"The claim as its page stood at this moment, by time of publication, or at the end of this day in UTC"`
}

// versionsInput are the parameters of GET /claims/{id}/versions.
type versionsInput struct {
	ID string `path:"id" doc:"Id of the claim" example:"claim_01h455vb4pex5vsknk084sn02q"`
}

// versionList is the answer of GET /claims/{id}/versions, for the OpenAPI document.
type versionList struct {
	Data []version `json:"data"`
}

// version is one public state of a claim.
type version struct {
	N     int            `json:"n" doc:"Counts the public states of the page, from 1"`
	At    time.Time      `json:"at" doc:"When it became public"`
	Kind  string         `json:"kind" doc:"What made it: published, update, clarification, correction, retraction, suspended, restored, redacted, …"`
	Note  string         `json:"note" doc:"The public note"`
	Claim document.Claim `json:"claim"`
}

// claimAnswer is a finished answer of one claim.
type claimAnswer struct {
	httpcache.Content
	seq int64 // of its document
}

// getClaim serves GET /claims/{id}: from memory where it is kept, with one query otherwise.
func (a *API) getClaim(ctx context.Context, c *fiber.Ctx, in *claimInput) error {
	id, err := claimID(in.ID)
	if err != nil {
		return err
	}
	if in.AsOf != "" {
		return a.getClaimAsOf(ctx, c, id, in.AsOf)
	}
	if kept, ok := a.claims.Get(id); ok {
		a.took(c, store.Pull{Claim: id, Seq: kept.seq})
		kept.Send(c.Context())
		return nil
	}
	stamp := a.cfg.Live.Stamp()
	d, err := a.cfg.Store.ClaimByID(ctx, id)
	if err != nil {
		return err
	}
	if d.Claim != id {
		return a.redirect(c, d.Claim, "")
	}
	made := &claimAnswer{Content: content(a.appendClaim(make([]byte, 0, a.room(d.Stored)), d.Stored, d.Seq)), seq: d.Seq}
	a.claims.Put(id, id, made, len(made.Body), stamp)
	a.took(c, store.Pull{Claim: id, Seq: made.seq})
	made.Send(c.Context())
	return nil
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
	if !a.count(ctx, ratelimit.Address(info.Client), a.anonymous(info)).Allowed {
		return false // what is refused costs nothing: guard asks again and says why
	}
	allowOrigins(ctx)
	kept.Send(ctx)
	return true
}

// getClaimAsOf serves the claim as its page stood at a moment. Two queries.
func (a *API) getClaimAsOf(ctx context.Context, c *fiber.Ctx, id factcheck.ClaimID, asOf string) error {
	at, err := parseTime("as_of", asOf, true)
	if err != nil {
		return err
	}
	d, err := a.cfg.Store.ClaimByID(ctx, id)
	if err != nil {
		return err
	}
	if d.Claim != id {
		return a.redirect(c, d.Claim, "")
	}
	s, err := a.cfg.Store.StateAsOf(ctx, id, at)
	if err != nil {
		return err
	}
	made := content(a.appendClaim(make([]byte, 0, a.room(s.Stored)), s.Stored, s.Seq))
	made.Send(c.Context())
	return nil
}

// listVersions serves GET /claims/{id}/versions. Two queries.
func (a *API) listVersions(ctx context.Context, c *fiber.Ctx, in *versionsInput) error {
	id, err := claimID(in.ID)
	if err != nil {
		return err
	}
	d, err := a.cfg.Store.ClaimByID(ctx, id)
	if err != nil {
		return err
	}
	if d.Claim != id {
		return a.redirect(c, d.Claim, "/versions")
	}
	ans, err := a.building(ctx, func() (*answer, error) {
		states, err := a.cfg.Store.Versions(ctx, id)
		if err != nil {
			return nil, err
		}
		return a.buildVersions(states)
	})
	if err != nil {
		return err
	}
	return a.send(ctx, c, ans)
}

func (a *API) buildVersions(states []store.State) (*answer, error) {
	size := 64
	for _, s := range states {
		size += a.room(s.Stored) + len(s.Note)
	}
	body := append(make([]byte, 0, size), `{"data":[`...)
	for i, s := range states {
		if i > 0 {
			body = append(body, ',')
		}
		note, err := json.Marshal(s.Note)
		if err != nil {
			return nil, err
		}
		body = strconv.AppendInt(append(body, `{"n":`...), int64(s.N), 10)
		body = s.At.UTC().AppendFormat(append(body, `,"at":"`...), time.RFC3339Nano)
		body = append(append(body, `","kind":"`...), versionKind(s.Type)...)
		body = append(append(body, `","note":`...), note...)
		body = a.appendClaim(append(body, `,"claim":`...), s.Stored, s.Seq)
		body = append(body, '}')
	}
	return &answer{Content: content(append(body, `]}`...))}, nil
}

// versionKind names what made a state: the kind of correction, or the change type without what changed.
func versionKind(t factcheck.ChangeType) string {
	for _, k := range []factcheck.CorrectionKind{
		factcheck.CorrectionUpdate, factcheck.CorrectionClarification, factcheck.CorrectionCorrection, factcheck.CorrectionRetraction,
	} {
		if k.Change() == t {
			return string(k)
		}
	}
	for i := range t {
		if t[i] == '.' {
			return string(t[i+1:])
		}
	}
	return string(t)
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
