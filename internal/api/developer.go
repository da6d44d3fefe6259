package api

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/api/client"
	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
)

// clientPath is where the clients for private look-ups are.
const clientPath = "/developers/client/"

// fileCache lets anybody keep what changes with the program alone for an hour.
const fileCache = "public, max-age=3600"

// mountClients registers the canonical form and the clients that compute it.
func (a *API) mountClients(r fiber.Router) {
	data, err := client.Data()
	if err != nil {
		panic(fmt.Sprintf("read the data of the canonical form: %v", err)) // they are embedded
	}
	packed, err := client.Archive()
	if err != nil {
		panic(fmt.Sprintf("pack the client in Go: %v", err))
	}
	r.Get(formPath, file([]byte(canonurl.Form()), "text/plain; charset=utf-8"))
	r.Get(clientPath+"canonical-url.json", file(data, "application/json"))
	r.Get(clientPath+"lookup-go.zip", file(packed, "application/zip"))
	for _, name := range []string{"lookup.mjs", "canonical-url.mjs", "canonical-url-sites.mjs", "canonical-url-wrappers.mjs"} {
		text, ok := client.Script(name)
		if !ok {
			panic("the client in JavaScript lacks " + name)
		}
		r.Get(clientPath+name, file(text, "text/javascript; charset=utf-8"))
	}
}

// file serves bytes that change with the program alone.
func file(body []byte, contentType string) fiber.Handler {
	c := httpcache.Content{Body: body, ContentType: contentType, ETag: httpcache.ETag(body), CacheControl: fileCache}
	return func(ctx *fiber.Ctx) error {
		ctx.Set(fiber.HeaderAccessControlAllowOrigin, "*")
		c.Send(ctx.Context())
		return nil
	}
}
