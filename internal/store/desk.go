package store

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// DeskOrder is the order of a list of claims.
type DeskOrder string

// The orders. Both are stable, so that a page begins where the one before it ended.
const (
	ByPriority DeskOrder = ""       // the highest first
	ByNewest   DeskOrder = "newest" // filed last first
)

// StageOpen stands for all stages in which there is something to do.
const StageOpen = "open"

// DeskQuery says which claims are wanted. The zero query asks for all of them by priority.
type DeskQuery struct {
	Stage      string             // a stage, StageOpen, or empty for all
	Assignee   factcheck.PersonID // to whom they are assigned
	Mine       factcheck.PersonID // assigned to them, or with an open version they had a hand in, which StageOpen holds whatever its stage
	Unassigned bool               // nobody's
	Topic      factcheck.TopicID  // filed under it
	Claimant   factcheck.ClaimantID
	Claimed    string                // words of the claimant's name
	Language   string                // BCP 47
	Publisher  factcheck.PublisherID // has a verdict on it
	Within     time.Duration         // filed this long ago at most; 0: any age
	Before     time.Duration         // filed longer ago than this
	Among      []factcheck.ClaimID   // what words found; nil: not asked for, empty: nothing
	Order      DeskOrder
	After      DeskPlace // where the page before ended; zero: from the top
	Limit      int       // at most MaxPage
}

// DeskPlace is a place in an ordered list of claims.
type DeskPlace struct {
	Rank  float64
	Claim factcheck.ClaimID
}

// String writes the place so that ParseDeskPlace reads it; the zero place is empty.
func (p DeskPlace) String() string {
	if p.Claim.IsZero() {
		return ""
	}
	return strconv.FormatFloat(p.Rank, 'g', -1, 64) + "~" + p.Claim.String()
}

// ParseDeskPlace reads a place; CodeInvalid for what is none.
func ParseDeskPlace(s string) (DeskPlace, error) {
	if s == "" {
		return DeskPlace{}, nil
	}
	rank, id, _ := strings.Cut(s, "~")
	var p DeskPlace
	var err error
	if p.Rank, err = strconv.ParseFloat(rank, 64); err == nil {
		err = p.Claim.UnmarshalText([]byte(id))
	}
	if err != nil || p.Claim.IsZero() || p.Rank != p.Rank {
		return DeskPlace{}, invalidf("after", "this is no place in the list; begin at the top")
	}
	return p, nil
}

// DeskClaim is a claim on the desk.
type DeskClaim struct {
	ClaimSummary
	factcheck.DeskFactors
	Revision   int
	Claimant   string
	ClaimantID factcheck.ClaimantID
	Topics     []string
	FiledAt    time.Time
	Place      DeskPlace
	Waits      bool // a version waits for approval
}

// DeskList is a page of claims, with what filters can be set to.
type DeskList struct {
	Claims     []DeskClaim
	Weights    factcheck.DeskWeights
	Moment     string // pass it to DeskMoved
	People     []Choice
	Topics     []Choice
	Publishers []Choice
	Claimant   string // name of the one asked for
}

// Choice is something a filter can be set to.
type Choice struct{ ID, Name string }

