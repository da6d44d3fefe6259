package site

// EmbedPage is the verdict on a claim in a frame of another's page, at /embed/claims/{id}. It follows the claim: whoever
// embedded it shows a correction as soon as it is published.
type EmbedPage struct{ ClaimPage }

// datedAfter is the date of the finding behind the house's name.
func (p EmbedPage) datedAfter() string {
	if d := p.Dated(); d != "" {
		return " · " + d
	}
	return ""
}
