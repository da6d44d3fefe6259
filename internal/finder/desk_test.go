package finder_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/finder"
)

func TestAlikeGroupsWhatAsksForTheSame(t *testing.T) {
	t.Parallel()
	got, err := finder.Alike([]finder.Sent{
		{Text: "Is it true that the mayor of Exampleville has resigned?"},
		{Text: "Bleach cures the flu, they say on Telegram"},
		{Text: "Has the mayor of Exampleville resigned over the harbour contract"},
		{Address: "https://social.example/1"},
		{Text: "The ferry does not run on Sundays any more", Address: "https://social.example/1"},
		{Text: "Someone told me bleach cures flu"},
		{Text: "Vaccines contain microchips"},
		{},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{0, 1, 0, 3, 3, 1, 6, 7}, got); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if got, err := finder.Alike(nil); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v of nothing", got, err)
	}
}
