package newsroom

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// A form carries of each field a digest of what stood in it when it was shown. That tells, when it comes back, which fields
// somebody typed into and which somebody else has saved meanwhile, without carrying the texts twice.

// digest returns a short digest of a field, space at its ends aside.
func digest(s string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(s)))
	return hex.EncodeToString(sum[:6])
}

// wasOf returns the digests of a form's fields as the form carries them.
func wasOf(fields map[string]string) string {
	parts := make([]string, 0, len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		parts = append(parts, name+":"+digest(fields[name]))
	}
	return strings.Join(parts, ",")
}

// was returns the digests that a form carries.
func (f form) was() map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq(f.get("was"), ",") {
		if name, sum, ok := strings.Cut(part, ":"); ok {
			out[name] = sum
		}
	}
	return out
}

// mergeFields decides field by field between what was typed and what is saved: a field that nobody else touched since the form
// was shown is as typed, one that was not typed into is as saved. A field that both changed, each differently, is as saved and
// named as a clash. theirs counts the fields that others had saved.
func mergeFields(was, typed, saved map[string]string) (merged map[string]string, clashes []string, theirs int) {
	merged = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(saved)) {
		now := saved[name]
		mine, sent := typed[name]
		moved := was[name] != digest(now)
		if moved {
			theirs++
		}
		switch {
		case !sent || digest(mine) == digest(now):
			merged[name] = now
		case !moved:
			merged[name] = mine
		case digest(mine) == was[name]:
			merged[name] = now
		default:
			merged[name] = now
			clashes = append(clashes, name)
		}
	}
	return merged, clashes, theirs
}

// clashesOf shows the fields that both changed: theirs, and what differs in what was typed.
func clashesOf(names []string, typed, saved map[string]string, label func(string) string) []pages.Clash {
	var out []pages.Clash
	for _, name := range names {
		out = append(out, pages.Clash{Field: name, Label: label(name), Theirs: saved[name], Parts: document.Words(saved[name], typed[name])})
	}
	return out
}
