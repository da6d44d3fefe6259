package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
)

// The codes the program ends with.
const (
	exitFailed      = 1
	exitWrongUse    = 2
	exitInterrupted = 130 // as shells report a process that ended by SIGINT
)

// usageError is a mistake in the call that only the subcommand can see.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func wrongUse(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// errSaid ends the program with 1 when everything was said already.
var errSaid = errors.New("said already")

// wrongUse says in one line what was wrong about the call.
func (a *app) wrongUse(command, text string) int {
	fmt.Fprintf(a.stderr, "touchstone: %s (%s --help says more)\n", printable(oneLine(text)), command)
	return exitWrongUse
}

// exitCode says what went wrong, if anything, and returns what the program ends with.
func (a *app) exitCode(ctx context.Context, command string, err error) int {
	if err == nil {
		return 0
	}
	if wrong, ok := errors.AsType[*usageError](err); ok {
		return a.wrongUse(command, wrong.text)
	}
	if bad, ok := errors.AsType[config.SettingsError](err); ok {
		fmt.Fprintln(a.stderr, "touchstone:", bad.Error())
		return exitWrongUse
	}
	if errors.Is(err, errSaid) {
		return exitFailed
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(a.stderr, "touchstone: interrupted")
		return exitInterrupted
	}
	fmt.Fprintln(a.stderr, "touchstone:", explain(err))
	return exitFailed
}

// explain says what went wrong to the person at the terminal, who is on the machine and may know the cause.
func explain(err error) string {
	coded, ok := errors.AsType[*factcheck.Error](err)
	if !ok {
		return observe.Redact(strings.TrimSpace(err.Error()))
	}
	text := coded.Message
	if coded.Field != "" {
		text = coded.Field + ": " + text
	}
	if coded.Err != nil && (coded.Code == factcheck.CodeUnavailable || coded.Code == factcheck.CodeInternal) {
		text += ": " + observe.Redact(coded.Err.Error())
	}
	return oneLine(text)
}

// oneLine joins the lines of a text.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}
