package api

import (
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// webhookMessage is what receivers get, for the OpenAPI document.
type webhookMessage struct {
	Type      string      `json:"type" doc:"As in the change feed, webhook.test, or feed.restored"`
	Timestamp time.Time   `json:"timestamp" doc:"When it happened"`
	Data      webhookData `json:"data"`
}

// webhookData is what a message tells.
type webhookData struct {
	Seq     int64           `json:"seq" doc:"Number of the change; 0 in a test and in the news of a restore"`
	Epoch   string          `json:"epoch" doc:"Names the feed; a restore begins a new one, and its numbers are of another feed"`
	ClaimID *string         `json:"claim_id" doc:"null in a test and in the news of a restore"`
	Claim   *document.Claim `json:"claim" doc:"The claim as it is when this is sent; null when it is no longer public: forget it"`
}

// hookOp says what an operation on webhooks is.
type hookOp struct {
	method, id, path, summary, about string

	status int          // of success
	ok     reflect.Type // of its answer; nil: it has none
	errs   []int        // besides those that any may end in

	body    *huma.Schema // nil: it takes none
	example any
}

// operation returns the description.
func (o hookOp) operation(s *schemas) huma.Operation {
	ok := o.ok
	if ok == nil {
		ok = reflect.TypeFor[webhookDoc]()
	}
	op := get(s, o.id, o.path, o.summary, o.about, ok, append(o.errs, http.StatusForbidden)...)
	op.Security = []map[string][]string{{"key": {}}}
	if o.body != nil {
		op = post(s, op, o.body, o.example)
	}
	answer := op.Responses["200"]
	delete(op.Responses, "200")
	delete(op.Responses, "304")
	delete(answer.Headers, "ETag")
	delete(answer.Headers, "Link")
	answer.Description = http.StatusText(o.status)
	if o.ok == nil {
		answer.Content = nil
	}
	op.Method, op.DefaultStatus, op.Responses[strconv.Itoa(o.status)] = o.method, o.status, answer
	return op
}

func (a *API) mountWebhooks(h huma.API, s *schemas) {
	const one, missing = "/webhooks/{id}", http.StatusNotFound
	doc, secret, queued := reflect.TypeFor[webhookDoc](), reflect.TypeFor[webhookSecret](), reflect.TypeFor[queuedDoc]()
	create, edit, rotate, none, replay := s.request(reflect.TypeFor[webhookRequest]()), s.request(reflect.TypeFor[webhookEdit]()), s.request(reflect.TypeFor[rotateRequest]()), s.request(reflect.TypeFor[noRequest]()), s.request(reflect.TypeFor[replayRequest]())
	paused, day := "paused", int64(86400)
	huma.Register(h, hookOp{method: "GET", id: "list-webhooks", path: "/webhooks", summary: "List your webhooks", about: "Those of the key that asks, newest first. All of this takes a key with the scope manage; a webhook stops with its key.",
		status: 200, ok: reflect.TypeFor[webhookList]()}.operation(s), withKey(a.listWebhooks))
	register(h, hookOp{method: "POST", id: "create-webhook", path: "/webhooks", summary: "Create a webhook",
		about: "Each public change is sent there by POST, signed as Standard Webhooks has it, at least once, and in order for each claim; see webhooks in this document. " +
			"Anything but a 2xx within 15 seconds is tried again for three days, redirects among it; Retry-After is heeded, 410 disables. A key has at most 20.",
		status: 201, ok: secret, errs: []int{http.StatusConflict, http.StatusUnprocessableEntity}, body: create,
		example: webhookRequest{URL: "https://partner.example/hooks/touchstone", Types: []string{"verdict.published", "verdict.corrected"}}}.operation(s), withBody(s, create, a.createWebhook))
	huma.Register(h, hookOp{method: "GET", id: "get-webhook", path: one, summary: "Get a webhook", about: "With how much waits and was given up.", status: 200, ok: doc, errs: []int{missing}}.operation(s), withKey(a.getWebhook))
	register(h, hookOp{method: "PATCH", id: "edit-webhook", path: one, summary: "Change a webhook", about: "What is not named stays as it is. state pauses it, or puts it to work again: what waits is sent at once then.",
		status: 200, ok: doc, errs: []int{missing, http.StatusUnprocessableEntity}, body: edit, example: webhookEdit{State: &paused}}.operation(s), withBody(s, edit, a.editWebhook))
	huma.Register(h, hookOp{method: "DELETE", id: "delete-webhook", path: one, summary: "Delete a webhook", about: "With its log.", status: 204, errs: []int{missing}}.operation(s), withKey(a.deleteWebhook))
	register(h, hookOp{method: "POST", id: "rotate-webhook", path: one + "/rotate", summary: "Rotate the secret", about: "The secret before signs too, until the overlap is over: messages carry two signatures.",
		status: 200, ok: secret, errs: []int{missing}, body: rotate, example: rotateRequest{OverlapSeconds: &day}}.operation(s), withBody(s, rotate, a.rotateWebhook))
	register(h, hookOp{method: "POST", id: "test-webhook", path: one + "/test", summary: "Send a test", about: "A message of the type webhook.test, about no claim.",
		status: 202, ok: queued, errs: []int{missing, http.StatusConflict}, body: none, example: noRequest{}}.operation(s), withBody(s, none, a.testWebhook))
	huma.Register(h, hookOp{method: "GET", id: "list-deliveries", path: one + "/deliveries", summary: "List what was sent", about: "With every attempt, its status, latency and the beginning of the answer.",
		status: 200, ok: reflect.TypeFor[deliveryList](), errs: []int{missing}}.operation(s), withKey(a.listDeliveries))
	register(h, hookOp{method: "POST", id: "replay-delivery", path: one + "/deliveries/{delivery}/replay", summary: "Send one once more", about: "Under the same id, with the claim as it is now.",
		status: 202, ok: queued, errs: []int{missing}, body: none, example: noRequest{}}.operation(s), withBody(s, none, a.replayDelivery))
	register(h, hookOp{method: "POST", id: "replay-webhook", path: one + "/replay", summary: "Send a range once more",
		about:  "Changes after a number, up to another or all; at most 10,000 changes of the feed at a time: go on from seq of the answer.",
		status: 202, ok: queued, errs: []int{missing, http.StatusGone}, body: replay, example: replayRequest{After: 0}}.operation(s), withBody(s, replay, a.replayWebhook))
	describeWebhooks(h.OpenAPI(), s)
}

// describeWebhooks fills in the section webhooks: one for each type of change, and the test.
func describeWebhooks(o *huma.OpenAPI, s *schemas) {
	o.Webhooks = map[string]*huma.PathItem{}
	header := func(name, doc, example string) *huma.Param {
		return &huma.Param{Name: name, In: "header", Required: true, Description: doc, Schema: &huma.Schema{Type: huma.TypeString, Examples: []any{example}}}
	}
	about := map[string]string{
		store.WebhookTest: "You asked for it, to see whether messages arrive. It is about no claim: data.claim_id and data.claim are null, data.seq is 0.",
		store.WebhookRestored: "The newsroom was restored from a backup: data.epoch is another one, and what you were told of the one before may never have happened. " +
			"Forget what you hold and begin again: follow GET /changes from after=0. Sent to every webhook whatever its filters, before anything else of the new epoch. It is about no claim, as a test is.",
	}
	for _, t := range factcheck.ChangeTypes() {
		about[string(t)] = changeWords(t)
	}
	for name, words := range about {
		o.Webhooks[name] = &huma.PathItem{Post: &huma.Operation{
			OperationID: "on-" + strings.ReplaceAll(name, ".", "-"), Summary: name, Security: []map[string][]string{},
			Description: words + " Signed as Standard Webhooks (standardwebhooks.com) has it. The same webhook-id may come twice; within a claim and an epoch data.seq only grows, replays apart.",
			Parameters: []*huma.Param{
				header("webhook-id", "The same over all attempts: what came under it before is the same message", "delivery_01h455vb4pex5vsknk084sn02q"), header("webhook-timestamp", "Unix seconds, of this attempt; refuse what is older than five minutes", "1767225600"),
				header("webhook-signature", "v1, and the base64 of the HMAC-SHA256 of id.timestamp.body; two with a space between while a secret is rotated", "v1,3WG69Z1H04hWEdw4C9nxgimqS6z5tTa8IaI7yV6kmdk="),
			},
			RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: s.of(reflect.TypeFor[webhookMessage]()), Example: messageExample(name)}}},
			Responses: map[string]*huma.Response{
				"204": {Description: "Any 2xx within 15 seconds: taken"}, "410": {Description: "Nothing more is wanted: the webhook is disabled"}, "429": {Description: "Later: Retry-After is heeded, up to a day"},
			},
		}}
	}
}

