package api

import (
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// uses leaves with the request whose key it uses and for what, so that it is counted when it is answered, however that ends.
func uses(c *fiber.Ctx, h store.Holder) {
	if info := request.Of(c.Context()); info != nil {
		path := c.Path()
		info.Use.Key, info.Use.Operation, info.Use.Untimed = h.Key, factcheck.OperationOf(c.Method(), path), !factcheck.Timed(path)
	}
}

// near leaves with the request how near it came to a limit: the first is that of a minute, the second that of a day.
func near(ctx *fasthttp.RequestCtx, which int, p ratelimit.Policy, d ratelimit.Decision) {
	info := request.Of(ctx)
	if info == nil || p.Quota <= 0 {
		return
	}
	part := 1000
	if d.Allowed {
		part = (p.Quota - min(d.Remaining, p.Quota)) * 1000 / p.Quota
	}
	if which == 0 {
		info.Use.Burst = part
		return
	}
	info.Use.Daily = part
}

// waited leaves with the request how long it waited on purpose.
func waited(c *fiber.Ctx, d time.Duration) {
	if info := request.Of(c.Context()); info != nil {
		info.Use.Waited += d
	}
}

// Count notes a request that came with a key, for the page on how the key is used; see server.Config.
func (a *API) Count(use request.Use, status int, took time.Duration) {
	if use.Untimed {
		took = -1
	}
	a.cfg.Store.NoteCall(store.Call{Key: use.Key, Operation: use.Operation, Status: status, Took: took, Burst: use.Burst, Daily: use.Daily})
}
