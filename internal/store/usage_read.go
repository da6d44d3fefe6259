package store

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Steps of a UsageSpan.
const (
	StepHour  = "hour"
	StepDay   = "day"
	StepWeek  = "week"
	StepMonth = "month"
)

// MaxUsageSpan is the longest time that use is shown for at once: as long as it is kept.
const MaxUsageSpan = daysKept

// UsageSpan is a time, in steps of some length. What is older than ninety days is known by days of UTC alone.
type UsageSpan struct {
	From, Until time.Time // From begins a step; Until is not in it
	Step        string
	Zone        *time.Location // in which days begin; nil is UTC
}

// UsageSpanOf returns the span from the day of one moment up to another, in steps of which there are few enough to be looked at: hours
// for up to two days, then days, weeks for more than two months and months for more than a year. CodeInvalid names from or until for
// what is no span, or longer than MaxUsageSpan.
func UsageSpanOf(from, until time.Time, zone *time.Location) (UsageSpan, error) {
	if zone == nil {
		zone = time.UTC
	}
	s := UsageSpan{From: from.In(zone), Until: until.In(zone), Step: StepHour, Zone: zone}
	switch long := until.Sub(from); {
	case long <= 0:
		return s, invalidf("until", "this is not after the beginning")
	case long > MaxUsageSpan:
		return s, invalidf("from", "use is known for two years; choose a shorter time")
	case long > 366*24*time.Hour:
		s.Step = StepMonth
	case long > 62*24*time.Hour:
		s.Step = StepWeek
	case long > 49*time.Hour: // two days, one of which may have twenty-five hours
		s.Step = StepDay
	}
	s.From = s.floor(s.From)
	return s, nil
}

// floor returns the beginning of the step that a moment lies in; weeks begin on Monday (ISO 8601), as in PostgreSQL.
func (s UsageSpan) floor(at time.Time) time.Time {
	y, m, d := at.Date()
	switch s.Step {
	case StepHour:
		return at.Add(-time.Duration(at.Minute())*time.Minute - time.Duration(at.Second())*time.Second - time.Duration(at.Nanosecond()))
	case StepWeek:
		d -= (int(at.Weekday()) + 6) % 7
	case StepMonth:
		d = 1
	}
	return time.Date(y, m, d, 0, 0, 0, 0, at.Location())
}

// Steps returns when each step begins.
func (s UsageSpan) Steps() []time.Time {
	var out []time.Time
	for at := s.From; at.Before(s.Until); {
		out = append(out, at)
		switch s.Step {
		case StepHour:
			at = at.Add(time.Hour)
		case StepWeek:
			at = at.AddDate(0, 0, 7)
		case StepMonth:
			at = at.AddDate(0, 1, 0)
		default:
			at = at.AddDate(0, 0, 1)
		}
	}
	return out
}

// UsageRow is how a key was used for an operation, in a step.
type UsageRow struct {
	At        time.Time // when the step begins
	Operation factcheck.Operation
	UsageCount
}

// KeyUsage is how a key was used.
type KeyUsage struct {
	Key  Key
	Span UsageSpan
	Rows []UsageRow // oldest first; steps without a call have none
}

// Total returns all calls together.
func (u KeyUsage) Total() UsageCount {
	var out UsageCount
	for _, r := range u.Rows {
		out.Sum(r.UsageCount)
	}
	return out
}

// ByStep returns the calls of each step of the span, those without any too.
func (u KeyUsage) ByStep() []UsageRow {
	steps := u.Span.Steps()
	out := make([]UsageRow, len(steps))
	for i, at := range steps {
		out[i].At = at
	}
	for _, r := range u.Rows {
		if i := sort.Search(len(steps), func(i int) bool { return steps[i].After(r.At) }) - 1; i >= 0 {
			out[i].Sum(r.UsageCount)
		}
	}
	return out
}

// ByOperation returns the calls for each operation that there were any for, most first.
func (u KeyUsage) ByOperation() []UsageRow {
	var out []UsageRow
	for _, o := range factcheck.Operations() {
		sum := UsageRow{Operation: o}
		for _, r := range u.Rows {
			if r.Operation == o {
				sum.Sum(r.UsageCount)
			}
		}
		if sum.Calls > 0 {
			out = append(out, sum)
		}
	}
	slices.SortStableFunc(out, func(a, b UsageRow) int { return int(b.Calls - a.Calls) })
	return out
}

// KeyUsage returns how a key was used in a span. What other nodes counted in the last five seconds may be missing. Two queries.
// CodeNotFound for a key that there is not, or whose use the actor may not see: editors and admins see any, others their own, and a key
// itself.
func (db *DB) KeyUsage(ctx context.Context, actor factcheck.Actor, id factcheck.KeyID, span UsageSpan) (KeyUsage, error) {
	db.writeUsage(ctx)
	out := KeyUsage{Span: span}
	err := db.write(ctx, actor, factcheck.ReadUsage, "read the use of "+id.String(), func(t *tx) error {
		var err error
		if out.Key, err = t.seenKey(id); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `SELECT date_trunc($2, at, $3), operation, sum(calls)::bigint, sum(refused)::bigint, sum(limited)::bigint, sum(failed)::bigint, sum_latency(latency), max(burst), max(daily)
			FROM key_usage WHERE key_id = $1 AND at >= $4 AND at < $5 GROUP BY 1, 2 ORDER BY 1, 2`, id, span.Step, zoneName(span.Zone), span.From, span.Until)
		if err != nil {
			return err
		}
		out.Rows, err = pgx.CollectRows(rows, scanUsage)
		return err
	})
	return out, err
}

