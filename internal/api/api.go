// Package api is the partners' interface, /api/v1: public claims as JSON, from stored documents that are sent as they lie
// in the database, and the change feed.
//
// Huma makes the OpenAPI document from the types of parameters and answers; the bytes of an answer never go through it.
// What every request passes, in this order: CORS, the key, the limit (guard.go), the parameters (query.go), the operation
// (one file each), and on the way back the server's one error handler.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/webhook"
)

// prefix is where all of it is mounted.
const prefix = "/api/v1"

// Config is what New needs.
type Config struct {
	Store     *store.DB
	Live      *live.Live     // not running yet: the API adds its caches
	Finder    *finder.Finder // finds claims; nil or not warm: the store does
	PublicURL string         // origin, without a final slash
	Version   string         // of the program, for the OpenAPI document
	Logger    *slog.Logger

	Webhooks *webhook.Hooks // nil: there are none here

	// KeyHolder returns who sent a key; CodeUnauthenticated for a key that is unknown or revoked. nil refuses all.
	KeyHolder func(ctx context.Context, secret string) (store.Holder, error)

	Anonymous  ratelimit.Policy // zero: the first of Limits
	Key        ratelimit.Policy // zero: the second
	Daily      ratelimit.Policy // zero: the third
	MaxWaiting int              // most requests that wait for a change at once; 0: 5,000
	CacheBytes int              // most memory for finished answers; 0: 96 MiB
}

// API serves partners. It is safe for concurrent use.
type API struct {
	cfg     Config
	log     *slog.Logger
	limiter *ratelimit.Limiter // for this node alone
	budgets *ratelimit.Shared  // over all nodes
	// The policies of this machine's own programs.
	localAnonymous, localKey, localDaily ratelimit.Policy

	watch    *watch // of keys that something lasts for
	waiting  *waiting
	exports  *waiting      // exports being sent
	beat     time.Duration // between heart-beats of streams
	patience time.Duration // for what is streamed to reach its client
	claims   *live.Cache[factcheck.ClaimID, *claimAnswer]
	answers  *live.Cache[string, *answer] // lists, changes and the status by address
	builds   *semaphore.Weighted          // large answers being made
	sending  *semaphore.Weighted          // bytes of large answers being sent
	changes  singleflight.Group
	document httpcache.Content // openapi.json
	credit   atomic.Pointer[credit]

	lookupFields fieldMemory
}

// Limits returns how often may be asked where Config says nothing: by each address without a key, and by each key that has no
// limit of its own, in a minute and in a day.
func Limits() []ratelimit.Policy {
	return []ratelimit.Policy{
		{Name: "anonymous", Quota: 6_000, Window: time.Minute},
		{Name: "burst", Quota: store.HouseBurst, Window: time.Minute},
		{Name: "daily", Quota: store.HouseDaily, Window: 24 * time.Hour},
	}
}

// New returns the API. It serves at once, and from memory when cfg.Live runs.
func New(cfg Config) *API {
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	for i, usual := range Limits() {
		if limit := []*ratelimit.Policy{&cfg.Anonymous, &cfg.Key, &cfg.Daily}[i]; limit.Quota == 0 {
			*limit = usual
		}
	}
	if cfg.MaxWaiting == 0 {
		cfg.MaxWaiting = 5_000
	}
	if cfg.CacheBytes == 0 {
		cfg.CacheBytes = 96 << 20
	}
	if cfg.Finder == nil {
		cfg.Finder = finder.Cold(cfg.Store)
	}
	third := int64(cfg.CacheBytes) / 3
	limiter := ratelimit.New()
	var budget ratelimit.Source
	keys := &watch{}
	if cfg.Store != nil {
		budget, keys.stand = cfg.Store.TakeBudget, cfg.Store.KeysStand
	}
	return &API{
		cfg: cfg, log: cfg.Logger, limiter: limiter, budgets: ratelimit.NewShared(budget, limiter),
		localAnonymous: cfg.Anonymous.Times(localFactor, "local-"+cfg.Anonymous.Name), localKey: cfg.Key.Times(localFactor, "local-"+cfg.Key.Name), localDaily: cfg.Daily.Times(localFactor, "local-"+cfg.Daily.Name),
		watch: keys, waiting: newFollowers(cfg.MaxWaiting), exports: newExports(), beat: streamBeat, patience: streamPatience,
		claims:  live.NewCache[factcheck.ClaimID, *claimAnswer](cfg.Live, 2*third, 0),
		answers: live.NewCache[string, *answer](cfg.Live, third, time.Second),
		builds:  semaphore.NewWeighted(maxBuilds), sending: semaphore.NewWeighted(maxSending),
	}
}

