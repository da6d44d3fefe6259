package newsroom

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// fillDetails fills in what was found besides the text. What cannot be read any more is left out: it is for looking at.
func (n *Newsroom) fillDetails(ctx context.Context, in visitor, p *pages.ArticlePage, a store.WorkingArticle) error {
	d, err := ingest.ReadDetails(a.Found)
	if err != nil {
		return nil //nolint:nilerr // an older release may have written it; the article is whole without
	}
	p.Found = n.found(a, d.Found)
	p.Quotations = quotations(a.Text, d.Quotations)
	for _, l := range d.Leads {
		p.Leads = append(p.Leads, pages.Lead{Title: l.Title, URL: l.URL, Label: l.Label})
	}
	p.Refused, p.CanAccept = d.Refused, p.Editor
	if d.Wall != nil && a.Text == "" {
		p.Wall, p.Teaser = "Before the text stands a "+string(d.Wall.Kind)+" ("+d.Wall.Why+"), so there is no text yet.", d.Wall.Teaser
	}
	p.Checks, err = n.checks(ctx, in, p.Links, d.Checks)
	return err
}

// checks returns the fact-checks that the page states, with what became of those that were taken in before.
func (n *Newsroom) checks(ctx context.Context, in visitor, links []pages.Link, stated []exchange.Record) ([]pages.Check, error) {
	taken, err := n.cfg.Store.TakenChecks(ctx, in.Actor, stated)
	if err != nil {
		return nil, err
	}
	out := make([]pages.Check, 0, len(stated))
	for i, r := range stated {
		out = append(out, pages.Check{Index: i, Read: store.CheckHash(r), Claim: r.Text, Rating: r.Rating.Label, Claimant: r.Claimant.Name, Publisher: ofSite(r.Publisher.Name, r.Publisher.Site), URL: r.ReviewURL})
	}
	for _, t := range taken {
		c := &out[t.Index]
		c.Taken, c.TakenAs, c.Retracted = true, t.Claim.Text, t.State == factcheck.VerdictRetracted
		c.Differs = t.Differ && !c.Retracted
		if t.Claim.Public {
			c.ClaimURL = "/claims/" + t.Claim.Slug
		}
		for _, l := range links {
			if l.ClaimID == t.Claim.ID.String() {
				c.Link = l.N
			}
		}
	}
	return out, nil
}

// quotations returns the quotations with the place where they stand now; one that the text has lost stands nowhere.
func quotations(text string, all []extract.Quotation) []pages.Quotation {
	var out []pages.Quotation
	for _, q := range all {
		shown := pages.Quotation{Text: q.Text, Speaker: q.Speaker}
		if at := nearest(text, q.Text, q.Start); at >= 0 && q.Text != "" && len(q.Text) <= factcheck.MaxQuote {
			shown.Start, shown.End = at, at+len(q.Text)
		}
		out = append(out, shown)
	}
	return out
}

// choosePassage fills the link form with the passage that an address names by its first byte and the one behind its last,
// such as 120-184. The text may have changed since the address was made.
func choosePassage(form *pages.LinkForm, text, place string) {
	if place == "" {
		return
	}
	from, to, _ := strings.Cut(place, "-")
	start, err := strconv.Atoi(from)
	end, eerr := strconv.Atoi(to)
	form.Open = true
	if err != nil || eerr != nil || start < 0 || start >= end || end > len(text) || end-start > factcheck.MaxQuote ||
		!utf8.RuneStart(text[start]) || end < len(text) && !utf8.RuneStart(text[end]) {
		form.Error, form.Field = "The text has changed since; select the passage anew.", "quote"
		return
	}
	form.Passage, form.Start = text[start:end], from
}

// chooseNew makes the link form one that files its passage as a new claim, in the place of a suggestion.
func chooseNew(form *pages.LinkForm, instead, stance string) {
	if _, err := readItem(instead); err != nil {
		return
	}
	form.Open, form.Claim, form.Text, form.Instead = true, "new", factcheck.CleanLine(form.Passage), instead
	if s := factcheck.Stance(stance); s.Valid() && s != factcheck.StanceListed {
		form.Stance = s
	}
}

// found returns the candidates for every field, each compared with what stands in the article now: an editor's word is not
// overwritten by fetching the page again, so the page shows where the two have parted.
func (n *Newsroom) found(a store.WorkingArticle, all []extract.Found) []pages.Found {
	var out []pages.Found
	for i, f := range all {
		shown := pages.Found{Index: i, Field: f.Field, Value: f.Value, Where: f.Where, Chosen: f.Chosen}
		if input, value, same := n.compare(a, f); input != "" && !same {
			shown.Differs, shown.Input, shown.Take = f.Chosen, input, value
		} else if f.Chosen && input != "" {
			shown.Stands = true
		}
		out = append(out, shown)
	}
	return out
}

// compare returns the field of the edit form that a candidate is for, what to write into it, and whether that stands there
// already. The field is empty for what is no field of the form, and for a date that does not read as one.
func (n *Newsroom) compare(a store.WorkingArticle, f extract.Found) (input, value string, same bool) {
	switch f.Field {
	case "title":
		return "title", f.Value, sameTitle(a.Title, f.Value)
	case "byline":
		return "author", f.Value, a.Author != "" && strings.Contains(fold(f.Value), fold(a.Author)) || f.Value != "" && strings.Contains(fold(a.Author), fold(f.Value))
	case "outlet":
		return "outlet_name", f.Value, fold(a.OutletName) == fold(f.Value)
	case "language":
		return "language", f.Value, sameLanguage(a.Language, f.Value)
	case "image":
		return "lead_image", f.Value, a.LeadImage == f.Value
	case "published":
		d, err := factcheck.ParseDate(f.Value)
		if err != nil {
			return "", "", false
		}
		return "published", n.written(d), d.At.Equal(a.Published.At) || !a.Published.IsZero() && n.written(d) == n.written(a.Published)
	case "modified":
		d, err := factcheck.ParseDate(f.Value)
		if err != nil {
			return "", "", false
		}
		return "modified", n.written(d), a.Modified != nil && d.At.Truncate(time.Second).Equal(a.Modified.Truncate(time.Second))
	}
	return "", "", false
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// sameTitle reports whether a headline found is the title, with the outlet's name behind or before it or without.
func sameTitle(title, found string) bool {
	title, found = fold(title), fold(found)
	if title == found {
		return true
	}
	if title == "" {
		return false
	}
	for _, dash := range []string{" | ", " - ", " – ", " — ", " · ", " :: ", " « ", " » "} {
		if strings.HasPrefix(found, title+dash) || strings.HasSuffix(found, dash+title) {
			return true
		}
	}
	return false
}

// sameLanguage reports whether two tags name a language, one perhaps more exactly than the other.
func sameLanguage(a, b string) bool {
	a, b = fold(strings.ReplaceAll(a, "_", "-")), fold(strings.ReplaceAll(b, "_", "-"))
	return a == b || a != "" && strings.HasPrefix(b, a+"-") || b != "" && strings.HasPrefix(a, b+"-")
}

// takeFound writes the candidate with an index into the edit form, where a person sees it before saving.
func takeFound(p *pages.ArticlePage, index string) {
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= len(p.Found) || p.Found[i].Input == "" {
		return
	}
	e := &p.Edit
	field := map[string]*string{
		"title": &e.Title, "author": &e.Author, "outlet_name": &e.OutletName, "language": &e.Language, "published": &e.Published,
		"modified": &e.Modified, "lead_image": &e.LeadImage,
	}[p.Found[i].Input]
	*field, e.Open, e.Taken = p.Found[i].Take, true, true
}
