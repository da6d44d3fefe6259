package site

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	pages "github.com/touchstone-factcheck/touchstone/web/site"
)

// deepest is how many levels of a body the reference shows; below, the type's name stands.
const deepest = 5

// apiSchema is what the reference shows of a JSON Schema.
type apiSchema struct {
	Ref, Description, Format, Pattern string
	Type                              any // a name, or several
	Enum, Examples                    []any
	Default                           any
	Minimum, Maximum                  *float64
	MinLength, MaxLength, MaxItems    *int
	Required                          []string
	Properties                        map[string]apiSchema
	Items                             *apiSchema
	AnyOf                             []apiSchema
}

// UnmarshalJSON reads a schema; the name of the reference to another begins with a dollar sign.
func (s *apiSchema) UnmarshalJSON(b []byte) error {
	type plain apiSchema
	var own struct {
		plain
		Ref string `json:"$ref"`
	}
	if err := json.Unmarshal(b, &own); err != nil {
		return fmt.Errorf("read a schema: %w", err)
	}
	*s = apiSchema(own.plain)
	s.Ref = own.Ref[strings.LastIndexByte(own.Ref, '/')+1:]
	return nil
}

// fields lists the fields of a body, those within others after them, with the path from the top: data[].claim.id.
func (d *openAPI) fields(s apiSchema, within string, open []string) []pages.Field {
	s, _ = d.resolved(s)
	switch {
	case s.Ref != "" && (slices.Contains(open, s.Ref) || len(open) >= deepest):
		return nil
	case s.Ref != "":
		of := d.Components.Schemas[s.Ref]
		return d.fields(of, within, append(slices.Clone(open), s.Ref))
	case s.Items != nil:
		return d.fields(*s.Items, within+"[]", open)
	}
	var list []pages.Field
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		path := strings.TrimPrefix(within+"."+name, ".")
		list = append(list, pages.Field{Name: path, Type: d.typeOf(p), Required: slices.Contains(s.Required, name), Meaning: p.Description, Limits: p.limits()})
		list = append(list, d.fields(p, path, open)...)
	}
	return list
}

// resolved returns what a schema is beside null.
func (d *openAPI) resolved(s apiSchema) (apiSchema, bool) {
	if len(s.AnyOf) == 2 && s.AnyOf[1].describe() == "null" {
		return s.AnyOf[0], true
	}
	return s, false
}

// typeOf words the type of a field.
func (d *openAPI) typeOf(s apiSchema) string {
	s, nullable := d.resolved(s)
	words := s.describe()
	if nullable {
		words += " or null"
	}
	return words
}

// describe words the type of a schema.
func (s apiSchema) describe() string {
	var words string
	switch t := s.Type.(type) {
	case string:
		words = t
	case []any:
		for i, one := range t {
			if i > 0 {
				words += " or "
			}
			words += fmt.Sprint(one)
		}
	default:
		words = "object"
	}
	switch {
	case s.Items != nil:
		words = strings.Replace(words, "array", "list of "+s.Items.describe(), 1)
	case s.Format != "" && s.Format != "int64" && s.Format != "double":
		words += " (" + s.Format + ")"
	}
	return words
}

// limits words what a value may be.
func (s apiSchema) limits() string {
	var said []string
	if len(s.Enum) > 0 {
		var values []string
		for _, v := range s.Enum {
			if v != nil {
				values = append(values, fmt.Sprint(v))
			}
		}
		said = append(said, "one of "+strings.Join(values, ", "))
	}
	for _, n := range []struct {
		words string
		limit *float64
	}{{"at least %v", s.Minimum}, {"at most %v", s.Maximum}} {
		if n.limit != nil {
			said = append(said, fmt.Sprintf(n.words, *n.limit))
		}
	}
	for _, n := range []struct {
		words string
		limit *int
	}{{"at least %d characters", s.MinLength}, {"at most %d characters", s.MaxLength}, {"at most %d of them", s.MaxItems}} {
		if n.limit != nil {
			said = append(said, fmt.Sprintf(n.words, *n.limit))
		}
	}
	if s.Default != nil {
		said = append(said, fmt.Sprintf("%v if left out", s.Default))
	}
	if len(s.Examples) > 0 {
		said = append(said, fmt.Sprintf("for instance %v", s.Examples[0]))
	}
	return strings.Join(said, "; ")
}

// example returns a value as the document gives it: an example, or else the first of those to choose from; "" where there is neither.
func (s apiSchema) example() string {
	for _, list := range [][]any{s.Examples, s.Enum} {
		if len(list) > 0 && list[0] != nil {
			return fmt.Sprint(list[0])
		}
	}
	return ""
}
