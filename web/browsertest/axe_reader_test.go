package browsertest

import (
	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/specimen"
)

// embeds are the pages for frames in others' pages, without the frame of all others: TestPages looks at them too.
func embeds() []specimen.Page {
	arabic := specimen.ClaimPage(specimen.Arabic())
	arabic.Lang = "ar"
	return []specimen.Page{
		{Name: "embed", Component: site.Embed(site.EmbedPage{ClaimPage: specimen.ClaimPage(specimen.Mayor())})},
		{Name: "embed-suspended", Component: site.Embed(site.EmbedPage{ClaimPage: specimen.ClaimPage(specimen.Suspended())})},
		{Name: "embed-ar", Component: site.Embed(site.EmbedPage{ClaimPage: arabic})},
	}
}
