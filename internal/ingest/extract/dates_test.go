package extract_test

import (
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
)

// The day that stands beside the headline is found in the languages of most newsrooms, where nothing else says it.
func TestDateBesideTheHeadline(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("<p>The council of Exampleville met on Tuesday and spoke about the harbour for three hours, and nobody left the room before the vote was taken.</p>", 6)
	for line, want := range map[string]string{
		"Published on 3 June 2025, 10:30": "2025-06-03", "June 3rd, 2025 | News": "2025-06-03", "Veröffentlicht am 3. Juni 2025": "2025-06-03", "Publié le 1er août 2025 à 9h": "2025-08-01",
		"3 de junio de 2025": "2025-06-03", "3 de março de 2025, 8h": "2025-03-03", "2025-06-03": "2025-06-03", "2025年6月3日": "2025-06-03", "3 июня 2025": "2025-06-03", "3 يونيو 2025": "2025-06-03",
		"3 जून 2025": "2025-06-03", "06/07/2025": "", "31 February 2025": "", "3 brumaire 2025": "", "30 reasons": "", "3 June 1975": "",
	} {
		page := `<!doctype html><html><head><title>Mayor stays</title></head><body><article><h1>Mayor stays</h1><div class="post-date">` + line + `</div>` + text + `</article><footer><div class="date">1 May 2019</div></footer></body></html>`
		r, err := extract.Page(extract.Input{URL: "https://gazette.example/a", Body: []byte(page)})
		if err != nil || r.Published.String() != want {
			t.Errorf("%s: got %q, want %q (%v)", line, r.Published, want, err)
		}
	}
}
