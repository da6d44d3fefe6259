package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"
	"gorm.io/gorm"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// translate gives every error that leaves the store a code. doing is a short phrase that names the action and the ids.
// An error that has a code keeps it.
func translate(doing string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*factcheck.Error](err); ok {
		return err
	}
	if errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, pgx.ErrNoRows) {
		return &factcheck.Error{Code: factcheck.CodeNotFound, Message: "there is no such thing here", Err: fmt.Errorf("%s: %w", doing, err)}
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return translatePG(doing, pg)
	}
	if connectionLost(err) {
		return unavailable(doing, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// connectionLost reports whether err is about reaching the server and not about what it was asked.
func connectionLost(err error) bool {
	var (
		dial *pgconn.ConnectError
		wire net.Error
	)
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, puddle.ErrClosedPool) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.As(err, &dial) || errors.As(err, &wire)
}

func translatePG(doing string, pg *pgconn.PgError) error {
	cause := fmt.Errorf("%s: %w", doing, pg)
	coded := func(code factcheck.Code, message string) error {
		return &factcheck.Error{Code: code, Message: message, Err: cause}
	}
	switch pg.Code {
	case "23505": // unique_violation
		return coded(factcheck.CodeConflict, uniqueMessage(pg.ConstraintName))
	case "23503": // foreign_key_violation
		return coded(factcheck.CodeInvalid, "this refers to something that does not exist")
	case "23514", "23502": // check_violation, not_null_violation
		return coded(factcheck.CodeInvalid, "a value breaks a rule of the ledger ("+pg.ConstraintName+")")
	case "23000": // integrity_constraint_violation: our guards, whose texts are written for people
		if pg.ConstraintName == "verdict_versions_own_work" || pg.ConstraintName == "verdict_versions_no_interest" {
			return coded(factcheck.CodeForbidden, pg.Message)
		}
		return coded(factcheck.CodeConflict, pg.Message)
	case "22021", "22P05", "22P02": // bad encoding, untranslatable character, invalid text representation
		return coded(factcheck.CodeInvalid, "a text holds characters that cannot be stored")
	case "54000", "22008", "22003": // program_limit_exceeded (an index row), datetime_field_overflow, numeric_value_out_of_range
		return coded(factcheck.CodeInvalid, "a value is too long or too large to be stored")
	case "40001", "40P01", "55P03": // serialization_failure, deadlock_detected, lock_not_available
		return coded(factcheck.CodeConflict, "somebody else was working on this; try again")
	case "42501": // insufficient_privilege
		return coded(factcheck.CodeForbidden, "the program's database role may not do this")
	case "57014", "57P01", "57P02", "57P03", "53300", "25006": // canceled, shutdown, starting up, too many connections, read-only
		return coded(factcheck.CodeUnavailable, "the database did not answer in time; try again")
	}
	return cause
}

// uniqueMessage says what is there already, by the constraint that refused.
func uniqueMessage(constraint string) string {
	switch constraint {
	case "people_email_key":
		return "somebody with this e-mail address is there already"
	case "publishers_site_key":
		return "a publisher with this site is there already"
	case "publishers_one_house":
		return "this installation has its house already"
	case "scales_slug_version_key":
		return "this version of the scale is there already"
	case "topics_slug_key":
		return "a topic with this name is there already"
	case "claimants_same_as":
		return "another claimant has this address already"
	case "articles_url_key", "article_urls_pkey":
		return "this address belongs to an article already"
	case "appearances_one_per_article_and_claim":
		return "this article is linked to this claim already"
	case "verdicts_one_per_claim_and_publisher":
		return "this publisher has a verdict on this claim already"
	case "verdict_versions_one_open":
		return "a draft of this verdict is open already"
	case "proposals_one_open_restore", "proposals_one_open_name":
		return "this is proposed already and waits for a second person"
	case "interests_once":
		return "this conflict of interest is declared already"
	case "claim_slugs_pkey", "claims_slug_key":
		return "this address belongs to another claim"
	}
	return "this is there already (" + constraint + ")"
}

func invalidf(field, format string, args ...any) error {
	return factcheck.Invalid(field, format, args...)
}

func unavailable(doing string, err error) error {
	return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "the database does not answer", Err: fmt.Errorf("%s: %w", doing, err)}
}

var urlPassword = regexp.MustCompile(`(://[^:/@\s]*:)[^@\s]*@|(password=)\S+`)

// hideSecrets removes passwords from an error about a connection string, keeping the chain out: it would print them.
func hideSecrets(err error) error {
	return errors.New(urlPassword.ReplaceAllString(err.Error(), "${1}${2}***@"))
}
