package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// webhookRequest is the body of POST /webhooks.
type webhookRequest struct {
	URL        string   `json:"url" maxLength:"2000" example:"https://partner.example/hooks/touchstone" doc:"Where to send: http or https, at a public address, on port 80, 443, 8080 or 8443"`
	Name       string   `json:"name,omitempty" maxLength:"200" doc:"To know it by"`
	Types      []string `json:"types,omitempty" maxItems:"100" doc:"Only changes of these types, as the change feed has them; none: all"`
	Claims     []string `json:"claims,omitempty" maxItems:"100" doc:"Only of claims with these ids; none: all"`
	Topics     []string `json:"topics,omitempty" maxItems:"100" doc:"Only of claims with one of these topics, by id. Claims that are public no more, or were sent before, are told all the same, so that nothing is held for ever"`
	Publishers []string `json:"publishers,omitempty" maxItems:"100" doc:"Only of claims with a verdict of one of these publishers, by site; the same holds"`
}

// webhookEdit is the body of PATCH /webhooks/{id}.
type webhookEdit struct {
	URL        *string   `json:"url,omitempty" maxLength:"2000"`
	Name       *string   `json:"name,omitempty" maxLength:"200"`
	Types      *[]string `json:"types,omitempty" maxItems:"100"`
	Claims     *[]string `json:"claims,omitempty" maxItems:"100"`
	Topics     *[]string `json:"topics,omitempty" maxItems:"100"`
	Publishers *[]string `json:"publishers,omitempty" maxItems:"100"`
	State      *string   `json:"state,omitempty" enum:"active,paused" doc:"paused: what happens is sent when it is active again"`
}

// rotateRequest is the body of POST /webhooks/{id}/rotate.
type rotateRequest struct {
	OverlapSeconds *int64 `json:"overlap_seconds,omitempty" minimum:"0" maximum:"604800" doc:"For how long the secret before signs too; a day if not given"`
}

// replayRequest is the body of POST /webhooks/{id}/replay.
type replayRequest struct {
	After int64 `json:"after" minimum:"0" doc:"Changes after this number"`
	To    int64 `json:"to,omitempty" minimum:"0" doc:"Up to this one; 0: all that this webhook was told"`
}

// noRequest is the body of operations that need none: {}.
type noRequest struct{}

// webhookDoc is a webhook.
type webhookDoc struct {
	ID            string     `json:"id" example:"webhook_01h455vb4pex5vsknk084sn02q"`
	URL           string     `json:"url"`
	Name          string     `json:"name"`
	Types         []string   `json:"types"`
	Claims        []string   `json:"claims"`
	Topics        []string   `json:"topics"`
	Publishers    []string   `json:"publishers"`
	State         string     `json:"state" enum:"active,paused,disabled"`
	Note          string     `json:"note" doc:"Why it is disabled"`
	Seq           int64      `json:"seq" doc:"Changes up to this number are sent or wait in queue"`
	Waiting       int        `json:"waiting" doc:"Deliveries that are to be sent or tried again"`
	Dead          int        `json:"dead" doc:"Deliveries that were given up after three days; replay them"`
	NotBefore     *time.Time `json:"not_before" doc:"Nothing is sent until then: the address asked for that, or does not answer"`
	PreviousUntil *time.Time `json:"previous_secret_until" doc:"Until when the secret before the last rotation signs too"`
	CreatedAt     time.Time  `json:"created_at"`
	UpdatedAt     time.Time  `json:"updated_at"`
}

// webhookSecret is a webhook with its secret.
type webhookSecret struct {
	webhookDoc
	Secret string `json:"secret" example:"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=" doc:"Shown this once. Verify with a library of standardwebhooks.com"`
}

// webhookList is the answer of GET /webhooks.
type webhookList struct {
	Data       []webhookDoc `json:"data"`
	NextCursor *string      `json:"next_cursor" doc:"Always null: there are few"`
}

// attemptDoc is one request that was made.
type attemptDoc struct {
	N         int       `json:"n"`
	At        time.Time `json:"at"`
	LatencyMS *int64    `json:"latency_ms" doc:"null while it is on its way, or when this server was stopped meanwhile"`
	Status    *int      `json:"status" doc:"Of the answer; null when there was none"`
	Error     string    `json:"error"`
	Response  string    `json:"response" doc:"The beginning of the answer"`
}

// deliveryDoc is what is sent of one change.
type deliveryDoc struct {
	ID        string       `json:"id" example:"delivery_01h455vb4pex5vsknk084sn02q" doc:"Sent as webhook-id, the same over all attempts and replays"`
	Seq       *int64       `json:"seq" doc:"Number of the change; null for a test"`
	Type      string       `json:"type"`
	ClaimID   *string      `json:"claim_id"`
	State     string       `json:"state" enum:"queued,delivered,dead"`
	NextAt    *time.Time   `json:"next_at" doc:"When it is tried next, if nothing before it waits of its claim"`
	CreatedAt time.Time    `json:"created_at"`
	EndedAt   *time.Time   `json:"ended_at"`
	Attempts  []attemptDoc `json:"attempts" doc:"Newest first, at most 50"`
}

// deliveryList is the answer of GET /webhooks/{id}/deliveries.
type deliveryList struct {
	Data       []deliveryDoc `json:"data" doc:"Newest first; kept for 30 days"`
	NextCursor *string       `json:"next_cursor" doc:"Give it as cursor for the next page; null on the last"`
}

