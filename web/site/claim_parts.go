package site

import (
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// correctionKey returns the message for a kind of correction; a kind nobody knows is an update.
func correctionKey(kind string) string {
	k := factcheck.CorrectionKind(kind)
	if k == factcheck.CorrectionNone || !k.Valid() {
		k = factcheck.CorrectionUpdate
	}
	return "correction." + string(k)
}

// beneathKey returns the message for what stands beneath the heading: what was claimed, or a wording of it.
func beneathKey(w ui.Worded) string {
	if w.Translated {
		return "claim.original"
	}
	return "claim.wording"
}

func correctionNote(v document.Verdict) string {
	if v.Correction == nil {
		return ""
	}
	return v.Correction.Note
}

// retractedAt is when the verdict was taken back.
func retractedAt(p ClaimPage) time.Time {
	if !p.ChangedAt.IsZero() {
		return p.ChangedAt
	}
	return p.verdict().PublishedAt
}

// reading says how a publisher's label is read here, so that the label and its mapping stand side by side. It is empty
// when the label says the same word.
func reading(p ClaimPage, v document.Verdict) string {
	m := ui.MarkOf(v.Rating)
	var words []string
	if m.Truth != factcheck.TruthNone {
		words = append(words, p.TruthWord(m.Truth))
	}
	for _, r := range v.Rating.Reasons {
		if w := p.ReasonWord(r); w != "" {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return p.T("reading.unmapped")
	}
	joined := strings.Join(words, p.T("list.comma"))
	if strings.EqualFold(joined, strings.TrimSpace(v.Rating.Label)) {
		return ""
	}
	return p.T("reading", joined)
}

// evidenceLine counts sources, origins and primary sources: all from one list, so that they agree.
func evidenceLine(p ClaimPage) string {
	origins := map[string]bool{}
	primary := 0
	for _, s := range p.verdict().Sources {
		origins[strings.ToLower(firstOf(s.Origin, ui.HostOf(s.URL), s.ID))] = true
		if s.Kind == "primary" {
			primary++
		}
	}
	line := []string{
		p.N("evidence.sources", len(p.verdict().Sources)),
		p.N("evidence.origins", len(origins)),
		p.N("evidence.primary", primary),
	}
	return strings.Join(line, p.T("list.comma")) + ". " + p.T("evidence.quoted")
}

// appearedLine counts articles, outlets and corrections, all from one list.
func appearedLine(p ClaimPage, s ui.Spread) string {
	line := p.N("appeared.articles", len(s.Judged))
	if s.Outlets > 0 {
		line += " " + p.N("appeared.outlets", s.Outlets)
	}
	line += "."
	if s.Asserted > 0 && p.accuse() {
		line += " " + p.N("appeared.mended", s.Asserted, p.Number(s.Mended))
	}
	return line
}

// citation is the plain text a reader may quote this page by.
func citation(p ClaimPage) string {
	when := p.cited()
	if when.IsZero() {
		return p.T("cite.undated", p.HouseName, p.Title(), p.address())
	}
	return p.T("cite.text", p.HouseName, p.Day(when), p.Title(), p.address())
}

// mediaKey returns the message for a kind of media; a kind nobody knows is a file.
func mediaKey(kind string) string {
	switch kind {
	case "image", "video", "audio":
		return "media." + kind
	}
	return "media.file"
}

// categoryKey returns the message for a schema.org MediaReview category, "" for none or one that is not among the six.
func categoryKey(category string) string {
	switch category {
	case "OriginalMediaContent", "DecontextualizedContent", "EditedOrCroppedContent", "TransformedContent", "StagedContent", "SatireOrParodyContent":
		return "media." + category
	}
	return ""
}

func historyKey(kind string) string {
	if k := factcheck.CorrectionKind(kind); k != factcheck.CorrectionNone && k.Valid() {
		return "history." + kind
	}
	for _, t := range factcheck.ChangeTypes() {
		if string(t) == kind {
			return "history." + kind
		}
	}
	return "history.changed"
}

// waived says in words which rule of the house a waiver is about.
func waived(l ui.Locale, rule string) string {
	switch factcheck.Rule(rule) {
	case factcheck.RuleOrigins, factcheck.RuleArchive, factcheck.RulePrimary, factcheck.RuleReply:
		return l.T("waiver." + rule)
	}
	return rule + "."
}