// conditions returns the WHERE of the query over claim_desk d and its arguments, from $1.
func (q DeskQuery) conditions(now time.Time) (string, []any) {
	var where []string
	var args []any
	add := func(condition string, arg ...any) {
		for _, a := range arg {
			args = append(args, a)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		where = append(where, condition)
	}
	switch {
	case q.Mine.IsZero():
	case q.Stage == StageOpen:
		add(`d.claim_id IN (SELECT claim_id FROM claim_desk WHERE assignee_id = ? AND open UNION `+draftedBy("?")+`)`, q.Mine, q.Mine)
	default:
		add(`d.claim_id IN (SELECT claim_id FROM claim_desk WHERE assignee_id = ? UNION `+draftedBy("?")+`)`, q.Mine, q.Mine)
	}
	if q.Stage == StageOpen {
		if q.Mine.IsZero() {
			add(`d.open`)
		}
	} else if q.Stage != "" {
		add(`d.stage = ?`, q.Stage)
	}
	if !q.Assignee.IsZero() {
		add(`d.assignee_id = ?`, q.Assignee)
	}
	if q.Unassigned {
		add(`d.assignee_id IS NULL`)
	}
	if !q.Topic.IsZero() {
		add(`EXISTS (SELECT FROM claim_topics ct WHERE ct.claim_id = d.claim_id AND ct.topic_id = ? AND NOT ct.dropped)`, q.Topic)
	}
	if !q.Claimant.IsZero() {
		add(`d.claimant_id = ?`, q.Claimant)
	}
	if q.Claimed != "" {
		add(`d.claimant_id IN (SELECT id FROM claimants WHERE position(lower(?) IN lower(name)) > 0)`, q.Claimed)
	}
	if q.Language != "" {
		add(`d.language = ?`, q.Language)
	}
	if !q.Publisher.IsZero() {
		add(`EXISTS (SELECT FROM verdicts v WHERE v.claim_id = d.claim_id AND v.publisher_id = ?)`, q.Publisher)
	}
	if q.Within > 0 {
		add(`d.filed_at > ?`, now.Add(-q.Within))
	}
	if q.Before > 0 {
		add(`d.filed_at <= ?`, now.Add(-q.Before))
	}
	if q.Among != nil {
		add(`d.claim_id = ANY (?::uuid[])`, uuids(q.Among))
	}
	if len(where) == 0 {
		return "true", args
	}
	return strings.Join(where, " AND "), args
}

func (q DeskQuery) check() error {
	if err := checkPage(q.Limit); err != nil {
		return err
	}
	if q.Stage != "" && q.Stage != StageOpen && !factcheck.Stage(q.Stage).Valid() {
		return invalidf("stage", "this is not a stage of a claim")
	}
	if q.Order != ByPriority && q.Order != ByNewest {
		return invalidf("order", "order by priority, or newest first")
	}
	if err := factcheck.CheckText("claimant", q.Claimed, factcheck.MaxLine); err != nil {
		return err
	}
	return factcheck.CheckText("language", q.Language, factcheck.MaxLine)
}

// Desk returns a page of claims whatever their stage. Checkers and above, and keys with the scope file. CodeInvalid names what
// cannot be asked. Six queries in one round trip, whatever there is.
func (db *DB) Desk(ctx context.Context, actor factcheck.Actor, q DeskQuery) (DeskList, error) {
	out := DeskList{Weights: factcheck.DefaultDeskWeights()}
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list the desk", func(t *tx) error {
		if err := q.check(); err != nil {
			return err
		}
		batch := &pgx.Batch{}
		// The moment is taken first: what commits before the list is read is in both.
		batch.Queue(`SELECT pg_current_snapshot()::text, (SELECT value FROM settings WHERE name = $1), coalesce((SELECT name FROM claimants WHERE id = $2), '')`,
			settingDeskWeights, q.Claimant).QueryRow(func(row pgx.Row) error {
			var raw []byte
			if err := row.Scan(&out.Moment, &raw, &out.Claimant); err != nil || raw == nil {
				return err
			}
			return decodeJSON(raw, &out.Weights)
		})
		out.ask(batch, q, t.now)
		queueChoices(batch, `SELECT 'person', id, name FROM people WHERE disabled_at IS NULL ORDER BY lower(name), id LIMIT 500`, &out.People)
		queueChoices(batch, `SELECT 'topic', id, name FROM topics ORDER BY lower(name), id LIMIT 500`, &out.Topics)
		queueChoices(batch, `SELECT 'publisher', id, name FROM publishers ORDER BY is_house DESC, lower(name), id LIMIT 500`, &out.Publishers)
		if err := t.pgx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("read the desk: %w", err)
		}
		return nil
	})
	return out, err
}

// ask queues the query for the claims.
func (l *DeskList) ask(batch *pgx.Batch, q DeskQuery, now time.Time) {
	where, args := q.conditions(now)
	order := `d.rank DESC, d.claim_id DESC`
	if q.Order == ByNewest {
		order = `d.claim_id DESC`
	}
	if !q.After.Claim.IsZero() {
		n := len(args)
		if q.Order == ByNewest {
			where += ` AND d.claim_id < $` + strconv.Itoa(n+1)
			args = append(args, q.After.Claim)
		} else {
			where += fmt.Sprintf(` AND (d.rank, d.claim_id) < ($%d, $%d::uuid)`, n+1, n+2)
			args = append(args, q.After.Rank, q.After.Claim)
		}
	}
	batch.Queue(fmt.Sprintf(deskQuery, where, order, q.Limit), args...).Query(func(rows pgx.Rows) (err error) {
		l.Claims, err = pgx.CollectRows(rows, scanDeskClaim)
		return err
	})
}

