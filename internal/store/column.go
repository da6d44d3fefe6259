package store

import (
	"database/sql/driver"
	"fmt"

	"github.com/jackc/pgx/v5/pgtype"
)

// textArray is a text[] column for GORM, which would take a plain slice for a list of placeholders.
type textArray []string

// Scan reads the column; NULL becomes nil.
func (a *textArray) Scan(src any) error {
	if err := pgtype.NewMap().SQLScanner((*[]string)(a)).Scan(src); err != nil {
		return fmt.Errorf("read text[]: %w", err)
	}
	return nil
}

// Value writes the column; nil is written as the empty array.
func (a textArray) Value() (driver.Value, error) {
	if a == nil {
		a = textArray{}
	}
	b, err := pgtype.NewMap().Encode(pgtype.TextArrayOID, pgtype.TextFormatCode, []string(a), nil)
	if err != nil {
		return nil, fmt.Errorf("write text[]: %w", err)
	}
	return string(b), nil
}

// GormDataType names the column type.
func (textArray) GormDataType() string { return "text[]" }
