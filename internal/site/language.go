package site

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/web/ui"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// languageKey is the key of the interface language in a request's context.
type languageKey struct{}

// inLanguage gives the handlers behind it their interface language. It comes from the address alone, never from a cookie or
// a header, so that one address is the same page for everybody and can be kept anywhere.
func inLanguage(lang string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.SetUserContext(context.WithValue(c.UserContext(), languageKey{}, lang))
		return c.Next()
	}
}

// languageOf returns the interface language of a request: what inLanguage set or, where no route was found, what the
// address begins with.
func languageOf(ctx context.Context) string {
	if lang, ok := ctx.Value(languageKey{}).(string); ok {
		return lang
	}
	if req, ok := ctx.(*fasthttp.RequestCtx); ok {
		lang, _ := ui.SplitLanguage(string(req.Path()))
		return lang
	}
	return text.Default
}

// wordedAlternates are the page of a claim in the languages that the claim is worded in, beside those of the interface: for a
// variant of one of these its page, for every other language the one without a prefix, which shows the claim as it was claimed
// and all its wordings. Search engines take both from hreflang (RFC 5646 tags).
func (s *Site) wordedAlternates(claim document.Claim) []ui.Alternate {
	langs := []string{claim.Language}
	for _, w := range claim.Wordings {
		langs = append(langs, w.Language)
	}
	var out []ui.Alternate
	for _, lang := range langs {
		if lang == "" || text.Known(lang) || slices.ContainsFunc(out, func(a ui.Alternate) bool { return a.Lang == lang }) {
			continue
		}
		in := ui.Locale{Lang: text.Default}
		if primary := ui.PrimaryLanguage(lang); text.Known(primary) {
			in.Lang = primary
		}
		out = append(out, ui.Alternate{Lang: lang, URL: s.absolute(in.Local(claimPath(claim.Slug)))})
	}
	return out
}

// moveTo redirects for good to one of our paths, in the language that was asked in.
func moveTo(c *fiber.Ctx, path string) error {
	c.Set(fiber.HeaderCacheControl, cacheFindings) // or browsers keep it as long as they like, and a merge can be undone by another
	return c.Redirect(ui.Locale{Lang: languageOf(c.UserContext())}.Local(path), fiber.StatusMovedPermanently)
}

// readers registers routes in every interface language: get and post take the path without its prefix.
type readers struct {
	r    fiber.Router
	lang string
}

func (m readers) get(path string, handler fiber.Handler) { m.add(fiber.MethodGet, path, handler) }

func (m readers) post(path string, handler fiber.Handler) { m.add(fiber.MethodPost, path, handler) }

func (m readers) add(method, path string, handler fiber.Handler) {
	m.r.Add(method, ui.Locale{Lang: m.lang}.Local(path), inLanguage(m.lang), handler)
}

// mountLanguages registers what register asks for in every interface language, and leads /es to /es/.
func mountLanguages(r fiber.Router, register func(readers)) {
	for _, lang := range text.Languages() {
		register(readers{r, lang})
		if home := (ui.Locale{Lang: lang}).Local("/"); home != "/" {
			r.Get(home[:len(home)-1], func(c *fiber.Ctx) error { return c.Redirect(home, fiber.StatusMovedPermanently) })
		}
	}
}
