package problem_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
)

func TestEachCodeHasItsStatus(t *testing.T) {
	t.Parallel()
	for code, want := range map[factcheck.Code][2]int{ // reading, writing
		factcheck.CodeInvalid: {400, 422}, factcheck.CodeUnauthenticated: {401, 401}, factcheck.CodeForbidden: {403, 403},
		factcheck.CodeNotFound: {404, 404}, factcheck.CodeConflict: {409, 409}, factcheck.CodeGone: {410, 410},
		factcheck.CodeRateLimited: {429, 429}, factcheck.CodeUnavailable: {503, 503}, factcheck.CodeInternal: {500, 500}, "": {500, 500},
	} {
		if got := [2]int{problem.Status(code, true), problem.Status(code, false)}; got != want {
			t.Errorf("%s: got %v, want %v", code, got, want)
		}
	}
}

func TestProblemNamesTheField(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("list claims: %w", factcheck.Invalid("limit", "choose a number from 1 to 100"))
	want := &problem.Problem{Type: "about:blank", Title: "Bad Request", Status: 400, Detail: "choose a number from 1 to 100",
		Errors: []problem.Detail{{Location: "query.limit", Message: "choose a number from 1 to 100"}}}
	if diff := cmp.Diff(want, problem.From(err, true)); diff != "" {
		t.Errorf("reading (-want +got):\n%s", diff)
	}
	if got := problem.From(err, false); got.Status != 422 || got.Errors[0].Location != "body.limit" {
		t.Errorf("got %d at %s for a write, want 422 at body.limit", got.Status, got.Errors[0].Location)
	}
}

func TestProblemTellsNothingOfACause(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		errors.New("dial tcp 10.1.2.3: secret"),
		&factcheck.Error{Code: factcheck.CodeInternal, Message: "secret"},
		&factcheck.Error{Code: factcheck.CodeUnavailable, Message: "the database does not answer", Err: errors.New("secret")},
	} {
		if text := string(problem.From(err, true).JSON()); strings.Contains(text, "secret") {
			t.Errorf("the cause is told: %s", text)
		}
	}
}

func TestProblemKeepsWhatAHandlerReturned(t *testing.T) {
	t.Parallel()
	p := problem.BadRequest(problem.Detail{Location: "query.x", Message: "unknown"}, problem.Detail{Location: "query.y", Message: "unknown"})
	if got := problem.From(fmt.Errorf("handle: %w", p), true); got != p {
		t.Errorf("got %+v, want the handler's own", got)
	}
	var back map[string]any
	if err := json.Unmarshal(p.JSON(), &back); err != nil {
		t.Fatal(err)
	}
	if back["status"] != 400.0 || len(back["errors"].([]any)) != 2 || back["type"] != "about:blank" {
		t.Errorf("got %v, want status 400 with two errors", back)
	}
}

func TestWhenToComeBack(t *testing.T) {
	t.Parallel()
	limited := &factcheck.Error{Code: factcheck.CodeRateLimited, Message: "too many", RetryAfter: 7 * time.Second}
	if got := problem.From(limited, true).RetryAfter; got != 7*time.Second {
		t.Errorf("got %v, want 7s", got)
	}
	if got := problem.From(&factcheck.Error{Code: factcheck.CodeUnavailable}, true).RetryAfter; got != time.Second {
		t.Errorf("got %v for unavailable, want 1s", got)
	}
}
