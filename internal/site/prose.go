package site

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// privateLookup says what a private look-up hides. The figures are the number of articles divided by the number of prefixes:
// 16 to the power of 3, 4 and 5.
const privateLookup = "## Asking without telling\n\nTo learn whether an address is known here without telling which, bring it to its [canonical form](/developers/canonical-url.txt), " +
	"take the SHA-256 of that, and ask for its first 3 to 5 hexadecimal digits. The answer holds every known address under that prefix; whether yours is among them you find out alone. " +
	"Clients: [JavaScript](/developers/client/lookup.mjs) and [Go](/developers/client/lookup-go.zip).\n\n" +
	"What this hides, honestly: we never see the address, and the prefix is in none of our logs. Of all the addresses of the web, millions share a prefix. But of the addresses known *here* few do. " +
	"With 10,000 articles a prefix of 3 digits has 2.4 of them on average, one of 4 digits 0.15 and one of 5 digits 0.01; with 200,000 articles 49, 3 and 0.2. " +
	"So who reads a known article and asks with 4 or 5 digits could be guessed by whoever sees the prefix and knows our articles, us included; ask with 3 digits where that matters. " +
	"Nobody can tell from a request whether it found anything. Who asks for many addresses in a row tells more than by each. " +
	"We see the network address that asks; who only watches the encrypted connection sees one of a few sizes, 16 KiB and its doubles."

// showDevelopers serves /developers: how to have all this by machine.
func (s *Site) showDevelopers(c *fiber.Ctx) error {
	return s.keepPage(c, "/developers", func(_ context.Context, h *house) (templ.Component, error) {
		return pages.Prose(s.developersPage(h)), nil
	})
}

func (s *Site) developersPage(h *house) pages.ProsePage {
	return pages.ProsePage{
		Shell: s.shell(h, "/developers"), Canonical: s.absolute("/developers"), Title: "For developers", Lang: text.Default,
		Lead: "Every published verdict can be had by machine, without a key, and followed without missing one.",
		Body: "## Following changes\n\nBegin at 0 and ask for what came after the number you saw last. The numbers have no gaps; an entry whose `claim` is null tells you to drop the claim.\n\n```\ncurl '" +
			s.cfg.PublicURL + "/api/v1/changes?after=0&limit=100'\n```\n\nThe whole description is at [/openapi.json](/openapi.json).\n\n" + privateLookup,
		Endpoints: []pages.Endpoint{
			{Method: "POST", Path: "/api/v1/lookup", Summary: "Up to 100 addresses and 100 texts at once: what is known of them, and whether it applies."},
			{Method: "GET", Path: "/api/v1/url-hashes/{prefix}", Summary: "An address looked up by the first digits of its hash, without telling it."},
			{Method: "GET", Path: "/api/v1/articles?url=", Summary: "The article at an address in any spelling, with the claims it makes, repeats, reports or disputes."},
			{Method: "POST", Path: "/api/v1/tips", Summary: "Something you ask the newsroom to check."},
			{Method: "GET", Path: "/api/v1/claims", Summary: "Published claims, newest first; filters by truth, rating, publisher, topic, language and more."},
			{Method: "GET", Path: "/api/v1/claims/{id}", Summary: "One claim with its verdicts, sources and articles; as_of for an earlier state."},
			{Method: "GET", Path: "/api/v1/claims/{id}/versions", Summary: "Every public state of a claim."},
			{Method: "GET", Path: "/api/v1/changes", Summary: "What changed, in order, without gaps; wait to be told at once."},
		},
	}
}
