package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/logo"
)

// HouseLogo is the logo of the house without its bytes; the zero value is that of a house without one.
type HouseLogo struct {
	Path          string // it is served at; empty: there is none
	Hash          string // SHA-256, in hexadecimal digits
	Type          string
	Width, Height int
	Size          int // bytes
}

// audited is what the audit log keeps of a logo: not its bytes.
func (l HouseLogo) audited() any {
	if l.Path == "" {
		return nil
	}
	return map[string]any{"sha256": l.Hash, "type": l.Type, "size": l.Size, "width": l.Width, "height": l.Height}
}

const selectLogo = `SELECT sha256, type, width, height, length(body) FROM house_logo`

// scanLogo reads a row of selectLogo; no row is no logo.
func scanLogo(row pgx.Row) (HouseLogo, error) {
	var l HouseLogo
	var hash []byte
	err := row.Scan(&hash, &l.Type, &l.Width, &l.Height, &l.Size)
	if errors.Is(err, pgx.ErrNoRows) {
		return HouseLogo{}, nil
	}
	l.Hash, l.Path = hex.EncodeToString(hash), logo.Path(hash, l.Type)
	return l, err
}

// SetLogo makes the picture in a file the logo of the house, in the place of the one there was; see logo.Read for what is
// taken and what becomes of it. Every finished page is out of date with it, as all of them show it. The same picture again
// changes nothing. CodeInvalid names the field file. Admins and the operator. Pictures are read one at a time.
func (db *DB) SetLogo(ctx context.Context, actor factcheck.Actor, file []byte) (HouseLogo, error) {
	if err := factcheck.Permit(actor, factcheck.ManageHouse); err != nil { // before the work of reading it
		return HouseLogo{}, err
	}
	picture, err := db.readLogo(ctx, file)
	if err != nil {
		return HouseLogo{}, err
	}
	hash := picture.Hash()
	now := HouseLogo{Path: logo.Path(hash[:], picture.Type), Hash: hex.EncodeToString(hash[:]), Type: picture.Type, Width: picture.Width, Height: picture.Height, Size: len(picture.Body)}
	err = db.changeLogo(ctx, actor, "set the logo", func(t *tx, old HouseLogo) (bool, error) {
		if old.Hash == now.Hash {
			return false, nil
		}
		_, err := t.pgx.Exec(ctx, `INSERT INTO house_logo (sha256, type, width, height, body, set_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (one) DO UPDATE SET sha256 = excluded.sha256, type = excluded.type, width = excluded.width, height = excluded.height,
			body = excluded.body, set_at = excluded.set_at`, hash[:], picture.Type, picture.Width, picture.Height, picture.Body, t.now)
		if err != nil {
			return false, fmt.Errorf("keep the logo: %w", err)
		}
		return true, t.audit("house.logo", nil, map[string]any{"before": old.audited(), "after": now.audited()})
	})
	return now, err
}

// readLogo makes a logo of a file when its turn has come: unpacking one takes memory.
func (db *DB) readLogo(ctx context.Context, file []byte) (logo.Logo, error) {
	select {
	case db.logos <- struct{}{}:
		defer func() { <-db.logos }()
	case <-ctx.Done():
		return logo.Logo{}, translate("wait for another logo", ctx.Err())
	}
	return logo.Read(file)
}

// RemoveLogo takes the logo of the house away, the one with the hash that was seen: CodeConflict if another one took its place,
// CodeNotFound if there is none. Admins and the operator.
func (db *DB) RemoveLogo(ctx context.Context, actor factcheck.Actor, hash string) error {
	return db.changeLogo(ctx, actor, "remove the logo", func(t *tx, old HouseLogo) (bool, error) {
		switch {
		case old.Path == "":
			return false, factcheck.NotFound("the house has no logo")
		case old.Hash != hash:
			return false, factcheck.Conflict("the logo was changed by somebody else meanwhile; look at the one that is there now")
		}
		if _, err := t.pgx.Exec(ctx, `DELETE FROM house_logo`); err != nil {
			return false, fmt.Errorf("forget the logo: %w", err)
		}
		return true, t.audit("house.logo", nil, map[string]any{"before": old.audited(), "after": nil})
	})
}

// changeLogo does something to the logo, one after the other, and moves the render epoch if it did.
func (db *DB) changeLogo(ctx context.Context, actor factcheck.Actor, what string, change func(t *tx, old HouseLogo) (bool, error)) error {
	return db.write(ctx, actor, factcheck.ManageHouse, what, func(t *tx) error {
		// There may be no row to lock yet.
		if _, err := t.pgx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('house logo', 0))`); err != nil {
			return fmt.Errorf("lock the logo: %w", err)
		}
		old, err := scanLogo(t.pgx.QueryRow(ctx, selectLogo))
		if err != nil {
			return fmt.Errorf("read the logo: %w", err)
		}
		changed, err := change(t, old)
		if err != nil || !changed {
			return err
		}
		return t.bumpRenderEpoch()
	})
}

// Logo returns the logo of the house with its bytes, for everybody. CodeNotFound if there is none. One query.
func (db *DB) Logo(ctx context.Context) (HouseLogo, []byte, error) {
	var l HouseLogo
	var hash, body []byte
	err := db.pool.QueryRow(ctx, `SELECT sha256, type, width, height, length(body), body FROM house_logo`).Scan(&hash, &l.Type, &l.Width, &l.Height, &l.Size, &body)
	if errors.Is(err, pgx.ErrNoRows) {
		return l, nil, factcheck.NotFound("the house has no logo")
	}
	if err != nil {
		return l, nil, translate("read the logo", err)
	}
	l.Hash, l.Path = hex.EncodeToString(hash), logo.Path(hash, l.Type)
	return l, body, nil
}
