package exchange

import "strings"

// CSVColumn is a column of our own CSV, for a data dictionary.
type CSVColumn struct {
	Name        string `json:"name"`
	Type        string `json:"type"` // of the Table Schema: string, integer, datetime
	Description string `json:"description"`
}

// CSVColumns describes the columns of our own CSV in their order.
func CSVColumns() []CSVColumn {
	var out []CSVColumn
	for _, c := range columns() {
		kind := "string"
		switch c.name {
		case "verdict_version", "seq", "export_seq", "reviewRating.ratingValue", "reviewRating.bestRating", "reviewRating.worstRating":
			kind = "integer"
		case "first_published_at", "published_at", "valid_from", "valid_to":
			kind = "datetime"
		}
		out = append(out, CSVColumn{c.name, kind, described(c.name)})
	}
	return out
}

// described returns the description of a column; nothing for one that was forgotten, which a test finds.
func described(name string) string {
	if strings.HasPrefix(name, "itemReviewed.appearance.") {
		if strings.HasSuffix(name, ".url") {
			return "Address of an appearance that is an occurrence of the claim; the first five"
		}
		return "CreativeWork where there is such an address"
	}
	for _, words := range []map[string]string{dukeWords(), ownWords()} {
		if d, ok := words[name]; ok {
			return d
		}
	}
	return ""
}

func dukeWords() map[string]string {
	return map[string]string{
		"id": "TypeID of the verdict", "@context": "Always https://schema.org", "@type": "Always ClaimReview", "claimReviewed": "The claim, as it was claimed",
		"datePublished": "When the first version of the verdict was published", "url": "Where the verdict stands", "author.@type": "Always Organization",
		"author.name": "Name of the publisher of the verdict", "author.url": "Site of the publisher", "author.image": "Always empty; Fact-Check Insights has it", "author.sameAs": "Always empty; Fact-Check Insights has it",
		"itemReviewed.@type": "Always Claim", "itemReviewed.datePublished": "When the claim was made, to the precision known: see claim_date_precision", "itemReviewed.name": "Always empty; Fact-Check Insights has it",
		"itemReviewed.firstAppearance.url": "Always empty; Fact-Check Insights has it", "itemReviewed.firstAppearance.@type": "Always empty; Fact-Check Insights has it",
		"itemReviewed.author.@type": "Person or Organization, where the claimant is named", "itemReviewed.author.name": "Name of the claimant; empty for private persons",
		"itemReviewed.author.jobTitle": "Always empty; Fact-Check Insights has it", "itemReviewed.author.image": "Always empty; Fact-Check Insights has it", "itemReviewed.author.sameAs": "Always empty; Fact-Check Insights has it",
		"reviewRating.@type": "Always Rating", "reviewRating.ratingValue": "1 (false) to 5 (true); empty for a rating that is not on that line", "reviewRating.bestRating": "5 where there is a value", "reviewRating.worstRating": "1 where there is a value",
		"reviewRating.ratingExplanation": "The finding in two sentences", "reviewRating.image": "Always empty; Fact-Check Insights has it", "reviewRating.alternateName": "The publisher's own label",
	}
}

func ownWords() map[string]string {
	return map[string]string{
		"claim_id": "TypeID of the claim, for ever", "claim_url": "The claim's page", "claim_language": "BCP 47 tag of the claim", "claim_date_precision": "year, month, day or instant",
		"claimant_kind": "person, organisation or anonymous", "place": "Where the claim was made", "topics": "Names of topics, a JSON list", "verdict_version": "Counts the published versions of the verdict, from 1",
		"origin": "house, legacy or imported", "publisher_site": "Host name of the publisher", "language": "BCP 47 tag of the verdict", "truth": "The shared reading of the label: true, mostly_true, mixed, mostly_false, false, or empty",
		"reasons": "What else is the matter, separated by spaces", "scale": "Scale and version the label belongs to", "headline": "The finding as a headline", "byline": "Who checked it",
		"first_published_at": "When the first version was published", "published_at": "When this version was published", "valid_from": "From when on the finding holds", "valid_to": "Until when it holds",
		"correction_kind": "update, clarification, correction or retraction; empty for a first version", "correction_note": "The public note on it", "licence": "Licence of the publisher's text",
		"sources": "The evidence, a JSON list as in NDJSON", "appearances": "Where the claim appeared, a JSON list as in NDJSON", "media": "What the claim is about, a JSON list as in NDJSON", "wordings": "The claim in other languages, a JSON list as in NDJSON",
		"seq": "Number of the claim's newest change", "export_epoch": "Which feed export_seq belongs to", "export_seq": "The number of the change feed that the table is true at",
	}
}
