package site

import (
	"net/http"
	"net/url"
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
	In, Example                 string // of a parameter: path, query or header, and a value it may have
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

// curl is the example of the operation as a command: with what it requires, and the example of each body.
func (p OperationPage) curl() string {
	o := p.Operation
	address, query := o.Path, []string{}
	var headers []string
	if o.Keyed {
		headers = append(headers, `-H "Authorization: Bearer $TOUCHSTONE_KEY"`)
	}
	for _, f := range o.Parameters {
		switch {
		case f.In == "path":
			address = strings.ReplaceAll(address, "{"+f.Name+"}", url.PathEscape(f.Example))
		case f.In == "query" && f.Required:
			query = append(query, f.Name+"="+url.QueryEscape(f.Example))
		case f.Name == "If-Match":
			headers = append(headers, `-H "If-Match: $ETAG"`)
		}
	}
	address = p.Origin + address
	if len(query) > 0 {
		address += "?" + strings.Join(query, "&")
	}
	method := ""
	if o.Method != http.MethodGet && (o.Method != http.MethodPost || len(o.Bodies) == 0) { // which curl would not choose by itself
		method = "-X " + o.Method + " "
	}
	lines := append([]string{"curl " + method + shellQuoted(address)}, headers...)
	for _, b := range o.Bodies {
		lines = append(lines, "-H "+shellQuoted("Content-Type: "+b.Kind), "-d "+shellQuoted(b.Example))
	}
	return strings.Join(lines, " \\\n  ")
}

// shellQuoted returns a text as one word of a POSIX shell, in which nothing means anything.
func shellQuoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// referencePage is the path of an operation's page.
func referencePage(o Operation) string { return "/developers/reference/" + o.ID }

// firstSentence returns a text up to its first full stop.
func firstSentence(text string) string {
	first, _, _ := strings.Cut(text, ". ")
	return strings.TrimSuffix(first, ".") + "."
}
