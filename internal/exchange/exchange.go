// Package exchange reads and writes fact-checks in bulk: what "touchstone import" takes and "touchstone export" gives.
//
// It reads ClaimReview (package claimreview does the shape, this package the meaning), CSV in the shapes found in the
// field, JSON Lines, and its own three exports, and turns each verdict into a Record. Input is hostile: a record that
// breaks a rule becomes a Reject with a reason a person understands, and the good ones around it are kept. Memory does not
// grow with the size of the file. The package knows no database.
package exchange

import (
	"maps"
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// The formats of import. Auto looks at the content; the name of the file does not count.
const (
	FormatAuto        = "auto"
	FormatClaimReview = "claimreview"
	FormatCSV         = "csv"
	FormatJSONL       = "jsonl"
)

// Options say how to read a stream.
type Options struct {
	Format string // one of the formats; empty is FormatAuto
	// Map says which column (of CSV) or member (of JSON, dots lead into objects) holds a field, over what is recognised.
	// Fields lists the names of fields.
	Map map[string]string
	// Publisher is the site, such as checks.example, whose checks these are. Empty: the host of each review's address.
	Publisher string
}

// fields are the names that Map takes, with what they hold. The first four a record cannot do without.
var fields = map[string]string{
	"claim":            "text of the claim",
	"url":              "address of the review",
	"label":            "the verdict in the publisher's words",
	"publisher":        "name of the publisher",
	"claimant":         "who made the claim",
	"claimant_kind":    "person, organisation or anonymous",
	"claimant_url":     "address that identifies the claimant",
	"claim_date":       "when the claim was made",
	"language":         "language of the claim, a BCP 47 tag",
	"published":        "when the review was published",
	"modified":         "when the review was last changed",
	"title":            "headline of the review",
	"answer":           "the finding in a few sentences",
	"byline":           "who wrote the review",
	"rating_value":     "the rating as a number",
	"rating_best":      "the best number of the scale",
	"rating_worst":     "the worst number of the scale",
	"first_appearance": "address where the claim was first made",
	"appearances":      "addresses that make the claim, separated by commas, spaces or line breaks",
	"topics":           "topics, separated by commas, semicolons or bars",
	"image":            "address of an image the claim is about",
	"place":            "where the claim was made",
	"licence":          "licence of the publisher's text",
}

// Fields returns the names Options.Map takes, sorted, each with what it holds.
func Fields() [][2]string {
	var all [][2]string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		all = append(all, [2]string{name, fields[name]})
	}
	return all
}

// check fails with CodeInvalid on options that cannot be meant.
func (o *Options) check() error {
	switch o.Format {
	case "":
		o.Format = FormatAuto
	case FormatAuto, FormatClaimReview, FormatCSV, FormatJSONL:
	default:
		return factcheck.Invalid("format", "%q is not a format; it is one of auto, claimreview, csv and jsonl", o.Format)
	}
	for field, column := range o.Map {
		if _, ok := fields[field]; !ok {
			names := strings.Join(slices.Sorted(maps.Keys(fields)), ", ")
			return factcheck.Invalid("map", "%q is not a field; the fields are %s", field, names)
		}
		if column == "" {
			return factcheck.Invalid("map", "field %s has no column; write %s=COLUMN", field, field)
		}
	}
	if o.Format == FormatClaimReview && len(o.Map) > 0 {
		return factcheck.Invalid("map", "ClaimReview has its own names; columns are mapped in csv and jsonl only")
	}
	if o.Publisher != "" {
		site, err := SiteOf(o.Publisher)
		if err != nil {
			return err
		}
		o.Publisher = site
	}
	return nil
}