// messageExample is a message of a type. claim is null there, as for a claim that is public no more: what one is like is told
// with GET /claims/{id}.
func messageExample(name string) any {
	claim := "claim_01h455vb4pex5vsknk084sn02q"
	out := webhookMessage{Type: name, Timestamp: time.Date(2026, 1, 1, 9, 30, 0, 0, time.UTC), Data: webhookData{Seq: 1042, Epoch: "019a5b3c9d6e7f10a1b2c3d4e5f60718", ClaimID: &claim}}
	if name == store.WebhookTest || name == store.WebhookRestored {
		out.Data.Seq, out.Data.ClaimID = 0, nil
	}
	return out
}

// changeWords says what a type of change is.
func changeWords(t factcheck.ChangeType) string {
	words := map[factcheck.ChangeType]string{
		factcheck.ChangeVerdictPublished:    "A verdict is public for the first time.",
		factcheck.ChangeVerdictUpdated:      "A verdict says more than before, as the world moved on.",
		factcheck.ChangeVerdictClarified:    "A verdict says the same in clearer words.",
		factcheck.ChangeVerdictCorrected:    "A verdict was wrong in something and is corrected.",
		factcheck.ChangeVerdictRetracted:    "A verdict is taken back: act on it no more.",
		factcheck.ChangeVerdictSuspended:    "A verdict is under review: act on it no more until it is restored.",
		factcheck.ChangeVerdictRestored:     "A verdict that was under review stands again.",
		factcheck.ChangeVerdictRedacted:     "Something was taken out of a claim: replace what you hold of it.",
		factcheck.ChangeClaimMerged:         "A claim is part of another now.",
		factcheck.ChangeClaimWithdrawn:      "A claim is public no more: forget it.",
		factcheck.ChangeAppearanceAdded:     "An article was found to carry the claim.",
		factcheck.ChangeAppearanceChanged:   "How an article stands to the claim is judged anew.",
		factcheck.ChangeAppearanceCorrected: "An article corrected what it said.",
		factcheck.ChangeAppearanceRemoved:   "An article took the claim away, or does not belong to it.",
		factcheck.ChangeSourceDead:          "A source of a verdict cannot be reached any more.",
	}
	return words[t]
}
