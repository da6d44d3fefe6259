package store

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// letterLife is how long it is known that a sender sent a letter.
const letterLife = 24 * time.Hour

// sentBefore reports whether a sender sent a letter of this content within letterLife before, and notes that it was sent now if
// not. Two at once are taken one after the other, and what is not committed was not sent. The note says neither who nor what: it
// is a hash of both under the sender's, which is keyed, among those of the attempts.
func (t *tx) sentBefore(sender factcheck.Sender, content ...string) (bool, error) {
	if sender == (factcheck.Sender{}) {
		return false, nil
	}
	note := sha256.Sum256([]byte("sent " + string(sender[:]) + strings.Join(content, "\x00")))
	tag, err := t.pgx.Exec(t.ctx, `INSERT INTO attempts AS a (bucket, full_at) VALUES ($1, $2)
		ON CONFLICT (bucket) DO UPDATE SET full_at = excluded.full_at WHERE a.full_at <= $3`, note[:], t.now.Add(letterLife), t.now)
	if err != nil {
		return false, fmt.Errorf("note that a letter was sent: %w", err)
	}
	return tag.RowsAffected() == 0, nil
}
