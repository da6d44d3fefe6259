package store

import (
	"context"
	"fmt"
	"regexp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ErasedAddress says where an address was.
type ErasedAddress struct {
	Followed   int // claims and tips it was told of
	Tips       int // whose contact it was
	Complaints int
}

// EraseAddress erases a reader's address wherever it is kept: among those who are told by mail, under hash, and as the contact
// of tips and complaints, where the whole contact goes that holds it: the very address, not one that it is a part of. What waits to be sent there is not sent. With never, the
// hash stays, so that nobody can have mail sent there again. People of the newsroom, who sign in with theirs, are not touched.
// The audit log holds the counts alone. Admins and the operator.
func (db *DB) EraseAddress(ctx context.Context, actor factcheck.Actor, address string, hash [32]byte, never bool) (ErasedAddress, error) {
	var out ErasedAddress
	err := db.write(ctx, actor, factcheck.EraseAddress, "erase an address", func(t *tx) error {
		address = foldEmail(address)
		if err := checkEmail(address); err != nil {
			return err
		}
		for _, one := range []struct {
			count *int
			query string
			arg   any
		}{
			{&out.Followed, `DELETE FROM followers WHERE address_hash = $1`, hash[:]},
			{&out.Tips, `UPDATE tips SET contact = '', version = version + 1 WHERE contact <> '' AND lower(contact) ~ $1`, wholeAddress(address)},
			{&out.Complaints, `UPDATE complaints SET contact = '', version = version + 1 WHERE contact <> '' AND lower(contact) ~ $1`, wholeAddress(address)},
		} {
			tag, err := t.pgx.Exec(ctx, one.query, one.arg)
			if err != nil {
				return fmt.Errorf("erase the address: %w", err)
			}
			*one.count = int(tag.RowsAffected())
		}
		if never {
			if err := t.stopMail(hash[:], "asked"); err != nil {
				return err
			}
		}
		return t.audit("address.erase", nil, map[string]any{"followed": out.Followed, "tips": out.Tips, "complaints": out.Complaints, "never": never})
	})
	return out, err
}

// wholeAddress is a regular expression of PostgreSQL that finds an address in a text, and not within a longer one:
// not ann@house.example in joann@house.example, nor in ann@house.example.org. An apostrophe is of the address only behind a letter,
// and a dot behind it only before one: both also stand around addresses.
func wholeAddress(address string) string {
	return `(^|[^[:alnum:]._%+-])(?<![[:alnum:]]['’])` + regexp.QuoteMeta(address) + `($|[^[:alnum:]_.-]|[.-]+($|[^[:alnum:]]))`
}
