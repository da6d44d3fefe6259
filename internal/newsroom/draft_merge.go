package newsroom

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// A form carries of each field a digest of what stood in it when it was shown. That tells, when it comes back, which fields
// somebody typed into and which somebody else has saved meanwhile, without carrying the texts twice.

// wasOf returns the digests of a form's fields as the form carries them.
func wasOf(fields map[string]string) string {
	parts := make([]string, 0, len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		parts = append(parts, name+":"+pages.Digest(fields[name]))
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
// named as a clash. theirs names the fields that others had saved.
func mergeFields(was, typed, saved map[string]string) (merged map[string]string, clashes, theirs []string) {
	merged = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(saved)) {
		now := saved[name]
		mine, sent := typed[name]
		moved := was[name] != pages.Digest(now)
		if moved && (!sent || pages.Digest(mine) != pages.Digest(now)) { // what a script saved a moment ago is one's own
			theirs = append(theirs, name)
		}
		switch {
		case !sent || pages.Digest(mine) == pages.Digest(now):
			merged[name] = now
		case !moved:
			merged[name] = mine
		case pages.Digest(mine) == was[name]:
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

// keepTheirs leaves in a form that is shown again only what both changed as it was typed: everything else stands there as it is
// saved by now, and sending the form again is a decision about what both changed alone.
func keepTheirs(t *pages.Typed, clashed []string, saved map[string]string) {
	for name, text := range saved {
		if !slices.Contains(clashed, name) {
			t.Values[name] = []string{text}
		}
	}
	delete(t.Values, "was")
}

// clashMessage is what is said where somebody else saved what was being written.
const clashMessage = "somebody else saved this while you were writing; nothing of yours is lost: look at both"

var errClash = factcheck.Conflict(clashMessage)

// clashError says which fields of a form both changed, with what was typed and what is saved.
type clashError struct {
	names        []string
	typed, saved map[string]string
}

// Error implements error.
func (e *clashError) Error() string { return "changed by two: " + strings.Join(e.names, ", ") }

// clash returns the error that shows a form again with what both changed; nil if there is nothing.
func clash(names []string, typed, saved map[string]string) error {
	if len(names) == 0 {
		return nil
	}
	return &factcheck.Error{Code: factcheck.CodeConflict, Message: clashMessage, Err: &clashError{names, typed, saved}}
}

// oneField returns the error for a form of one text if somebody else saved another one since the form was shown.
func oneField(f form, name, saved string) error {
	typed, now := map[string]string{name: f.line(name)}, map[string]string{name: saved}
	_, clashed, _ := mergeFields(map[string]string{name: f.get("was")}, typed, now)
	return clash(clashed, typed, now)
}

// fillClash shows what both changed in the form that was typed into, if an error says so.
func fillClash(p *claimWork, err error) {
	e, ok := errors.AsType[*clashError](err)
	if !ok {
		return
	}
	keepTheirs(&p.Typed, e.names, e.saved)
	p.Clashes = map[string][]pages.Clash{p.Form: clashesOf(e.names, e.typed, e.saved, fieldWord)}
}

// fieldWord is how a field is called whose name says what it is.
func fieldWord(name string) string {
	return strings.TrimSuffix(sentence(strings.ReplaceAll(name, "_", " ")), ".")
}
