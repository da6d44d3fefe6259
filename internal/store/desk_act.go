package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// MaxTogether is the most claims that one act takes.
const MaxTogether = MaxPage

// Seen is a claim as a list showed it to whoever acts on several: what somebody else did to it meanwhile is told, and not
// done over. With a zero Revision nothing is compared.
type Seen struct {
	Claim    factcheck.ClaimID
	Revision int                // DeskClaim.Revision
	Assignee factcheck.PersonID // whose it was
}

// idsOf returns the claims, and how each was seen.
func idsOf(list []Seen) ([]factcheck.ClaimID, map[factcheck.ClaimID]Seen) {
	ids, seen := make([]factcheck.ClaimID, len(list)), map[factcheck.ClaimID]Seen{}
	for i, s := range list {
		ids[i], seen[s.Claim] = s.Claim, s
	}
	return ids, seen
}

// Left is a claim that an act on several left alone, and why, a sentence for a person.
type Left struct {
	Claim  factcheck.ClaimID
	Text   string
	Reason string
}

// together returns the ids in order and each once; CodeInvalid for none or too many.
func together(ids []factcheck.ClaimID) ([]factcheck.ClaimID, error) {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b factcheck.ClaimID) int { return slices.Compare(a[:], b[:]) })
	ids = slices.Compact(ids)
	switch {
	case len(ids) == 0:
		return nil, invalidf("claim", "choose the claims first: tick the box before each")
	case len(ids) > MaxTogether:
		return nil, invalidf("claim", "%d claims are too many at once; the limit is %d", len(ids), MaxTogether)
	}
	return ids, nil
}

// AssignClaims says who works on several claims; the zero PersonID takes the assignments away. Left alone are merged claims,
// those that a conflict of interest of the person reaches, and those that became somebody else's since they were seen.
// It does not count as an edit: whoever is editing a claim is not disturbed. CodeInvalid for somebody who is not there any
// more. Checkers and above, and keys with the scope file. A fixed number of queries.
func (db *DB) AssignClaims(ctx context.Context, actor factcheck.Actor, list []Seen, person factcheck.PersonID) ([]Left, error) {
	var left []Left
	ids, seen := idsOf(list)
	err := db.write(ctx, actor, factcheck.FileClaim, "assign claims", func(t *tx) error {
		rows, err := t.lockTogether(ids)
		if err != nil {
			return err
		}
		var here bool
		err = t.pgx.QueryRow(ctx, `SELECT $1::uuid IS NULL OR EXISTS (SELECT FROM people WHERE id = $1 AND disabled_at IS NULL)`, person).Scan(&here)
		if err != nil {
			return fmt.Errorf("look for the person: %w", err)
		}
		if !here {
			return invalidf("assignee", "there is nobody here with this id")
		}
		interested, err := t.interestedIn(person, ids)
		if err != nil {
			return err
		}
		taken, err := t.takenSince(rows, seen, person)
		if err != nil {
			return err
		}
		var todo []acted
		for _, row := range rows {
			switch {
			case row.Stage == factcheck.StageMerged:
				left = append(left, leftAlone(row, errMerged))
			case taken[row.ID] != "":
				left = append(left, leftAlone(row, factcheck.Conflict("%s", taken[row.ID])))
			case interested[row.ID]:
				left = append(left, leftAlone(row, factcheck.Conflict("whom you chose has declared a conflict of interest that reaches this claim")))
			case row.AssigneeID != person:
				todo = append(todo, acted{row.ID, map[string]any{"assignee": person, "before": row.AssigneeID}})
			}
		}
		if _, err := t.pgx.Exec(ctx, `UPDATE claims SET assignee_id = $2 WHERE id = ANY ($1::uuid[])`, actedIDs(todo), person); err != nil {
			return fmt.Errorf("write the assignments: %w", err)
		}
		return t.auditMany("claim.assign", todo)
	})
	return left, err
}

// takenSince says of the claims that became another's since they were seen whose they are now. Who gives a claim to whom it is
// already is not told.
func (t *tx) takenSince(rows []claimModel, seen map[factcheck.ClaimID]Seen, person factcheck.PersonID) (map[factcheck.ClaimID]string, error) {
	holders := map[factcheck.PersonID]string{}
	for _, row := range rows {
		if s := seen[row.ID]; s.Revision != 0 && row.AssigneeID != s.Assignee && row.AssigneeID != person {
			holders[row.AssigneeID] = "nobody"
		}
	}
	if len(holders) == 0 {
		return nil, nil
	}
	found, err := t.pgx.Query(t.ctx, `SELECT id, name FROM people WHERE id = ANY ($1::uuid[])`, uuids(slices.Collect(maps.Keys(holders))))
	if err != nil {
		return nil, fmt.Errorf("read whose they are: %w", err)
	}
	var id factcheck.PersonID
	var name string
	if _, err := pgx.ForEachRow(found, []any{&id, &name}, func() error { holders[id] = name; return nil }); err != nil {
		return nil, fmt.Errorf("read whose they are: %w", err)
	}
	out := map[factcheck.ClaimID]string{}
	for _, row := range rows {
		if s := seen[row.ID]; s.Revision == 0 || row.AssigneeID == s.Assignee || row.AssigneeID == person {
			continue
		}
		out[row.ID] = "this claim is nobody's any more since you looked; assign it again if you still mean to"
		if !row.AssigneeID.IsZero() {
			out[row.ID] = holders[row.AssigneeID] + " has this claim since you looked; assign it again if you still mean to"
		}
	}
	return out, nil
}

