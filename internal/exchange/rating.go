package exchange

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// setRating reads the label and the numbers. The label is trusted over the numbers: scales are turned upside down in
// markup, labels are what readers saw.
func (r *Record) setRating(f found, clean cleaner) error {
	r.Numeric = r.numeric(f)
	label := clean.line(f.label)
	if label == "" {
		if r.Numeric == nil {
			return errors.New("there is no verdict: neither a label nor a rating in numbers")
		}
		label = number(r.Numeric.Value) + "/" + number(r.Numeric.Best)
		r.note("The verdict has no label, only the number %s.", label)
	}
	r.Rating = factcheck.Rating{Label: label}
	if f.read {
		return r.ownRating(f)
	}
	scale, l, ok := factcheck.ReadLabel(r.Publisher.Site, label)
	if !ok {
		return nil
	}
	r.Rating.Truth, r.Rating.Reasons, r.Scale = l.Truth, l.Reasons, scale.Ref()
	if scale.Site != "" {
		r.Rating.Label = l.Label // as the publisher spells it; crawls have slugs
	}
	if n := r.Numeric; n != nil && n.Best != n.Worst {
		low, high := l.Truth == factcheck.TruthFalse && n.Value == n.Best, l.Truth == factcheck.TruthTrue && n.Value == n.Worst
		if low || high || n.Best < n.Worst {
			r.note("The scale is upside down: %q is %s from %s (worst) to %s (best). The label was trusted.", r.Rating.Label, number(n.Value), number(n.Worst), number(n.Best))
		}
	}
	return nil
}

// ownRating takes over the reading of our own export: labels may have been mapped by hand there.
func (r *Record) ownRating(f found) error {
	truth := factcheck.Truth(f.truth)
	if !truth.Valid() {
		return fmt.Errorf("truth %q is not one of true, mostly_true, mixed, mostly_false and false", clipText(f.truth, 40))
	}
	r.Rating.Truth, r.Scale = truth, f.scale
	for _, reason := range f.reasons {
		if !factcheck.Reason(reason).Valid() {
			return fmt.Errorf("%q is not a reason", clipText(reason, 40))
		}
		r.Rating.Reasons = append(r.Rating.Reasons, factcheck.Reason(reason))
	}
	return nil
}

// numeric reads the rating's numbers. Minus one for all three is how some say that there is no rating in numbers.
func (r *Record) numeric(f found) *Numeric {
	var n [3]float64
	for i, s := range []string{f.value, f.best, f.worst} {
		s = strings.TrimSpace(s)
		if s == "" && i > 0 {
			continue
		}
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || v != v || v > 1e9 || v < -1e9 {
			if s != "" {
				r.note("The rating %q is not a number that can be used.", clipText(s, 40))
			}
			return nil
		}
		n[i] = v
	}
	if n[0] == -1 && n[1] == -1 && n[2] == -1 {
		return nil
	}
	if n[1] == n[2] && n[1] == 0 {
		n[1], n[2] = 5, 1 // schema.org's defaults
	}
	if n[0] < min(n[1], n[2]) || n[0] > max(n[1], n[2]) {
		r.note("The rating %s is outside of its scale from %s to %s and is left out.", number(n[0]), number(n[2]), number(n[1]))
		return nil
	}
	return &Numeric{Value: n[0], Best: n[1], Worst: n[2]}
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