// deskQuery picks the page on the narrow table first and reads the rest for its rows only.
const deskQuery = `
WITH page AS MATERIALIZED (SELECT d.claim_id, d.stage, d.assignee_id, d.claimant_id, d.filed_at, d.outlets, d.pace, d.tips, d.harm, d.checkability, d.heard_at, d.rank FROM claim_desk d WHERE %[1]s ORDER BY %[2]s LIMIT %[3]d)
SELECT d.claim_id, c.slug, c.text, c.language, d.stage, d.assignee_id, coalesce(p.name, ''), EXISTS (SELECT FROM claim_documents x WHERE x.claim_id = d.claim_id),
	c.updated_at, c.version, coalesce(cl.name, ''), d.claimant_id, d.filed_at, d.outlets, d.pace, d.tips, d.harm, d.checkability, d.heard_at, d.rank,
	coalesce((SELECT array_agg(DISTINCT tp.name ORDER BY tp.name) FROM claim_topics ct JOIN topics tp ON tp.id = ct.topic_id WHERE ct.claim_id = d.claim_id AND NOT ct.dropped), '{}'),
	EXISTS (SELECT FROM verdicts v JOIN verdict_versions ver ON ver.verdict_id = v.id AND ver.state = 'submitted' WHERE v.claim_id = d.claim_id)
FROM page d JOIN claims c ON c.id = d.claim_id LEFT JOIN people p ON p.id = d.assignee_id LEFT JOIN claimants cl ON cl.id = d.claimant_id
ORDER BY %[2]s`

func scanDeskClaim(row pgx.CollectableRow) (DeskClaim, error) {
	var c DeskClaim
	err := row.Scan(&c.ID, &c.Slug, &c.Text, &c.Language, &c.Stage, &c.Assignee, &c.Name, &c.Public, &c.UpdatedAt, &c.Revision, &c.Claimant, &c.ClaimantID, &c.FiledAt,
		&c.Outlets, &c.Pace, &c.Tips, &c.Harm, &c.Checkability, &c.HeardAt, &c.Place.Rank, &c.Topics, &c.Waits)
	c.Place.Claim = c.ID
	return c, err
}

// queueChoices queues a query for what a filter can be set to.
func queueChoices(batch *pgx.Batch, query string, into *[]Choice) {
	batch.Queue(query).Query(func(rows pgx.Rows) error {
		var kind, name string
		var id [16]byte
		_, err := pgx.ForEachRow(rows, []any{&kind, &id, &name}, func() error {
			*into = append(*into, Choice{ID: typeID(kind, id), Name: name})
			return nil
		})
		return err
	})
}

// typeID returns the TypeID of a row of a kind.
func typeID(kind string, id [16]byte) string {
	switch kind {
	case "person":
		return factcheck.PersonID(id).String()
	case "topic":
		return factcheck.TopicID(id).String()
	}
	return factcheck.PublisherID(id).String()
}

// snapshotForm is what PostgreSQL prints of a snapshot: the transactions that had ended when the list was read.
var snapshotForm = regexp.MustCompile(`^[0-9]{1,20}:[0-9]{1,20}:[0-9,]*$`)

// deskMovedMost is how far DeskMoved counts.
const deskMovedMost = 100

// DeskMoved returns how many claims of a list moved since the moment the list was read: filed, edited, assigned, judged, heard of
// anew. It counts to a hundred. One query, cheap while little moved. Checkers and above, and keys with the scope file.
func (db *DB) DeskMoved(ctx context.Context, actor factcheck.Actor, q DeskQuery, moment string) (int, error) {
	n := 0
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "look what moved on the desk", func(t *tx) error {
		q.Limit = 1
		if err := q.check(); err != nil {
			return err
		}
		if len(moment) > 4000 || !snapshotForm.MatchString(moment) {
			return invalidf("since", "this is no moment of a list")
		}
		where, args := q.conditions(t.now)
		args = append(args, moment)
		query := fmt.Sprintf(`SELECT count(*) FROM (SELECT FROM claim_desk d WHERE d.xid >= pg_snapshot_xmin($%[1]d::text::pg_snapshot) AND NOT pg_visible_in_snapshot(d.xid, $%[1]d::text::pg_snapshot) AND %[2]s LIMIT %[3]d) AS x`, len(args), where, deskMovedMost)
		return t.pgx.QueryRow(ctx, query, args...).Scan(&n)
	})
	return n, err
}
