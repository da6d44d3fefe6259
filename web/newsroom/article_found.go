package newsroom

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// with returns the address of this page with one more word in its query, and of a place on it.
func (p ArticlePage) with(name, value, place string) templ.SafeURL {
	q := url.Values{name: {value}}
	if p.From != "" {
		q.Set("from", p.From)
	}
	return templ.SafeURL(articlePath(p.ID) + "?" + q.Encode() + "#" + place)
}

// useURL returns the address that puts a quotation into the link form.
func (p ArticlePage) useURL(q Quotation) templ.SafeURL {
	return p.with("passage", number(q.Start)+"-"+number(q.End), "link")
}

// takeURL returns the address that puts a value found into the edit form.
func (p ArticlePage) takeURL(f Found) templ.SafeURL {
	return p.with("take", number(f.Index), editID(f.Input))
}

// listURL returns the address of the list that the article was opened from.
func (p ArticlePage) listURL() templ.SafeURL {
	if p.From == "" {
		return "/newsroom/articles"
	}
	return templ.SafeURL("/newsroom/articles?" + p.From)
}

// listWord says which list that is.
func (p ArticlePage) listWord() string {
	q, err := url.ParseQuery(p.From)
	switch {
	case err != nil || p.From == "":
		return "Back to the articles"
	case q.Get("q") != "":
		return "Back to what was searched for"
	case q.Get("linked") == "unlinked":
		return "Back to the articles not linked yet"
	case q.Get("linked") == "suggested":
		return "Back to the articles with suggestions"
	case q.Get("linked") == "linked":
		return "Back to the linked articles"
	}
	return "Back to the articles"
}

// differing returns the fields in which what the page says differs from what stands here, each once, in words.
func (p ArticlePage) differing() string {
	var fields []string
	seen := map[string]bool{}
	for _, f := range p.Found {
		if f.Differs && !seen[f.Field] {
			seen[f.Field] = true
			fields = append(fields, f.Field)
		}
	}
	return strings.Join(fields, ", ")
}

// shown returns what was found as the table shows it; of a text, only its length is kept.
func (f Found) shown() string {
	if f.Field == "text" {
		return f.Value + " bytes"
	}
	return ui.Clip(f.Value, 300)
}

// takeable reports whether a value found can be taken: what was erased by a redaction is not brought back.
func (p ArticlePage) takeable(f Found) bool { return f.Input != "" && f.Take != "" && !p.Redacted }

// wrong returns what went wrong with any form of the page.
func (p ArticlePage) wrong() string {
	for _, l := range p.Links {
		if e := l.Change.Error + l.Mark.Error; e != "" {
			return e
		}
	}
	return p.Error + p.Edit.Error + p.Link.Error
}

// editID returns the id of a field of the edit form.
func editID(name string) string {
	return map[string]string{
		"title": "edit-title", "author": "edit-author", "outlet_name": "edit-outlet", "outlet_site": "edit-site", "language": "edit-language",
		"published": "edit-published", "modified": "edit-modified", "archive_url": "edit-archive", "lead_image": "edit-image", "text": "edit-text",
	}[name]
}

// linkID returns the id of a field of the form that links a passage, by the name that an error has for it.
func linkID(field string) string {
	return map[string]string{
		"quote": "passage-new", "find": "find-claim", "claim": "which-claim", "text": "claim-text", "language": "claim-lang", "name": "claimant",
		"stance": "stance-new", "appeared": "appeared", "note": "note", "not_same": "near",
	}[field]
}

// stanceID returns the id of a field of the form about the stance of a link.
func stanceID(l Link, field string) string {
	prefix, ok := map[string]string{"quote": "passage-", "stance": "stance-", "appeared": "appeared-", "note": "note-"}[field]
	return targetIf(ok, prefix+l.ID)
}

// markID returns the id of a field of the form about what became of a passage.
func markID(l Link, field string) string {
	prefix, ok := map[string]string{"state": "state-", "at": "at-", "note": "marknote-"}[field]
	return targetIf(ok, prefix+l.ID)
}

// ofArticle returns what was done to the article itself, and whether that is what happened.
func (e Event) ofArticle() (word string, ok bool) {
	switch e.Kind {
	case "article.add":
		word = "added the article"
		if e.Again {
			word = "added it once more: it was here"
		}
	case "article.edit":
		word = "corrected what was found"
		if e.TextChanged {
			word = "corrected the text"
		}
	case "article.refresh":
		word = "read the page anew: nothing new in the text"
		if e.TextChanged {
			word = "read the page anew: the text has changed"
		}
	case "snapshot.take_down":
		word = "took down a copy"
	case "suggestion.make":
		word = "looked for claims in the text: " + suggestedCount(e.Suggested) + " more"
	case "suggestion.reject":
		word = "rejected a suggestion"
	case "suggestion.undo":
		word = "took back what was decided of a suggestion"
	case "check.accept":
		word = "took a fact-check as its publisher’s verdict"
	default:
		return "", false
	}
	if e.Kept {
		word += ", a copy was kept"
	}
	switch {
	case e.Lost == 1:
		word += ", one passage is not in it any more"
	case e.Lost > 1:
		word += ", " + number(e.Lost) + " passages are not in it any more"
	}
	return word, true
}
