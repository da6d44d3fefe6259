package site

import (
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

func TestTopicHasOneNameInALanguage(t *testing.T) {
	t.Parallel()
	topic := store.PublicTopic{Name: "Health", Names: map[string]string{"es-MX": "La salud", "es-AR": "Salud", "fr": "Santé"}}
	for range 30 { // the order of a map is another each time
		if name, lang := topicName(ui.Locale{Lang: "es"}, topic); name != "Salud" || lang != "es-AR" {
			t.Fatalf("got %q in %q, want the same name each time", name, lang)
		}
	}
	if name, lang := topicName(ui.Locale{Lang: "ar"}, topic); name != "Health" || lang != "" {
		t.Errorf("got %q in %q, want the name that it has", name, lang)
	}
}

func TestListThatIsNotNarrowedLeadsOn(t *testing.T) {
	t.Parallel()
	if got := older(feedsPath, "b", "c", nil); got.FirstURL != "/feeds" || got.NextURL != "/feeds?after=c" {
		t.Errorf("got %+v, want the beginning and what comes after c", got)
	}
}