// Mount registers the routes.
func (a *API) Mount(r fiber.Router) {
	group := r.Group(prefix, a.guard)
	config := huma.DefaultConfig("Touchstone", a.cfg.Version)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath, config.CreateHooks = "", "", "", nil
	describe(config.OpenAPI, a.cfg.PublicURL)
	h := humafiber.NewWithGroup(nil, pathsOf{group}, config)
	h.UseMiddleware(a.checkQuery)

	schemas := newSchemas(h.OpenAPI().Components.Schemas)
	a.mountClaims(h, schemas)
	a.mountChanges(h, schemas)
	a.mountStream(h, schemas)
	a.mountExport(h, schemas)
	a.mountEditions(h, schemas)
	a.mountArticles(h, schemas)
	a.mountLists(h, schemas)
	a.mountLookup(h, schemas)
	a.mountHashes(h, schemas)
	a.mountTips(h, schemas)
	a.mountDrafts(h, schemas)
	a.mountWebhooks(h, schemas)
	a.mountStatus(h, schemas)
	a.finishDocument(h.OpenAPI(), schemas)
	r.Get("/openapi.json", a.showDocument)
	a.mountClients(r)
}

// pathsOf registers whole paths, as the OpenAPI document has them, in a group that has their beginning already.
type pathsOf struct{ fiber.Router }

// Add implements humafiber's router.
func (p pathsOf) Add(method, path string, handlers ...fiber.Handler) fiber.Router {
	return p.Router.Add(method, path[len(prefix):], handlers...)
}

// reply is what an operation gives to Huma: the function that writes the answer.
type reply struct{ Body func(huma.Context) }

// errorKey is the key under which an operation leaves its error for guard.
type errorKey struct{}

// operation makes a Huma operation of a handler. The handler's error goes to the server's error handler, past Huma's.
func operation[I any](handler func(ctx context.Context, c *fiber.Ctx, in *I) error) func(context.Context, *I) (*reply, error) {
	return func(ctx context.Context, in *I) (*reply, error) {
		return &reply{Body: func(h huma.Context) {
			c := humafiber.Unwrap(h)
			if err := handler(ctx, c, in); err != nil {
				c.Context().SetUserValue(errorKey{}, err)
			}
		}}, nil
	}
}

// get returns the description of a GET operation. ok is the type of its answer; errs are the statuses it may fail with
// besides those that any may.
func get(s *schemas, id, path, summary, description string, ok reflect.Type, errs ...int) huma.Operation {
	op := huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: prefix + path, Summary: summary, Description: description,
		SkipValidateParams: true, // checkQuery has checked them, and says what is wrong in one way for all
		Security:           []map[string][]string{{}, {"key": {}}},
		Responses: map[string]*huma.Response{
			"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: s.of(ok)}}, Headers: s.headers()},
			"304": {Description: "The client has it: its If-None-Match names the entity tag"},
		},
	}
	for _, status := range append(errs, http.StatusBadRequest, http.StatusUnauthorized, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable) {
		op.Responses[strconv.Itoa(status)] = s.problem(status)
	}
	return op
}
