package site

import (
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

func TestChangesAreToldInTheReadersWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ lang, field, before, after, want string }{
		{"en", "replies", "Port\n2025-06-07", "Port\n2025-06-07\n2025-06-09\nWe agree.", "Port\nasked on 7 June 2025\nanswered on 9 June 2025\nWe agree."},
		{"es", "replies", "", "Port\n2025-06-07", "Port\nse pidió el 7 de junio de 2025"},
		{"ar", "replies", "", "Port\n2025-06-07", "Port\nسُئل في 7 يونيو 2025"},
		{"es", "date", "2025-06-07", "2025-06", "junio de 2025"},
		{"en", "date", "", "some day", "some day"},
		{"en", "label", "", "Misleading\nmissing_context", "Misleading\nmissing context"},
		{"en", "label", "", "Unproven\nunproven", "Unproven"},
		{"ar", "label", "", "Unproven\nunproven", "Unproven\nغير مثبت"},
		{"en", "state", "", "suspended", "Under review"},
		{"en", "valid_from", "", "2025-06-07 16:40 UTC", "7 June 2025, 16:40 UTC"},
	} {
		got := changedText(ui.Locale{Lang: tt.lang}, document.StateChange{Field: tt.field, Words: document.Words(tt.before, tt.after)})
		if after := side(got, document.Added); after != tt.want {
			t.Errorf("%s in %s: got %q, want %q", tt.field, tt.lang, after, tt.want)
		}
	}
}
