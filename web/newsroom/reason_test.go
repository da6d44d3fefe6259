package newsroom

import (
	"slices"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

func TestEveryReasonHasWordsOfItsOwn(t *testing.T) {
	t.Parallel()
	for name, list := range map[string][]Option{"declining": reasonOptions(factcheck.DeclineReasons(), declineWord), "selection": reasonOptions(factcheck.SelectionReasons(), selectionWord)} {
		var said []string
		for _, o := range list {
			if o.Label == "" || slices.Contains(said, o.Label) {
				t.Errorf("%s: %q is called %q, want words of its own", name, o.Value, o.Label)
			}
			said = append(said, o.Label)
		}
	}
}