func scanUsage(row pgx.CollectableRow) (UsageRow, error) {
	var r UsageRow
	var latency []int64
	err := row.Scan(&r.At, &r.Operation, &r.Calls, &r.Refused, &r.Limited, &r.Failed, &latency, &r.Burst, &r.Daily)
	copy(r.Latency[:], latency)
	return r, err
}

// zoneName returns the name of a zone as PostgreSQL knows it; that of this machine is nobody's.
func zoneName(z *time.Location) string {
	if z == nil || z == time.Local {
		return "UTC"
	}
	return z.String()
}

// seenKey returns a key whose use the actor may see.
func (t *tx) seenKey(id factcheck.KeyID) (Key, error) {
	rows, err := t.pgx.Query(t.ctx, keyColumns+` WHERE k.id = $1 AND `+seenKeys, append([]any{id}, t.seeing()...)...)
	if err != nil {
		return Key{}, fmt.Errorf("find the key: %w", err)
	}
	found, err := pgx.CollectRows(rows, t.scanKey)
	if err != nil {
		return Key{}, fmt.Errorf("find the key: %w", err)
	}
	if len(found) == 0 {
		return Key{}, factcheck.NotFound("there is no such key, or it is somebody else’s")
	}
	return found[0], nil
}

// seenKeys is the condition of the keys whose use the actor may see, by what seeing returns: all of them, a person's own, or itself.
const seenKeys = `($2::boolean OR k.owner_id = $3 OR k.id = (SELECT me.key_id FROM actors me WHERE me.id = $4 AND me.kind = 'key'))`

// seeing returns the arguments of seenKeys. A key sees itself alone, whoever it acts for.
func (t *tx) seeing() []any {
	person := t.actor.Person
	if t.actor.Kind == factcheck.ActorKey {
		person = factcheck.PersonID{}
	}
	all := t.actor.Kind == factcheck.ActorOperator || t.actor.Kind == factcheck.ActorPerson && t.actor.Role != factcheck.RoleChecker
	return []any{all, person, t.actor.ID}
}

// Partner is a key with how it was used in the last week.
type Partner struct {
	Key
	Week UsageCount
}

// maxPartners is how many keys are listed.
const maxPartners = 500

// Partners returns the keys whose use the actor may see, at most 500, those that were used last first, revoked ones last. Two
// queries. Everybody in the newsroom; see KeyUsage.
func (db *DB) Partners(ctx context.Context, actor factcheck.Actor) ([]Partner, error) {
	db.writeUsage(ctx)
	var out []Partner
	err := db.write(ctx, actor, factcheck.ReadUsage, "list the partners", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, keyColumns+` WHERE $1::boolean AND `+seenKeys+` ORDER BY k.revoked_at IS NOT NULL, k.last_used_at DESC NULLS LAST, k.id DESC LIMIT $5`, append(append([]any{true}, t.seeing()...), maxPartners)...)
		if err != nil {
			return err
		}
		keys, err := pgx.CollectRows(rows, t.scanKey)
		if err != nil {
			return err
		}
		place := make(map[factcheck.KeyID]int, len(keys))
		ids := make([]factcheck.KeyID, 0, len(keys))
		for i, k := range keys {
			out, place[k.ID], ids = append(out, Partner{Key: k}), i, append(ids, k.ID)
		}
		return t.weekOf(ids, func(id factcheck.KeyID, c UsageCount) { out[place[id]].Week = c })
	})
	return out, err
}

// weekOf tells how keys were used in the last seven days.
func (t *tx) weekOf(ids []factcheck.KeyID, tell func(factcheck.KeyID, UsageCount)) error {
	rows, err := t.pgx.Query(t.ctx, `SELECT key_id, sum(calls)::bigint, sum(refused)::bigint, sum(limited)::bigint, sum(failed)::bigint, sum_latency(latency), max(burst), max(daily)
		FROM key_usage WHERE key_id = ANY ($1::uuid[]) AND step = 'hour' AND at >= $2 GROUP BY 1`, ids, t.now.AddDate(0, 0, -7))
	if err != nil {
		return fmt.Errorf("read the use of keys: %w", err)
	}
	for rows.Next() {
		var id factcheck.KeyID
		var c UsageCount
		var latency []int64
		if err := rows.Scan(&id, &c.Calls, &c.Refused, &c.Limited, &c.Failed, &latency, &c.Burst, &c.Daily); err != nil {
			return fmt.Errorf("read the use of keys: %w", err)
		}
		copy(c.Latency[:], latency)
		tell(id, c)
	}
	return rows.Err()
}
