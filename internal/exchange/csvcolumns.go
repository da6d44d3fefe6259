package exchange

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// cell is what a column is written from and read into: one verdict of one claim.
type cell struct {
	claim   *document.Claim
	verdict *document.Verdict
	info    *Info
}

// column is a column of our own CSV. Those without set only repeat for other programs what another column holds.
type column struct {
	name string
	get  func(cell) string
	set  func(c cell, text string) error
}

// columns are those of Duke's Fact-Check Insights in its order, then our own.
func columns() []column {
	return append(dukeColumns(), ownColumns()...)
}

func dukeColumns() []column {
	all := []column{
		{"id", func(c cell) string { return c.verdict.ID }, nil},
		{"@context", constant("https://schema.org"), nil},
		{"@type", constant("ClaimReview"), nil},
		{"claimReviewed", func(c cell) string { return c.claim.Text }, func(c cell, s string) error { c.claim.Text = s; return nil }},
		{"datePublished", func(c cell) string { return claimreview.Instant(c.first()) }, nil},
		{"url", cell.address, func(c cell, s string) error { c.verdict.ReviewURL = s; return nil }},
		{"author.@type", constant("Organization"), nil},
		{"author.name", func(c cell) string { return c.verdict.Publisher.Name }, func(c cell, s string) error { c.verdict.Publisher.Name = s; return nil }},
		{"author.url", func(c cell) string { return site(c.verdict.Publisher.Site) }, nil},
		{"author.image", constant(""), nil},
		{"author.sameAs", constant(""), nil},
		{"itemReviewed.@type", constant("Claim"), nil},
		{"itemReviewed.datePublished", func(c cell) string { return deref(c.claim.Date) }, setOptional(func(c cell) **string { return &c.claim.Date })},
		{"itemReviewed.name", constant(""), nil},
	}
	for n := range 5 {
		prefix := "itemReviewed.appearance." + strconv.Itoa(n+1)
		all = append(all, column{prefix + ".url", func(c cell) string { return c.appearance(n) }, nil},
			column{prefix + ".@type", func(c cell) string { return ifAny(c.appearance(n), "CreativeWork") }, nil})
	}
	return append(all, []column{
		{"itemReviewed.firstAppearance.url", constant(""), nil},
		{"itemReviewed.firstAppearance.@type", constant(""), nil},
		{"itemReviewed.author.@type", func(c cell) string { return c.claimantType() }, nil},
		{"itemReviewed.author.name", func(c cell) string { return c.claimant().Name }, func(c cell, s string) error { c.setClaimant().Name = s; return nil }},
		{"itemReviewed.author.jobTitle", constant(""), nil},
		{"itemReviewed.author.image", constant(""), nil},
		{"itemReviewed.author.sameAs", constant(""), nil},
		{"reviewRating.@type", constant("Rating"), nil},
		{"reviewRating.ratingValue", func(c cell) string { return c.onLine(c.value()) }, nil},
		{"reviewRating.bestRating", func(c cell) string { return c.onLine("5") }, nil},
		{"reviewRating.worstRating", func(c cell) string { return c.onLine("1") }, nil},
		{"reviewRating.ratingExplanation", func(c cell) string { return c.verdict.Answer }, func(c cell, s string) error { c.verdict.Answer = s; return nil }},
		{"reviewRating.image", constant(""), nil},
		{"reviewRating.alternateName", func(c cell) string { return c.verdict.Rating.Label }, func(c cell, s string) error { c.verdict.Rating.Label = s; return nil }},
	}...)
}

func ownColumns() []column {
	return []column{
		{"claim_id", func(c cell) string { return c.claim.ID }, func(c cell, s string) error { c.claim.ID = s; return nil }},
		{"claim_url", func(c cell) string { return c.claim.URL }, func(c cell, s string) error { c.claim.URL = s; return nil }},
		{"claim_language", func(c cell) string { return c.claim.Language }, func(c cell, s string) error { c.claim.Language = s; return nil }},
		{"claim_date_precision", func(c cell) string { return deref(c.claim.DatePrecision) }, setOptional(func(c cell) **string { return &c.claim.DatePrecision })},
		{"claimant_kind", func(c cell) string { return c.claimant().Kind }, func(c cell, s string) error { c.setClaimant().Kind = s; return nil }},
		{"place", func(c cell) string { return c.claim.Place }, func(c cell, s string) error { c.claim.Place = s; return nil }},
		{"topics", func(c cell) string { return asJSON(topicNames(c.claim.Topics)) }, setTopicNames},
		{"verdict_version", func(c cell) string { return strconv.Itoa(c.verdict.Version) }, nil},
		{"origin", func(c cell) string { return c.verdict.Origin }, func(c cell, s string) error { c.verdict.Origin = s; return nil }},
		{"publisher_site", func(c cell) string { return c.verdict.Publisher.Site }, func(c cell, s string) error { c.verdict.Publisher.Site = s; return nil }},
		{"language", func(c cell) string { return c.verdict.Language }, func(c cell, s string) error { c.verdict.Language = s; return nil }},
		{"truth", func(c cell) string { return deref(c.verdict.Rating.Truth) }, setOptional(func(c cell) **string { return &c.verdict.Rating.Truth })},
		{"reasons", func(c cell) string { return strings.Join(c.verdict.Rating.Reasons, " ") }, func(c cell, s string) error { c.verdict.Rating.Reasons = strings.Fields(s); return nil }},
		{"scale", func(c cell) string { return c.verdict.Rating.Scale }, func(c cell, s string) error { c.verdict.Rating.Scale = s; return nil }},
		{"headline", func(c cell) string { return c.verdict.Headline }, func(c cell, s string) error { c.verdict.Headline = s; return nil }},
		{"byline", func(c cell) string { return c.verdict.Byline }, func(c cell, s string) error { c.verdict.Byline = s; return nil }},
		{"first_published_at", func(c cell) string { return timeText(&c.verdict.FirstAt) }, func(c cell, s string) (err error) { c.verdict.FirstAt, err = cellTime(s); return err }},
		{"published_at", func(c cell) string { return timeText(&c.verdict.PublishedAt) }, func(c cell, s string) (err error) { c.verdict.PublishedAt, err = cellTime(s); return err }},
		{"valid_from", func(c cell) string { return timeText(c.verdict.ValidFrom) }, setTime(func(c cell) **time.Time { return &c.verdict.ValidFrom })},
		{"valid_to", func(c cell) string { return timeText(c.verdict.ValidTo) }, setTime(func(c cell) **time.Time { return &c.verdict.ValidTo })},
		{"correction_kind", func(c cell) string { return c.correction().Kind }, func(c cell, s string) error { c.setCorrection().Kind = s; return nil }},
		{"correction_note", func(c cell) string { return c.correction().Note }, func(c cell, s string) error { c.setCorrection().Note = s; return nil }},
		{"licence", func(c cell) string { return cmp.Or(c.verdict.Licence, c.claim.Licence) }, func(c cell, s string) error { c.verdict.Licence = s; return nil }},
		{"sources", func(c cell) string { return asJSON(c.verdict.Sources) }, func(c cell, s string) error { return json.Unmarshal([]byte(s), &c.verdict.Sources) }},
		{"appearances", func(c cell) string { return asJSON(c.claim.Appearances) }, setListed},
		{"media", func(c cell) string { return asJSON(c.claim.Media) }, func(c cell, s string) error { return json.Unmarshal([]byte(s), &c.claim.Media) }},
		{"wordings", func(c cell) string { return asJSON(c.claim.Wordings) }, func(c cell, s string) error { return json.Unmarshal([]byte(s), &c.claim.Wordings) }},
		{"seq", func(c cell) string { return strconv.FormatInt(c.claim.Seq, 10) }, nil},
		{"export_epoch", func(c cell) string { return c.info.Epoch }, nil},
		{"export_seq", func(c cell) string { return ifAny(c.info.Epoch, strconv.FormatInt(c.info.Seq, 10)) }, nil},
	}
}

