package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// Own marks the start of an address of this house in a stored document: "~/claims/…". Only fields named url or …_url may
// hold one. What users give for such fields is checked to begin with http, so no text of theirs can be taken for it.
const Own = "~/"

var (
	seqSlot = []byte(`"seq":0,`)     // Encode writes Seq 0; the first one stands before any text of a user
	ownSlot = []byte(`url":"` + Own) // inside a string a quotation mark is escaped, so this is always a field's start
)

// Encode returns the stored form of c: compact JSON, seq 0, own addresses with Own in place of the public address.
func Encode(c Claim) ([]byte, error) {
	c.Seq = 0
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(c); err != nil {
		return nil, fmt.Errorf("encode document of %s: %w", c.ID, err)
	}
	return bytes.TrimRight(buf.Bytes(), "\n"), nil
}

// Append appends the stored document to dst with seq and base, the house's public address without a final slash, in their
// places. It copies once and allocates only what dst needs to grow.
func Append(dst, stored []byte, base string, seq int64) []byte {
	if i := bytes.Index(stored, ownSlot); i >= 0 && i < bytes.Index(stored, seqSlot) {
		dst = appendOwn(dst, stored[:i+len(ownSlot)], base)
		stored = stored[i+len(ownSlot):]
	}
	if i := bytes.Index(stored, seqSlot); i >= 0 {
		dst = append(dst, stored[:i+len(seqSlot)-2]...)
		dst = strconv.AppendInt(dst, seq, 10)
		stored = stored[i+len(seqSlot)-1:]
	}
	for {
		i := bytes.Index(stored, ownSlot)
		if i < 0 {
			return append(dst, stored...)
		}
		dst = appendOwn(dst, stored[:i+len(ownSlot)], base)
		stored = stored[i+len(ownSlot):]
	}
}

// appendOwn appends part, which ends in Own, with base and a slash in Own's place.
func appendOwn(dst, part []byte, base string) []byte {
	dst = append(dst, part[:len(part)-len(Own)]...)
	return append(append(dst, base...), '/')
}

// Decode reads a stored document with seq and base in their places.
func Decode(stored []byte, base string, seq int64) (Claim, error) {
	var c Claim
	whole := Append(make([]byte, 0, len(stored)+len(stored)/8), stored, base, seq)
	if err := json.Unmarshal(whole, &c); err != nil {
		return Claim{}, fmt.Errorf("decode document: %w", err)
	}
	return c, nil
}

// ClaimURL returns the stored form of the address of the claim's page.
func ClaimURL(slug string) string { return Own + "claims/" + url.PathEscape(slug) }

// ArticleURL returns the stored form of the address of an article's page.
func ArticleURL(slug string) string { return Own + "articles/" + url.PathEscape(slug) }

// House returns the house's own verdict, written here or from its older archive, and whether there is one.
func (c Claim) House() (Verdict, bool) {
	for _, v := range c.Verdicts {
		if v.Origin != "imported" {
			return v, true
		}
	}
	return Verdict{}, false
}

// Lead returns the verdict that the claim's page leads with: the house's, or the newest of another publisher.
func (c Claim) Lead() (Verdict, bool) {
	if v, ok := c.House(); ok {
		return v, true
	}
	var lead Verdict
	for _, v := range c.Verdicts {
		if lead.ID == "" || v.PublishedAt.After(lead.PublishedAt) {
			lead = v
		}
	}
	return lead, lead.ID != ""
}

// UnderReview returns the verdict as every public way out shows it while it is suspended: who found something, and that it
// is being looked at again, but nothing of the finding, nor the note on what was corrected in it.
func (v Verdict) UnderReview(notice string) Verdict {
	if v.Correction != nil {
		v.Correction = &Correction{Kind: v.Correction.Kind}
	}
	return Verdict{
		ID: v.ID, Version: v.Version, State: "suspended", Publisher: v.Publisher, Origin: v.Origin, Rating: Rating{Reasons: []string{}},
		PublishedAt: v.PublishedAt, FirstAt: v.FirstAt, ReviewURL: v.ReviewURL, Language: v.Language, Correction: v.Correction,
		Notice: notice, Sources: []Source{}, Licence: v.Licence,
	}
}

// Slug returns text as the last part of an address: lower-case letters and digits of any script, words joined by hyphens,
// cut at a word's end near 60 characters; "claim" when nothing is left.
func Slug(text string) string {
	var b strings.Builder
	gap, n := false, 0
	for _, r := range strings.ToLower(text) {
		if r == '\'' || r == '’' {
			continue
		}
		if !isWord(r) {
			gap = n > 0
			continue
		}
		if gap {
			if n >= 60 {
				break
			}
			b.WriteByte('-')
			gap = false
		}
		if n >= 80 {
			break
		}
		b.WriteRune(r)
		n++
	}
	if n == 0 {
		return "claim"
	}
	return b.String()
}

// isWord reports whether r may stand in a slug: letters, marks (Devanagari and Arabic words need theirs) and digits.
func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
