package store

import (
	"fmt"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// change is one entry to be, in the order the transaction noted it.
type change struct {
	kind       factcheck.ChangeType
	claim      factcheck.ClaimID
	verdict    factcheck.VerdictID
	appearance factcheck.AppearanceID
	note       string // public; becomes the note of the claim's new state
}

// newState reports whether the change makes a new public state of the claim's page. Appearances and link health move
// without one.
func (c change) newState() bool {
	switch c.kind {
	case factcheck.ChangeAppearanceAdded, factcheck.ChangeAppearanceChanged, factcheck.ChangeAppearanceCorrected,
		factcheck.ChangeAppearanceRemoved, factcheck.ChangeSourceDead:
		return false
	}
	return true
}

// change notes that something public may have changed. At the end of the transaction the claim's document is rebuilt;
// an entry is written if the claim is public then, or was before.
func (t *tx) change(c change) {
	t.changes = append(t.changes, c)
	t.docs.touch(c.claim)
}

// appendChanges takes the next numbers of the change feed, last of all: the lock it takes is held until the commit.
func (t *tx) appendChanges() error {
	var (
		kinds                         []string
		claims, verdicts, appearances []*string
	)
	for _, c := range t.changes {
		if !t.docs.visible(c.claim) {
			continue
		}
		kinds = append(kinds, string(c.kind))
		claims = append(claims, nullable(c.claim))
		verdicts = append(verdicts, nullable(c.verdict))
		appearances = append(appearances, nullable(c.appearance))
	}
	if len(kinds) == 0 {
		return nil
	}
	err := t.pgx.QueryRow(t.ctx, `SELECT append_changes($1, $2, $3::uuid[], $4::uuid[], $5::uuid[])`,
		kinds, t.now, claims, verdicts, appearances).Scan(&t.head)
	if err != nil {
		return fmt.Errorf("append %d changes: %w", len(kinds), err)
	}
	return nil
}

// mostRendered is how many pages a transaction asks to have finished at once. What changes more, an import say, leaves
// them to be finished when they are first read.
const mostRendered = 20

// enqueueRendering asks for the finished pages of the claims whose documents were rebuilt, after the commit.
func (t *tx) enqueueRendering(ids []factcheck.ClaimID) {
	if len(t.docs.touched) > mostRendered {
		return
	}
	for _, id := range ids {
		t.enqueue(task.RenderClaim{Claim: id})
	}
}

// uuider is an id of any kind.
type uuider interface {
	IsZero() bool
	UUID() string
}

// nullable returns the uuid of id, or nil for the zero id.
func nullable(id uuider) *string {
	if id.IsZero() {
		return nil
	}
	s := id.UUID()
	return &s
}
