package factcheck

import (
	"errors"
	"fmt"
	"time"
)

// Code classifies an error for every way out: the HTTP edge maps it to a status, the command line to an exit.
type Code string

// The error codes. An error without a code is internal: its text goes to the log, never to the user.
const (
	CodeInvalid         Code = "invalid"         // the input breaks a rule; Field names where
	CodeUnauthenticated Code = "unauthenticated" // nobody is signed in, or the key is unknown or revoked
	CodeForbidden       Code = "forbidden"       // the actor is known and may not do this
	CodeNotFound        Code = "not_found"       // there is no such thing, or none this actor may know of
	CodeConflict        Code = "conflict"        // somebody else was faster, or the state does not allow it now
	CodeGone            Code = "gone"            // it was there and will not come back
	CodeRateLimited     Code = "rate_limited"    // too many requests; RetryAfter says when to come back
	CodeUnavailable     Code = "unavailable"     // a part this needs is down; trying again may help
	CodeInternal        Code = "internal"        // ours
)

// Error is an error with a code. Message is written for a person and safe to show to anyone.
type Error struct {
	Code       Code
	Message    string
	Field      string // the input that is wrong, as the caller spells it ("sources[2].quote"); empty if none is
	RetryAfter time.Duration
	Err        error // the cause, for the log; may be nil
}

// Error returns the message with its field, and the cause if there is one.
func (e *Error) Error() string {
	s := e.Message
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the first Error in err's chain, CodeInternal if there is none, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}

// Invalid returns a CodeInvalid error about a field.
func Invalid(field, format string, args ...any) error {
	return &Error{Code: CodeInvalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Forbidden returns a CodeForbidden error.
func Forbidden(format string, args ...any) error {
	return &Error{Code: CodeForbidden, Message: fmt.Sprintf(format, args...)}
}

// NotFound returns a CodeNotFound error. The message must not tell an absent thing from a hidden one.
func NotFound(format string, args ...any) error {
	return &Error{Code: CodeNotFound, Message: fmt.Sprintf(format, args...)}
}

// Conflict returns a CodeConflict error.
func Conflict(format string, args ...any) error {
	return &Error{Code: CodeConflict, Message: fmt.Sprintf(format, args...)}
}