// interestedIn returns which of the claims a conflict of interest of a person reaches.
func (t *tx) interestedIn(person factcheck.PersonID, ids []factcheck.ClaimID) (map[factcheck.ClaimID]bool, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT id FROM unnest($2::uuid[]) AS x (id) WHERE $1::uuid IS NOT NULL AND has_interest($1, id)`, person, uuids(ids))
	if err != nil {
		return nil, fmt.Errorf("look for conflicts of interest: %w", err)
	}
	out := map[factcheck.ClaimID]bool{}
	var id factcheck.ClaimID
	_, err = pgx.ForEachRow(rows, []any{&id}, func() error {
		out[id] = true
		return nil
	})
	return out, err
}

// FileUnder files several claims under a topic, beside those they have. It counts as an edit of each. Merged claims are left
// alone. Public ones show it at once. CodeInvalid if there is no such topic. Checkers and above, and keys with the scope file.
func (db *DB) FileUnder(ctx context.Context, actor factcheck.Actor, ids []factcheck.ClaimID, topic factcheck.TopicID) ([]Left, error) {
	var left []Left
	err := db.write(ctx, actor, factcheck.FileClaim, "file claims under a topic", func(t *tx) error {
		if topic.IsZero() {
			return invalidf("topic", "choose a topic")
		}
		if err := t.checkRefers(factcheck.ClaimInput{Topics: []factcheck.TopicID{topic}}); err != nil {
			return err
		}
		rows, err := t.lockTogether(ids)
		if err != nil {
			return err
		}
		under, err := t.claimsUnder(ids, topic)
		if err != nil {
			return err
		}
		var todo []acted
		for _, row := range rows {
			switch {
			case row.Stage == factcheck.StageMerged:
				left = append(left, leftAlone(row, errMerged))
			case under[row.ID] >= factcheck.MaxTopics:
				left = append(left, leftAlone(row, invalidf("topic", "it has %d topics already", factcheck.MaxTopics)))
			case under[row.ID] >= 0:
				todo = append(todo, acted{row.ID, map[string]any{"topic": topic}})
			}
		}
		if len(todo) == 0 {
			return nil
		}
		batch := &pgx.Batch{}
		batch.Queue(`INSERT INTO claim_topics (claim_id, topic_id) SELECT unnest($1::uuid[]), $2 ON CONFLICT DO NOTHING`, actedIDs(todo), topic)
		batch.Queue(`UPDATE claims SET version = version + 1, updated_at = $2, edited_by = $3 WHERE id = ANY ($1::uuid[])`, actedIDs(todo), t.now, t.actor.ID)
		if err := t.pgx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("file under the topic: %w", err)
		}
		claims := make([]factcheck.ClaimID, len(todo))
		for i := range todo {
			claims[i] = todo[i].claim
		}
		if err := t.changeIfMoved(factcheck.ChangeVerdictUpdated, "The claim was filed under other topics.", claims...); err != nil {
			return err
		}
		return t.auditMany("claim.topic", todo)
	})
	return left, err
}

// claimsUnder returns how many topics people filed each claim under, and -1 where the topic is among them.
func (t *tx) claimsUnder(ids []factcheck.ClaimID, topic factcheck.TopicID) (map[factcheck.ClaimID]int, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT claim_id, CASE WHEN bool_or(topic_id = $2) THEN -1 ELSE count(*)::int END FROM claim_topics WHERE claim_id = ANY ($1::uuid[]) AND publisher_id IS NULL GROUP BY claim_id`, uuids(ids), topic)
	if err != nil {
		return nil, fmt.Errorf("read the topics: %w", err)
	}
	under := map[factcheck.ClaimID]int{}
	var id factcheck.ClaimID
	var n int
	_, err = pgx.ForEachRow(rows, []any{&id, &n}, func() error {
		under[id] = n
		return nil
	})
	return under, err
}

