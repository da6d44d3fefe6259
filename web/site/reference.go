package site

import (
	"net/http"
	"strings"

	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// Reference is all that a partner's program can ask, and all that webhooks send.
type Reference struct {
	Operations []Operation
	Messages   []Operation // without a method: the path is the type
}

// Operation is one operation of the API as partners read it. Its words are English.
type Operation struct {
	ID, Method, Path, Summary, Description string
	Keyed                                  bool // it takes a key
	Parameters                             []Field
	Bodies                                 []OperationBody
	Answers                                []OperationAnswer
}

// Field is a parameter or a field of a body.
type Field struct {
	Name, Type, Meaning, Limits string
	Required                    bool
}

// OperationBody is what is sent or answered in one media type.
type OperationBody struct {
	Kind, Example string
	Fields        []Field
}

// OperationAnswer is one status of an operation.
type OperationAnswer struct {
	Status, Meaning string
	Bodies          []OperationBody
}

// Find returns the operation or message of an id.
func (r Reference) Find(id string) (Operation, bool) {
	for _, list := range [][]Operation{r.Operations, r.Messages} {
		for _, o := range list {
			if o.ID == id {
				return o, true
			}
		}
	}
	return Operation{}, false
}

// ReferenceGroup is operations on one kind of thing.
type ReferenceGroup struct {
	Name       string
	Operations []Operation
}

// Groups returns the operations by the first part of their path, in their order.
func (r Reference) Groups() []ReferenceGroup {
	var groups []ReferenceGroup
	for _, o := range r.Operations {
		name, _, _ := strings.Cut(strings.TrimPrefix(o.Path, "/api/v1/"), "/")
		if len(groups) == 0 || groups[len(groups)-1].Name != name {
			groups = append(groups, ReferenceGroup{Name: name})
		}
		last := &groups[len(groups)-1]
		last.Operations = append(last.Operations, o)
	}
	return groups
}

// OperationPage is /developers/reference/{id}.
type OperationPage struct {
	ui.Shell
	Canonical string
	Operation Operation
	Origin    string
	Reference Reference
}

func (p OperationPage) head() ui.Head {
	h := ui.Head{Title: p.Operation.Summary + " (API)", Description: p.Operation.Description, Canonical: p.Canonical, ShareLang: "en", Style: developersStyle}
	if ui.PrimaryLanguage(p.Lang) != "en" {
		h.Robots = "noindex" // the same words are in their own language already
	}
	return h
}

// curl is the example of the operation as a command.
func (p OperationPage) curl() string {
	o := p.Operation
	path := o.Path
	query := ""
	for _, f := range o.Parameters {
		_, example, _ := strings.Cut(f.Limits, "for instance ")
		if strings.HasPrefix(f.Type, "path") {
			path = strings.ReplaceAll(path, "{"+f.Name+"}", example)
		} else if f.Required && strings.HasPrefix(f.Type, "query") {
			if example == "" {
				example, _, _ = strings.Cut(strings.TrimPrefix(f.Limits, "one of "), ",")
			}
			query = "?" + f.Name + "=" + strings.NewReplacer(":", "%3A", "/", "%2F", "?", "%3F", "&", "%26").Replace(example)
		}
	}
	lines := []string{"curl '" + p.Origin + path + query + "'"}
	if o.Method != http.MethodGet && (o.Method != http.MethodPost || len(o.Bodies) == 0) {
		lines[0] = "curl -X " + o.Method + " '" + p.Origin + path + query + "'"
	}
	if o.Keyed {
		lines = append(lines, `-H "Authorization: Bearer $TOUCHSTONE_KEY"`)
	}
	for _, f := range o.Parameters {
		if f.Name == "If-Match" {
			lines = append(lines, `-H "If-Match: $ETAG"`)
		}
	}
	for _, b := range o.Bodies {
		lines = append(lines, "-H 'Content-Type: "+b.Kind+"'", "-d '"+strings.ReplaceAll(b.Example, "'", `'\''`)+"'")
	}
	return strings.Join(lines, " \\\n  ")
}

// referencePage is the path of an operation's page.
func referencePage(o Operation) string { return "/developers/reference/" + o.ID }

// firstSentence returns a text up to its first full stop.
func firstSentence(text string) string {
	first, _, _ := strings.Cut(text, ". ")
	return strings.TrimSuffix(first, ".") + "."
}
