package problem_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/problem"
)

func TestGoogleReadsTheSameProblem(t *testing.T) {
	t.Parallel()
	p := problem.BadRequest(problem.Detail{Location: "query.key", Message: "no key"})
	p.Info = &problem.ErrorInfo{Reason: "API_KEY_INVALID", Domain: "googleapis.com"}
	want := `{"type":"about:blank","title":"Bad Request","status":400,"detail":"no key","errors":[{"location":"query.key","message":"no key"}],` +
		`"error":{"code":400,"message":"no key","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}`
	if diff := cmp.Diff(want, string(p.GoogleJSON())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEachStatusHasItsGoogleCode(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{
		400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 405: "INVALID_ARGUMENT", 408: "DEADLINE_EXCEEDED", 409: "ABORTED", 410: "NOT_FOUND",
		412: "FAILED_PRECONDITION", 413: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 501: "UNIMPLEMENTED", 502: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
	} {
		if got := string(problem.New(status, "x").GoogleJSON()); !strings.Contains(got, `"status":"`+want+`"`) {
			t.Errorf("%d: got %s, want %s", status, got, want)
		}
	}
}