// DeclineClaims says that several claims are not checked, and why. Left alone are those with a draft open, with a published
// verdict of the house, those that are merged or declined already, and those that somebody edited since they were seen. Checkers and above, and keys with the
// scope file. A fixed number of queries.
func (db *DB) DeclineClaims(ctx context.Context, actor factcheck.Actor, list []Seen, note string) ([]Left, error) {
	var left []Left
	ids, seen := idsOf(list)
	err := db.write(ctx, actor, factcheck.DeclineClaim, "decline claims", func(t *tx) error {
		note, err := cleanReason(note, "say why they are not checked")
		if err != nil {
			return err
		}
		rows, err := t.lockTogether(ids)
		if err != nil {
			return err
		}
		work, err := t.houseWork(ids...)
		if err != nil {
			return err
		}
		var todo []acted
		for _, row := range rows {
			switch refused := declinable(row, work[row.ID]); {
			case refused != nil:
				left = append(left, leftAlone(row, refused))
			case seen[row.ID].Revision != 0 && seen[row.ID].Revision != int(row.Version):
				left = append(left, leftAlone(row, factcheck.Conflict("somebody changed this claim since you looked; look at it, and decline it again if you still mean to")))
			default:
				todo = append(todo, acted{row.ID, map[string]any{"before": row.Stage, "after": factcheck.StageDeclined}})
			}
		}
		_, err = t.pgx.Exec(ctx, `UPDATE claims SET stage = 'declined', stage_note = $2, updated_at = $3, version = version + 1 WHERE id = ANY ($1::uuid[])`, actedIDs(todo), note, t.now)
		if err != nil {
			return fmt.Errorf("write the stage: %w", err)
		}
		if err := t.tellDeclinedClaims(actedIDs(todo)); err != nil {
			return err
		}
		return t.auditMany("claim.decline", todo)
	})
	return left, err
}

// declinable returns why a claim is not declined; nil if it may be.
func declinable(row claimModel, work houseWork) error {
	switch {
	case row.Stage == factcheck.StageMerged:
		return errMerged
	case work.open:
		return factcheck.Conflict("a draft of a verdict is open on this claim; discard it first")
	case work.published:
		return factcheck.Conflict("this house has published a verdict on this claim; retract it instead")
	case row.Stage == factcheck.StageDeclined:
		return factcheck.Conflict("this claim was declined already: %s", row.StageNote)
	case !row.Stage.CanMoveTo(factcheck.StageDeclined):
		return factcheck.Conflict("this claim is %s; it cannot become declined", row.Stage)
	}
	return nil
}

// JudgeClaims notes how much harm several claims may do and how well they can be checked; nil leaves a judgement as it is.
// Merged claims are left alone. It does not count as an edit. Checkers and above, and keys with the scope file.
func (db *DB) JudgeClaims(ctx context.Context, actor factcheck.Actor, ids []factcheck.ClaimID, harm, checkability *factcheck.Judged) ([]Left, error) {
	var left []Left
	err := db.write(ctx, actor, factcheck.FileClaim, "judge claims", func(t *tx) error {
		details := map[string]any{}
		for name, grade := range map[string]*factcheck.Judged{"harm": harm, "checkability": checkability} {
			if grade != nil && !grade.Valid() {
				return invalidf(name, "choose low, medium, high, or not judged")
			}
			if grade != nil {
				details[name] = *grade
			}
		}
		if len(details) == 0 {
			return invalidf("harm", "choose how much harm, or how well it can be checked")
		}
		rows, err := t.lockTogether(ids)
		if err != nil {
			return err
		}
		var todo []acted
		for _, row := range rows {
			if row.Stage == factcheck.StageMerged {
				left = append(left, leftAlone(row, errMerged))
				continue
			}
			todo = append(todo, acted{row.ID, details})
		}
		_, err = t.pgx.Exec(ctx, `UPDATE claim_desk SET harm = coalesce($2::smallint, harm), checkability = coalesce($3::smallint, checkability) WHERE claim_id = ANY ($1::uuid[])`, actedIDs(todo), harm, checkability)
		if err != nil {
			return fmt.Errorf("write the judgement: %w", err)
		}
		return t.auditMany("claim.judge", todo)
	})
	return left, err
}

// lockTogether locks several claims in the order of their ids.
func (t *tx) lockTogether(ids []factcheck.ClaimID) ([]claimModel, error) {
	ids, err := together(ids)
	if err != nil {
		return nil, err
	}
	return t.lockClaims(ids...)
}

func leftAlone(row claimModel, err error) Left {
	return Left{Claim: row.ID, Text: row.Text, Reason: refusal(err).Reason}
}

// acted is what an act on several claims did to one.
type acted struct {
	claim   factcheck.ClaimID
	details map[string]any
}

func actedIDs(list []acted) []string {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].claim.UUID()
	}
	return ids
}

// auditMany writes down an act on several claims, an entry for each, in one statement.
func (t *tx) auditMany(action string, list []acted) error {
	if len(list) == 0 {
		return nil
	}
	objects, details := make([]string, len(list)), make([]string, len(list))
	for i, a := range list {
		raw, err := json.Marshal(a.details)
		if err != nil {
			return fmt.Errorf("audit %s: %w", action, err)
		}
		objects[i], details[i] = a.claim.String(), string(raw)
	}
	_, err := t.pgx.Exec(t.ctx, `INSERT INTO audit (at, actor_id, action, object, details, request_id)
		SELECT $1, $2, $3, x.object, x.details::jsonb, $6 FROM unnest($4::text[], $5::text[]) AS x (object, details)`,
		t.now, t.actor.ID, action, objects, details, t.actor.RequestID)
	if err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	return nil
}