func setListed(c cell, s string) error {
	if err := json.Unmarshal([]byte(s), &c.claim.Appearances); err != nil {
		return err
	}
	for i := range c.claim.Appearances {
		c.claim.Appearances[i].Stance = string(factcheck.StanceListed)
		c.claim.Appearances[i].Correction = document.AppearanceStanding{}
	}
	return nil
}

func setTopicNames(c cell, s string) error {
	var names []string
	if err := json.Unmarshal([]byte(s), &names); err != nil {
		return err
	}
	for _, name := range names {
		c.claim.Topics = append(c.claim.Topics, document.Topic{Name: name})
	}
	return nil
}

func topicNames(topics []document.Topic) []string {
	var names []string
	for _, t := range topics {
		names = append(names, t.Name)
	}
	return names
}

func setOptional(at func(cell) **string) func(cell, string) error {
	return func(c cell, s string) error {
		*at(c) = &s
		return nil
	}
}

func setTime(at func(cell) **time.Time) func(cell, string) error {
	return func(c cell, s string) error {
		t, err := cellTime(s)
		*at(c) = &t
		return err
	}
}

// cellTime reads a time as timeText writes it, or as a spreadsheet may have changed it.
func cellTime(s string) (time.Time, error) {
	d, ok := parseDate(s, unknownOrder)
	if !ok {
		return time.Time{}, fmt.Errorf("%q is not a time", clipText(s, 40))
	}
	return d.At, nil
}

func (c cell) address() string {
	if c.verdict.Origin == "house" {
		return cmp.Or(c.claim.URL, c.verdict.ReviewURL)
	}
	return cmp.Or(c.verdict.ReviewURL, c.claim.URL)
}

func (c cell) first() time.Time {
	if c.verdict.FirstAt.IsZero() {
		return c.verdict.PublishedAt
	}
	return c.verdict.FirstAt
}

// appearance returns the address of the nth appearance that is an occurrence of the claim.
func (c cell) appearance(n int) string {
	for _, a := range c.claim.Appearances {
		if a.Stance == string(factcheck.StanceReports) || a.Stance == string(factcheck.StanceDisputes) {
			continue
		}
		if n == 0 {
			return a.Article.URL
		}
		n--
	}
	return ""
}

func (c cell) claimant() document.Claimant {
	if c.claim.Claimant == nil || c.claim.Claimant.Name == "" {
		return document.Claimant{}
	}
	return *c.claim.Claimant
}

func (c cell) setClaimant() *document.Claimant {
	if c.claim.Claimant == nil {
		c.claim.Claimant = &document.Claimant{}
	}
	return c.claim.Claimant
}

func (c cell) claimantType() string {
	switch who := c.claimant(); {
	case who.Name == "":
		return ""
	case who.Kind == "organisation":
		return "Organization"
	}
	return "Person"
}

func (c cell) correction() document.Correction {
	if c.verdict.Correction == nil {
		return document.Correction{}
	}
	return *c.verdict.Correction
}

func (c cell) setCorrection() *document.Correction {
	if c.verdict.Correction == nil {
		c.verdict.Correction = &document.Correction{}
	}
	return c.verdict.Correction
}

func (c cell) value() string {
	for i, t := range factcheck.Truths() {
		if deref(c.verdict.Rating.Truth) == string(t) {
			return strconv.Itoa(5 - i)
		}
	}
	return ""
}

// onLine returns s if the finding is on the line from true to false: the rest has no number.
func (c cell) onLine(s string) string { return ifAny(c.value(), s) }

func constant(s string) func(cell) string { return func(cell) string { return s } }

func ifAny(s, then string) string {
	if s == "" {
		return ""
	}
	return then
}

func site(s string) string { return ifAny(s, "https://"+s+"/") }

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// asJSON writes a list as one cell, nothing for an empty one.
func asJSON[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic(fmt.Sprintf("exchange: a document cannot be marshalled: %v", err)) // only a wrong type in document can do this
	}
	return string(b)
}
