package newsroom

import (
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// RedactionPage proposes to replace a passage by a notice in all that belongs to a claim.
type RedactionPage struct {
	Shell
	Claim        ClaimHead
	Passage      string
	Class        factcheck.RedactionReason
	Reason       string
	Places       []PassagePlace // where the passage stands; empty before it was looked for
	Told         string
	Error, Field string
}

func (p RedactionPage) total() int {
	n := 0
	for _, place := range p.Places {
		n += place.Count
	}
	return n
}

// target returns the field that an error is about.
func (p RedactionPage) target() string {
	switch p.Field {
	case "passage", "class", "reason":
		return p.Field
	}
	return ""
}

// PlaceWord says in words what a table's column holds.
func PlaceWord(place string) string {
	table, column, _ := strings.Cut(place, ".")
	word := map[string]string{
		"claims": "the claim", "claim_slugs": "its addresses", "wordings": "its wordings", "media": "its media", "claimants": "the claimant", "articles": "articles",
		"article_urls": "addresses of articles", "verdicts": "the notice of the verdict", "verdict_versions": "versions of the verdict", "sources": "sources",
		"source_archives": "archived copies", "source_checks": "link checks", "import_records": "imported records", "appearances": "quotations of articles",
		"appearance_listings": "listings of articles", "appearance_events": "history of links", "snapshots": "addresses of kept pages", "snapshot_contents": "kept pages",
		"tips": "tips", "proposals": "reasons of proposals", "claim_states": "earlier states of the page", "audit": "the audit log", "suggestions": "suggestions",
		"claim_distinctions": "reasons why claims differ", "verdict_submissions": "submitted texts and notes", "verdict_reviews": "reminders", "complaints": "complaints",
		"comments": "comments", "interests": "conflicts of interest", "outlet_notices": "what outlets were told", "confidences": "confidential sources", "claim_files": "names of files",
	}[table]
	if word == "" {
		word = strings.ReplaceAll(table, "_", " ")
	}
	return word + ": " + strings.ReplaceAll(column, "_", " ")
}
