package api

import (
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/request"
)

// Admit finds out for whom a request to another way in is made (Google's interface, MCP), and counts it with those of
// the API: a partner has one limit however they ask. It sets the RateLimit fields. CodeUnauthenticated for a key that is unknown
// or revoked; a *problem.Problem with 429 for what is too much. What is no key at all is for the caller to refuse, at no cost.
func (a *API) Admit(c *fiber.Ctx, key string) (factcheck.Actor, error) {
	info := request.From(c.Context())
	holder, err := a.authenticate(c, [][]byte{[]byte("Bearer " + key)}, ratelimit.Address(info.Client), info)
	if err != nil {
		return factcheck.Actor{}, err
	}
	uses(c, holder)
	if err := a.count(c.Context(), holder.Key.String(), a.policies(holder, info)...); err != nil {
		return factcheck.Actor{}, err
	}
	return holder.Actor, nil
}
