package site

import (
	"github.com/gofiber/fiber/v2"

	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

const methodText = `## Which claims we check

Claims that can be checked, that many people have seen, and that would matter if they were believed. The same standard
holds whoever made the claim. The page of each claim says why we chose it.

## How a verdict comes about

1. We write down the claim as it was made, with who made it, when and where.
2. We look for evidence for it and against it, nearest to the facts first. Each source is named with the passage we read,
   the day we read it, and who is behind it. A finding of false rests on evidence, never on the mere lack of it.
3. We ask those concerned for a reply and publish what they say.
4. Somebody who did not write the verdict approves exactly the text you read.

## What happens when we are wrong

We say so on the page, with what changed and why. Every earlier version stays readable. A verdict in doubt is put under
review at once, and nothing is taken down in silence.

## What others found

Verdicts of other publishers stand beside ours in their own words, with our reading of their label. How many claims we
checked of somebody says what we looked at, not how often they are right: our checks are no sample.
`

// showMethod serves /about/method: how the house checks, and what its labels mean.
func (s *Site) showMethod(c *fiber.Ctx) error {
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	page := pages.ProsePage{
		Shell: s.shell(h, "/about/method"), Canonical: s.absolute("/about/method"), Title: "How we check", Lang: text.Default,
		Lead: "Every verdict rests on sources you can open, was approved by a second person, and stays readable when it changes.",
		Body: methodText,
	}
	for _, l := range h.labels {
		page.Labels = append(page.Labels, pages.LabelRow{Mark: ui.Mark{Label: l.Label, Truth: l.Truth}, Definition: l.Definition})
	}
	return s.render(c, pages.Prose(page))
}

// showDevelopers serves /developers: how to have all this by machine.
func (s *Site) showDevelopers(c *fiber.Ctx) error {
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	return s.render(c, pages.Prose(pages.ProsePage{
		Shell: s.shell(h, "/developers"), Canonical: s.absolute("/developers"), Title: "For developers", Lang: text.Default,
		Lead: "Every published verdict can be had by machine, without a key, and followed without missing one.",
		Body: "## Following changes\n\nBegin at 0 and ask for what came after the number you saw last. The numbers have no gaps; an entry whose `claim` is null tells you to drop the claim.\n\n```\ncurl '" +
			s.cfg.PublicURL + "/api/v1/changes?after=0&limit=100'\n```\n\nThe whole description is at [/openapi.json](/openapi.json).",
		Endpoints: []pages.Endpoint{
			{Method: "GET", Path: "/api/v1/claims", Summary: "Published claims, newest first; filters by truth, rating, publisher, topic, language and more."},
			{Method: "GET", Path: "/api/v1/claims/{id}", Summary: "One claim with its verdicts, sources and articles; as_of for an earlier state."},
			{Method: "GET", Path: "/api/v1/claims/{id}/versions", Summary: "Every public state of a claim."},
			{Method: "GET", Path: "/api/v1/changes", Summary: "What changed, in order, without gaps; wait to be told at once."},
		},
	}))
}
