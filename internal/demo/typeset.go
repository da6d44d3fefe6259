package demo

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// typeset returns the page of an article as its outlet would serve it: with what sites say about themselves in their
// markup, a navigation, the pointers to other stories and a footer. modified is zero for a page that was never changed.
func (a Article) typeset(outlet string, start, modified time.Time) []byte {
	var b strings.Builder
	line := func(format string, args ...string) {
		escaped := make([]any, len(args))
		for i, s := range args {
			escaped[i] = html.EscapeString(s)
		}
		fmt.Fprintf(&b, format+"\n", escaped...)
	}
	line("<!DOCTYPE html>\n<html lang=\"%s\" dir=\"%s\">\n<head>\n<meta charset=\"utf-8\">", a.Language, direction(a.Language))
	line("<title>%s | %s</title>\n<link rel=\"canonical\" href=\"%s\">", a.Title, outlet, a.URL)
	line("<meta property=\"og:title\" content=\"%s\">\n<meta property=\"og:site_name\" content=\"%s\">\n<meta property=\"og:url\" content=\"%s\">", a.Title, outlet, a.URL)
	if a.Image != "" {
		line("<meta property=\"og:image\" content=\"%s\">", a.Image)
	}
	if a.Author != "" {
		line("<meta name=\"author\" content=\"%s\">", a.Author)
	}
	for _, item := range a.markup(outlet, start, modified) {
		fmt.Fprintf(&b, "<script type=\"application/ld+json\">%s</script>\n", item)
	}
	line("</head>\n<body>\n<header><nav><a href=\"/\">%s</a></nav></header>\n<main>\n<article>\n<h1>%s</h1>", outlet, a.Title)
	for _, p := range a.Text {
		line("<p>%s</p>", p)
	}
	line("</article>\n</main>")
	if len(a.Leads) > 0 {
		line("<aside class=\"related\">\n<h2>Related stories</h2>\n<ul>")
		for _, l := range a.Leads {
			line("<li><a href=\"%s\">%s</a></li>", l.URL, l.Title)
		}
		line("</ul>\n</aside>")
	}
	line("<footer><a href=\"/imprint\">%s</a></footer>\n</body>\n</html>", outlet)
	return []byte(b.String())
}

// direction returns the direction of a language's script.
func direction(tag string) string {
	script, _ := language.Make(tag).Script()
	if s := script.String(); s == "Arab" || s == "Hebr" {
		return "rtl"
	}
	return "ltr"
}

// markup returns what the page says of itself as JSON-LD: the article, and the check it states.
func (a Article) markup(outlet string, start, modified time.Time) [][]byte {
	article := map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle", "headline": a.Title, "inLanguage": a.Language, "mainEntityOfPage": a.URL,
		"publisher": map[string]string{"@type": "NewsMediaOrganization", "name": outlet},
	}
	published := a.Published.Date(start, factcheck.PrecisionInstant).String()
	if published != "" {
		article["datePublished"] = published
	}
	if !modified.IsZero() {
		article["dateModified"] = modified.Format(time.RFC3339)
	}
	if a.Author != "" {
		article["author"] = map[string]string{"@type": "Organization", "name": a.Author}
	}
	all := []map[string]any{article}
	if c := a.Check; c != nil {
		all = append(all, map[string]any{
			"@context": "https://schema.org", "@type": "ClaimReview", "url": a.URL, "inLanguage": a.Language, "datePublished": published,
			"headline": a.Title, "claimReviewed": c.Claim, "author": map[string]string{"@type": "Organization", "name": c.Publisher, "url": "https://" + factcheck.Site(a.URL) + "/"},
			"itemReviewed": map[string]any{
				"@type": "Claim", "datePublished": c.Date.Date(start, factcheck.PrecisionDay).String(), "author": map[string]string{"@type": "Organization", "name": c.Claimant},
			},
			"reviewRating": map[string]string{"@type": "Rating", "alternateName": c.Label, "ratingExplanation": c.Answer},
		})
	}
	out := make([][]byte, 0, len(all))
	for _, item := range all {
		b, err := json.Marshal(item)
		if err != nil {
			panic("demo: texts cannot be marshalled") // they always can
		}
		out = append(out, b)
	}
	return out
}
