package api

import (
	"iter"
	"reflect"
	"strings"
	"sync"

	"github.com/touchstone-factcheck/touchstone/internal/problem"
)

// fieldTree says which members of a JSON object are wanted: with nil all of them, and all of a member whose own tree is nil.
type fieldTree map[string]fieldTree

// maxFields is how many fields a request names at most.
const maxFields = 50

// parseFields reads a list of fields against the type of the answer. All that there is not is named, at query.fields.
func parseFields(list string, of reflect.Type) (fieldTree, error) {
	if list == "" {
		return nil, nil
	}
	tree := fieldTree{}
	var wrong []problem.Detail
	names := strings.Split(list, ",")
	if len(names) > maxFields {
		return nil, problem.BadRequest(problem.Detail{Location: "query.fields", Message: "name at most 50 fields"})
	}
	for _, name := range names {
		name = strings.TrimSpace(name)
		if known, message := hasField(of, name); !known {
			wrong = append(wrong, problem.Detail{Location: "query.fields", Message: message})
			continue
		}
		tree.add(strings.Split(name, "."))
	}
	if len(wrong) > 0 {
		return nil, problem.BadRequest(wrong[:min(len(wrong), maxNamed)]...)
	}
	return tree, nil
}

// maxRemembered is how many lists a fieldMemory holds.
const maxRemembered = 64

// fieldMemory remembers lists of fields of one type that were read: partners ask for the same ones all day. The zero value is
// ready, and safe for concurrent use.
type fieldMemory struct {
	mu    sync.Mutex
	trees map[string]fieldTree
}

// parse is parseFields, whose tree must not be changed. When the memory is full it begins anew.
func (m *fieldMemory) parse(list string, of reflect.Type) (fieldTree, error) {
	m.mu.Lock()
	tree, known := m.trees[list]
	m.mu.Unlock()
	if known {
		return tree, nil
	}
	tree, err := parseFields(list, of)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.trees == nil || len(m.trees) >= maxRemembered {
		m.trees = make(map[string]fieldTree, maxRemembered)
	}
	m.trees[strings.Clone(list)] = tree
	return tree, nil
}

// add puts a path in. A whole object holds its parts, whichever was named first.
func (t fieldTree) add(path []string) {
	below, named := t[path[0]]
	switch {
	case len(path) == 1:
		t[path[0]] = nil
	case named && below == nil:
	default:
		if below == nil {
			below = fieldTree{}
			t[path[0]] = below
		}
		below.add(path[1:])
	}
}

// hasField reports whether a type has a field at a path, and what to say if it has not.
func hasField(t reflect.Type, path string) (bool, string) {
	at := ""
	for name := range strings.SplitSeq(path, ".") {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || t.PkgPath() == "time" {
			return false, clip(at, 60) + " has no fields of its own"
		}
		f, known := fieldNamed(t, name)
		if !known {
			return false, "there is no field " + clip(path, 60) + "; known are " + strings.Join(fieldNames(t), ", ")
		}
		at, t = strings.TrimPrefix(at+"."+name, "."), f.Type
	}
	return true, ""
}

func fieldNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && jsonName(f) == name && name != "" {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

func fieldNames(t reflect.Type) []string {
	var out []string
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && jsonName(f) != "" {
			out = append(out, jsonName(f))
		}
	}
	return out
}

// appendTo appends what is wanted of a valid, compact JSON value: of an object these members in their order, of a list the
// same of each. It reads the text once and parses no more than it must.
func (t fieldTree) appendTo(dst, text []byte) []byte {
	if t == nil {
		return append(dst, text...)
	}
	switch text[0] {
	case '{':
		return t.appendObject(dst, text)
	case '[':
		dst = append(dst, '[')
		empty := len(dst)
		for element := range elements(text) {
			if len(dst) > empty {
				dst = append(dst, ',')
			}
			dst = t.appendTo(dst, element)
		}
		return append(dst, ']')
	}
	return append(dst, text...) // null, where there is no object
}

func (t fieldTree) appendObject(dst, text []byte) []byte {
	dst = append(dst, '{')
	empty := len(dst)
	for name, value := range members(text) {
		below, wanted := t[string(name)]
		if !wanted {
			continue
		}
		if len(dst) > empty {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), name...), `":`...)
		dst = below.appendTo(dst, value)
	}
	return append(dst, '}')
}

// members walks the names, as they are written, and the values of a valid, compact JSON object.
func members(text []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for i := 1; i < len(text) && text[i] != '}'; {
			if text[i] == ',' {
				i++
			}
			colon := valueEnd(text, i)
			end := valueEnd(text, colon+1)
			if !yield(text[i+1:colon-1], text[colon+1:end]) {
				return
			}
			i = end
		}
	}
}

// elements walks the values of a valid, compact JSON list.
func elements(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := 1; i < len(text) && text[i] != ']'; {
			if text[i] == ',' {
				i++
			}
			end := valueEnd(text, i)
			if !yield(text[i:end]) {
				return
			}
			i = end
		}
	}
}

// valueEnd returns where the JSON value that begins at i ends. The text is valid and compact.
func valueEnd(text []byte, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ':':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}