// queuedDoc is the answer of a test and of replays.
type queuedDoc struct {
	Queued     int     `json:"queued" doc:"How many deliveries"`
	DeliveryID *string `json:"delivery_id" doc:"Of a test, and of the replay of one"`
	Seq        *int64  `json:"seq" doc:"Of a replay by numbers: the last change that was looked at; go on from there"`
}

// webhookInput are the parameters of what is done with one webhook.
type webhookInput struct {
	ID string `path:"id" doc:"Id of the webhook" example:"webhook_01h455vb4pex5vsknk084sn02q"`
}

// deliveryInput are those of what is done with one delivery.
type deliveryInput struct {
	ID       string `path:"id" doc:"Id of the webhook" example:"webhook_01h455vb4pex5vsknk084sn02q"`
	Delivery string `path:"delivery" doc:"Id of the delivery" example:"delivery_01h455vb4pex5vsknk084sn02q"`
}

// deliveriesInput are those of the log.
type deliveriesInput struct {
	ID     string `path:"id" doc:"Id of the webhook" example:"webhook_01h455vb4pex5vsknk084sn02q"`
	State  string `query:"state" enum:"queued,delivered,dead" doc:"Only these"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"Most deliveries to return"`
	Cursor string `query:"cursor" maxLength:"100" example:"delivery_01h455vb4pex5vsknk084sn02q" doc:"next_cursor of the page before"`
}

// withKey is an operation for who sends a key that may look after webhooks. Who may not is told so before anything is looked at.
func withKey[I any](do func(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, in *I) error) func(context.Context, *I) (*reply, error) {
	return operation(func(ctx context.Context, c *fiber.Ctx, in *I) error {
		key, ok := keyActor(c)
		if !ok {
			c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="touchstone"`)
			return unauthenticated("this takes an API key with the scope manage, as Authorization: Bearer ts_…")
		}
		if err := factcheck.Permit(key, factcheck.ManageWebhooks); err != nil {
			return err
		}
		return do(ctx, c, key, in)
	})
}

// withBody is withKey for an operation with a body.
func withBody[I, B any](s *schemas, schema *huma.Schema, do func(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, in *I, body B) error) func(context.Context, *I) (*reply, error) {
	return withKey(func(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, in *I) error {
		var body B
		if err := readBody(c, s.registry, schema, &body); err != nil {
			return err
		}
		return do(ctx, c, key, in, body)
	})
}

// answerJSON sends a value that nobody may keep.
func answerJSON(c *fiber.Ctx, status int, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, "application/json")
	c.Status(status)
	c.Context().Response.SetBodyRaw(body)
	return nil
}

// idIn reads the id of a webhook or delivery in a path.
func idIn[T any, P interface {
	*T
	UnmarshalText(text []byte) error
}](text string) (T, error) {
	var id T
	if err := P(&id).UnmarshalText([]byte(text)); err != nil {
		return id, factcheck.NotFound("this key has no such webhook or delivery")
	}
	return id, nil
}

// ids reads ids in a body.
func ids[T any, P interface {
	*T
	UnmarshalText(text []byte) error
}](field string, list []string) ([]T, error) {
	out := make([]T, len(list))
	for i, text := range list {
		if err := P(&out[i]).UnmarshalText([]byte(text)); err != nil || text == "" {
			return nil, factcheck.Invalid(field, "this is not the id of one")
		}
	}
	return out, nil
}

func docOf(w store.Webhook) webhookDoc {
	return webhookDoc{
		ID: w.ID.String(), URL: w.URL, Name: w.Name, Types: typesOf(w.Types), Claims: idsOf(w.Claims), Topics: idsOf(w.Topics), Publishers: append([]string{}, w.Publishers...),
		State: string(w.State), Note: w.Note, Seq: w.Position, Waiting: w.Waiting, Dead: w.Dead, NotBefore: w.NotBefore, PreviousUntil: w.PreviousUntil, CreatedAt: w.CreatedAt.UTC(), UpdatedAt: w.UpdatedAt.UTC(),
	}
}

func typesOf(list []factcheck.ChangeType) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = string(t)
	}
	return out
}

func idsOf[T interface{ String() string }](list []T) []string {
	out := make([]string, len(list))
	for i, id := range list {
		out[i] = id.String()
	}
	return out
}

func deliveryOf(d store.Delivery) deliveryDoc {
	out := deliveryDoc{ID: d.ID.String(), Type: d.Type, State: string(d.State), NextAt: d.NextAt, CreatedAt: d.CreatedAt.UTC(), EndedAt: d.EndedAt, Attempts: []attemptDoc{}}
	if d.Seq > 0 {
		claim := d.Claim.String()
		out.Seq, out.ClaimID = &d.Seq, &claim
	}
	for _, a := range d.Attempts {
		one := attemptDoc{N: a.N, At: a.At.UTC(), Error: a.Error, Response: a.Excerpt}
		if a.Took != nil {
			ms := a.Took.Milliseconds()
			one.LatencyMS = &ms
		}
		if a.Status > 0 {
			status := a.Status
			one.Status = &status
		}
		out.Attempts = append(out.Attempts, one)
	}
	return out
}
