package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ClaimFile is a file of the newsroom's own that a claim's evidence rests on.
type ClaimFile struct {
	ID      int64
	Claim   factcheck.ClaimID
	Name    string
	Type    string // by its content
	Size    int64
	SHA256  []byte
	Body    []byte // only from ReadClaimFile
	AddedBy string
	AddedAt time.Time
	Down    bool // its content was taken down
}

// AddClaimFile keeps a file. Its type is told by its content: CodeInvalid in the field file for what is neither PDF, picture
// nor plain text, for more than factcheck.MaxClaimFile bytes, or for more than factcheck.MaxFiles files of the claim.
// Checkers and above; no key.
func (db *DB) AddClaimFile(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, name string, body []byte) (ClaimFile, error) {
	var out ClaimFile
	err := db.write(ctx, actor, factcheck.KeepConfidence, "keep a file of "+claim.String(), func(t *tx) error {
		kind := factcheck.FileType(body)
		switch {
		case len(body) == 0:
			return invalidf("file", "choose a file")
		case len(body) > factcheck.MaxClaimFile:
			return invalidf("file", "this file has %d bytes; the limit is %d MiB", len(body), factcheck.MaxClaimFile>>20)
		case kind == "":
			return invalidf("file", "only PDF, pictures and plain text are kept; save it as one of these")
		}
		name := factcheck.CleanLine(name)
		if name == "" || factcheck.CheckText("file", name, 200) != nil {
			name = "file"
		}
		if _, err := t.lockClaim(claim); err != nil { // two uploads at once are counted one after the other
			return err
		}
		sum := sha256.Sum256(body)
		out = ClaimFile{Claim: claim, Name: name, Type: kind, Size: int64(len(body)), SHA256: sum[:], AddedBy: t.actor.Name, AddedAt: t.now}
		rows, err := t.pgx.Query(ctx, `INSERT INTO claim_files (claim_id, name, type, size, sha256, body, added_by, added_at)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE (SELECT count(*) FROM claim_files WHERE claim_id = $1) < $9 RETURNING id`,
			claim, name, kind, out.Size, sum[:], body, t.actor.Person, t.now, factcheck.MaxFiles)
		if err != nil {
			return fmt.Errorf("keep the file: %w", err)
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return invalidf("file", "this claim has %d files; that is the limit", factcheck.MaxFiles)
		}
		out.ID = ids[0]
		return t.audit("claim.file_add", claim, map[string]any{"file": out.ID, "type": kind})
	})
	return out, err
}

// ReadClaimFile returns a file with its content. CodeGone if it was taken down. Checkers and above, operator and system.
func (db *DB) ReadClaimFile(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, id int64) (ClaimFile, error) {
	out := ClaimFile{ID: id, Claim: claim}
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read a file", func(t *tx) error {
		err := t.pgx.QueryRow(ctx, `SELECT name, type, size, sha256, body, added_at FROM claim_files WHERE id = $1 AND claim_id = $2`, id, claim).
			Scan(&out.Name, &out.Type, &out.Size, &out.SHA256, &out.Body, &out.AddedAt)
		if err == nil && out.Body == nil {
			return &factcheck.Error{Code: factcheck.CodeGone, Message: "the content of this file was taken down"}
		}
		return err
	})
	return out, err
}

// TakeDownClaimFile erases the content of a file; that it was there stays known. Editors and above.
func (db *DB) TakeDownClaimFile(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, id int64) error {
	return db.write(ctx, actor, factcheck.TakeDown, "take a file down", func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `UPDATE claim_files SET body = NULL, down_by = $3, down_at = $4 WHERE id = $1 AND claim_id = $2 AND down_at IS NULL`, id, claim, t.actor.Person, t.now)
		if err != nil {
			return fmt.Errorf("erase it: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return factcheck.NotFound("there is no such file here")
		}
		return t.audit("claim.file_down", claim, map[string]any{"file": id})
	})
}
