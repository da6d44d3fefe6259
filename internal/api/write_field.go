package api

import (
	"encoding"
	"strconv"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// identifier is an id of some kind.
type identifier[T any] interface {
	*T
	encoding.TextUnmarshaler
}

// idOf reads an id out of a field; none is the zero id. The error is CodeInvalid.
func idOf[T any, P identifier[T]](field, text string) (T, error) {
	var id T
	if text == "" {
		return id, nil
	}
	if err := P(&id).UnmarshalText([]byte(text)); err != nil {
		return id, factcheck.Invalid(field, "this is not an id of what belongs here")
	}
	return id, nil
}

// idList reads a list of ids out of a field; each has to be one.
func idList[T any, P identifier[T]](field string, list []string) ([]T, error) {
	var out []T
	for i, text := range list {
		id, err := idOf[T, P](indexed(field, i), text)
		if err == nil && text == "" {
			err = factcheck.Invalid(indexed(field, i), "give an id")
		}
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

// pathID reads the id of a path. What is no id is nothing that is here.
func pathID[T any, P identifier[T]](text, missing string) (T, error) {
	id, err := idOf[T, P]("id", text)
	if err != nil || text == "" {
		return id, factcheck.NotFound("%s", missing)
	}
	return id, nil
}

// dateOf reads a date that is as exact as it is written; none for nothing.
func dateOf(field, text string) (factcheck.Date, error) {
	if text == "" {
		return factcheck.Date{}, nil
	}
	date, err := factcheck.ParseDate(text)
	if err != nil {
		return date, factcheck.Invalid(field, "write 2025, 2025-06, 2025-06-07 or 2025-06-07T16:40:00Z")
	}
	return date, nil
}

// momentOf reads a point in time, or a day, which stands for its first moment in UTC; nil for nothing.
func momentOf(field, text string) (*time.Time, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no moment
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil && inRange(at.UTC()) {
			at = at.UTC().Truncate(time.Microsecond)
			return &at, nil
		}
	}
	return nil, factcheck.Invalid(field, "write a moment as 2025-06-07T16:40:00Z, or a day as 2025-06-07")
}

// put puts what was sent in the place of what is there; nothing sent leaves it.
func put[T any](there, sent *T) {
	if sent != nil {
		*there = *sent
	}
}

func indexed(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }
