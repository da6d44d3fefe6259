package store_test

import (
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// TestAuditSaysBeforeAndAfter looks at acts whose entries named the act alone.
func TestAuditSaysBeforeAndAfter(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim := env.Claim(t, "The mayor resigned.")
	ok(t, env.DB.DeclineClaim(ctx, env.Checker, claim, 1, "An opinion."))
	ok(t, env.DB.ReopenClaim(ctx, env.Checker, claim, working(t, env, claim).Revision))
	key, _, err := env.DB.CreateKey(ctx, env.Admin, store.KeyInput{Name: "Ann Partner", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
	ok(t, err)
	ok(t, env.DB.RevokeKey(ctx, env.Admin, key))
	for action, want := range map[string]string{
		"claim.decline": `"after": "declined", "before": "triage"`, "claim.reopen": `"after": "triage", "before": "declined"`,
		"key.create": `"before": null`, "key.revoke": `"revoked": true`, "scale.add": `"after": ["`,
	} {
		got := ask[string](t, env, `SELECT max(details::text) FROM audit WHERE action = $1`, action)
		if !strings.Contains(got, want) || strings.Contains(got, "Ann Partner") {
			t.Errorf("%s: got %s, want %s in it", action, got, want)
		}
	}
}
