package export

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
)

// Field is a field of a file of an edition.
type Field struct {
	Name        string   `json:"name"` // a column; of NDJSON a path, [] after what is a list
	Type        string   `json:"type"` // string, integer, boolean, datetime, array, object
	Description string   `json:"description"`
	Values      []string `json:"values,omitempty"` // all there are, where that is known
}

// Dictionary returns the fields of the files of an edition by format, as JSON: of the table from its columns, of NDJSON from the types
// that its lines are made of. A field without a description is an error.
func Dictionary() (string, error) {
	all := map[string][]Field{}
	for _, c := range exchange.CSVColumns() {
		all[exchange.FormatCSV] = append(all[exchange.FormatCSV], Field{Name: c.Name, Type: c.Type, Description: c.Description})
	}
	all[exchange.FormatNDJSON] = append(fieldsOf(reflect.TypeFor[document.Claim](), ""),
		Field{Name: "versions", Type: "array", Description: "Every public state of the claim's page, oldest first, as it may be shown when the file is made"},
		Field{Name: "versions[].n", Type: "integer", Description: "Counts the public states of the page, from 1"},
		Field{Name: "versions[].at", Type: "datetime", Description: "When it became public"},
		Field{Name: "versions[].kind", Type: "string", Description: "What made it: published, update, clarification, correction, retraction, suspended, restored, redacted, …"},
		Field{Name: "versions[].note", Type: "string", Description: "The public note"},
		Field{Name: "versions[].claim", Type: "object", Description: "The claim as it was, with the fields of a claim above"},
		Field{Name: "appearance_events", Type: "array", Description: "What happened to the claim's appearances since it is public, oldest first"})
	all[exchange.FormatNDJSON] = append(all[exchange.FormatNDJSON], fieldsOf(reflect.TypeFor[Event](), "appearance_events[].")...)
	for format, fields := range all {
		for _, f := range fields {
			if f.Description == "" || f.Type == "" {
				return "", fmt.Errorf("the %s field %s is not described", format, f.Name)
			}
		}
	}
	raw, err := json.Marshal(all)
	return string(raw), err
}

// Fields reads a dictionary.
func Fields(dictionary string) (map[string][]Field, error) {
	var all map[string][]Field
	if err := json.Unmarshal([]byte(dictionary), &all); err != nil {
		return nil, fmt.Errorf("read the data dictionary: %w", err)
	}
	return all, nil
}

// columnsIn returns the names of the columns of the table that a dictionary describes.
func columnsIn(dictionary string) ([]string, error) {
	all, err := Fields(dictionary)
	var names []string
	for _, f := range all[exchange.FormatCSV] {
		names = append(names, f.Name)
	}
	return names, err
}

// fieldsOf describes the members of a type by its tags, those of inner types by their path.
func fieldsOf(t reflect.Type, under string) []Field {
	var out []Field
	for _, member := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(member.Tag.Get("json"), ",")
		f := Field{Name: under + name, Description: member.Tag.Get("doc")}
		if values := member.Tag.Get("enum"); values != "" {
			f.Values = strings.Split(values, ",")
		}
		kind, inner := member.Type, ""
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		if kind.Kind() == reflect.Slice {
			f.Type, inner, kind = "array", "[]", kind.Elem()
		}
		below := kind.Kind() == reflect.Struct && kind != reflect.TypeFor[time.Time]()
		if f.Type == "" {
			f.Type = typeName(kind)
		}
		out = append(out, f)
		if below {
			out = append(out, fieldsOf(kind, f.Name+inner+".")...)
		}
	}
	return out
}

func typeName(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "datetime"
	case t.Kind() == reflect.String:
		return "string"
	case t.Kind() == reflect.Bool:
		return "boolean"
	case t.Kind() == reflect.Struct:
		return "object"
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64:
		return "integer"
	}
	return ""
}
