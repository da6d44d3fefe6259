package match

import "slices"

// rows is the features of all candidates, one row after the other.
type rows struct {
	width  int
	values []float32
	names  *[]string // collects the names, nil but for ownNames
}

func (r *rows) row(i int) []float32 { return r.values[i*r.width : (i+1)*r.width] }

func (r *rows) len() int { return len(r.values) / max(1, r.width) }

// noPart is for features of the whole.
const noPart = -1

// partNames name the features of each part.
var partNames = [parts]string{".claim", ".title", ".answer"}

// add appends a feature. A value that is no number would spoil the sum: it counts as nothing.
func (r *rows) add(name string, part int, v float32) {
	if r.names != nil {
		if part >= 0 {
			name += partNames[part]
		}
		*r.names = append(*r.names, name)
	}
	if v != v || v > 1e6 || v < -1e6 {
		v = 0
	}
	r.values = append(r.values, v)
}

// related returns which features are also compared with the other candidates'. What is the same for all is not.
func related(names []string) []int {
	var out []int
	for i, n := range names {
		switch n {
		case "rank", "media", "numbers.text", "text.length", "text.unknown", "text.idf":
		default:
			out = append(out, i)
		}
	}
	return out
}

// features is the layout of a row.
type features struct {
	own     int      // features of a candidate by itself
	related []int    // of these, those also compared with the other candidates'
	names   []string // of all
}

// layout is worked out once, from a candidate of nothing.
var layout = func() *features {
	f := &features{}
	q := &question{m: &Matcher{model: &Model{}}, docs: []doc{{}}}
	q.rows.names = &f.names
	q.compare(0)
	f.own = len(f.names)
	f.related = related(f.names)
	for _, i := range f.related {
		f.names = append(f.names, f.names[i]+"^")
	}
	f.names = slices.Clip(f.names)
	return f
}()

// compute makes the rows of all candidates: their own features, and each against the best of the others.
func (q *question) compute() {
	r := &q.rows
	r.width, r.values = len(layout.names), r.values[:0]
	pad := len(layout.related)
	for i := range q.docs {
		q.compare(i)
		for range pad {
			r.values = append(r.values, 0)
		}
	}
	n := len(q.docs)
	for k, f := range layout.related {
		first, second := float32(-1e9), float32(-1e9)
		for i := range n {
			switch v := r.values[i*r.width+f]; {
			case v > first:
				first, second = v, first
			case v > second:
				second = v
			}
		}
		for i := range n {
			v, best := r.values[i*r.width+f], first
			if v == first && second > -1e8 {
				best = second
			}
			r.values[i*r.width+layout.own+k] = v - best
		}
	}
}
