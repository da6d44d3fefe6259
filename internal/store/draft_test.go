package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// Many begin a draft of one claim at once while it is given to somebody: one draft is begun, the others are told that it is open,
// and nobody waits for somebody who waits for them. Before drafts were queued for, the database ended some as deadlocked.
func TestManyBeginADraftAtOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for round := range 3 {
		claim := env.Claim(t, fmt.Sprintf("The mayor of Exampleville has resigned %d times.", round+2))
		var all sync.WaitGroup
		begun := make(chan error, 12)
		for range cap(begun) {
			all.Go(func() {
				_, err := env.DB.DraftVerdict(t.Context(), env.Checker, claim, env.Draft("False"))
				begun <- err
			})
			all.Go(func() {
				if err := env.DB.AssignClaim(t.Context(), env.Checker2, claim, env.Checker2.Person); err != nil {
					t.Errorf("assign: %v", err)
				}
			})
		}
		all.Wait()
		close(begun)
		won := 0
		for err := range begun {
			switch {
			case err == nil:
				won++
			case factcheck.CodeOf(err) != factcheck.CodeConflict || !strings.HasPrefix(err.Error(), "a draft of this verdict is open already"):
				t.Errorf("got %v, want the draft or that it is open already", err)
			}
		}
		if won != 1 {
			t.Errorf("got %d drafts begun, want 1", won)
		}
	}
}
