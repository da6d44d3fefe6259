package factcheck

import (
	"errors"
	"fmt"
	"testing"
)

func TestCodeOf(t *testing.T) {
	t.Parallel()
	cause := errors.New("connection reset")
	for _, c := range []struct {
		name string
		err  error
		want Code
	}{
		{"nil", nil, ""},
		{"foreign", cause, CodeInternal},
		{"own", Conflict("x"), CodeConflict},
		{"wrapped", fmt.Errorf("edit claim_1: %w", NotFound("no claim")), CodeNotFound},
		{"joined", errors.Join(cause, Forbidden("no")), CodeForbidden},
		{"outermost wins", &Error{Code: CodeUnavailable, Err: Invalid("a", "b")}, CodeUnavailable},
	} {
		if got := CodeOf(c.err); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	cause := errors.New("connection reset")
	err := &Error{Code: CodeInvalid, Message: "choose a rating", Field: "label", Err: cause}
	if got, want := err.Error(), "label: choose a rating: connection reset"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is not in the chain")
	}
	if got, want := NotFound("no %s", "claim").Error(), "no claim"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var e *Error
	if !errors.As(Invalid("text", "%d is too long", 5), &e) || e.Field != "text" || e.Message != "5 is too long" {
		t.Errorf("got %+v", e)
	}
}
