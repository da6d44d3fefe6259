package demo

import (
	"bytes"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// shelf looks at the articles of a demonstration that was played.
type shelf struct {
	t       *testing.T
	db      *store.DB
	content *Content
}

// article returns an article of the story as the newsroom has it.
func (s shelf) article(key string) store.WorkingArticle {
	s.t.Helper()
	a, ok := s.content.Article(key)
	if !ok {
		s.t.Fatalf("there is no article %s in the story", key)
	}
	all, err := s.db.NewsroomArticles(s.t.Context(), factcheck.System(), store.ArticleFilter{Query: a.Title}, factcheck.ArticleID{}, 50)
	if err != nil {
		s.t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(sum store.ArticleSummary) bool { return sum.Title == a.Title && sum.URL == a.URL })
	if i < 0 {
		s.t.Fatalf("article %s is not among %d found", key, len(all))
	}
	out, err := s.db.NewsroomArticle(s.t.Context(), factcheck.System(), all[i].ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// link returns what an article does with a claim of the story.
func (s shelf) link(list []store.ArticleAppearance, claim string) store.ArticleAppearance {
	s.t.Helper()
	text := s.content.Claims[slices.IndexFunc(s.content.Claims, func(cl Claim) bool { return cl.Key == claim })].Text
	i := slices.IndexFunc(list, func(ap store.ArticleAppearance) bool { return ap.ClaimText == text })
	if i < 0 {
		s.t.Fatalf("claim %s is not among %d links", claim, len(list))
	}
	return list[i]
}

// kinds returns what happened to an appearance.
func kinds(a store.WorkingArticle, id factcheck.AppearanceID) []string {
	var out []string
	for _, e := range a.Events {
		if e.Appearance == id {
			out = append(out, e.Kind)
		}
	}
	return out
}

func TestDemonstrationShowsWhatArticlesDo(t *testing.T) {
	t.Parallel()
	db, content := played(t)
	s := shelf{t, db, content}
	for name, check := range map[string]func(t *testing.T, s shelf){
		"an article is linked to several claims, in reading order": severalClaims,
		"a page that changed lost a passage and kept another":      changedPage,
		"links that were mistakes leave their trace":               mistakes,
		"a post that nobody can open":                              postWithoutAddress,
		"an article is known under several addresses":              manyAddresses,
		"the first known appearance":                               firstAppearance,
		"fact-checks that pages state":                             statedChecks,
		"an article waits for the desk":                            onTheDesk,
		"passages are located":                                     locatedPassages,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, shelf{t, s.db, s.content})
		})
	}
}

func severalClaims(t *testing.T, s shelf) {
	a := s.article("harbour-week")
	var order []string
	for _, ap := range a.Appearances {
		order = append(order, a.Text[ap.Anchor.Start:ap.Anchor.End])
	}
	want := []string{
		"The mayor has resigned over the harbour contract, they say at the fish stall",
		"the picture of the market hall under water up to its first-floor windows",
		"it cost three times what the council had agreed, which Councillor Odile Brandt has been saying for months",
		"It tore down the big crane in the port, as a video shows",
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("passages in reading order (-want +got):\n%s", diff)
	}
	for claim, state := range map[string]factcheck.CorrectionState{
		"mayor-resigned": factcheck.StateCorrected, "market-hall-photo": factcheck.StateRemoved, "crane-video": factcheck.StateStanding,
	} {
		ap := s.link(a.Appearances, claim)
		if ap.State != state || (ap.CorrectedAt != nil) != (state != factcheck.StateStanding) {
			t.Errorf("%s: got %s at %v, want %s", claim, ap.State, ap.CorrectedAt, state)
		}
		if ap.CorrectedAt == nil {
			continue
		}
		i := slices.IndexFunc(a.Events, func(e store.AppearanceEvent) bool { return e.Appearance == ap.ID && e.Kind == string(state) })
		if i < 0 || !a.Events[i].At.Equal(*ap.CorrectedAt) || !a.Events[i].At.Before(a.Events[i].RecordedAt) || a.Events[i].Note == "" {
			t.Errorf("%s: its events are %v, want one of the day it was %s, noted later", claim, kinds(a, ap.ID), state)
		}
	}
	if d, err := ingest.ReadDetails(a.Found); err != nil || len(d.Leads) != 3 || len(d.Quotations) == 0 || len(d.Found) < 10 || strings.Contains(a.Text, d.Leads[0].Title) {
		t.Errorf("found %+v, %v; want three pointers that are not in the text, a quotation, and what was found where", d, err)
	}
	if a.ArchiveURL == "" || a.LeadImage == "" || a.FetchedAt == nil {
		t.Errorf("got copy %q, picture %q, fetched %v; want all", a.ArchiveURL, a.LeadImage, a.FetchedAt)
	}
	shown, err := s.db.ArticleBySlug(t.Context(), a.Slug)
	if err != nil || len(shown.Appearances) != len(want) || shown.ArchiveURL != a.ArchiveURL || shown.Appearances[1].Quote != want[1] {
		t.Errorf("readers see %+v, %v", shown, err)
	}
}

func changedPage(t *testing.T, s shelf) {
	a := s.article("mayor-gazette")
	lost, kept := s.link(a.Appearances, "mayor-resigned"), s.link(a.Appearances, "harbour-wall-cost")
	if !lost.Lost || lost.State != factcheck.StateCorrected || strings.Contains(a.Text, lost.Anchor.Quote) {
		t.Errorf("got %+v, want the corrected passage lost", lost)
	}
	if kept.Lost || a.Text[kept.Anchor.Start:kept.Anchor.End] != kept.Anchor.Quote || len(a.Appearances) != 2 || a.Appearances[0].ID != kept.ID {
		t.Errorf("got %+v, want the other passage where it stands now, before the lost one", kept)
	}
	if len(a.Snapshots) != 2 || bytes.Equal(a.Snapshots[0].SHA256, a.Snapshots[1].SHA256) || a.Modified == nil {
		t.Fatalf("got snapshots %+v, want two of different contents", a.Snapshots)
	}
	for i, want := range []string{"Mayor stays", "Mayor quits"} {
		body, err := s.db.NewsroomSnapshot(t.Context(), factcheck.System(), a.Snapshots[i].ID)
		if err != nil || !strings.Contains(string(body.Body), want) || a.Snapshots[i].Kind != factcheck.SnapshotHTML {
			t.Errorf("snapshot %d does not say %q: %v", i, want, err)
		}
	}
}

func mistakes(t *testing.T, s shelf) {
	daily := s.article("mayor-daily")
	wrong := s.link(daily.Unlinked, "harbour-wall-cost")
	if diff := cmp.Diff([]string{"linked", "unlinked"}, kinds(daily, wrong.ID)); diff != "" {
		t.Errorf("the mistaken link (-want +got):\n%s", diff)
	}
	ferry := s.article("ferry-post")
	if len(ferry.Appearances) != 1 || len(ferry.Unlinked) != 1 {
		t.Fatalf("got %d links and %d taken back, want one of each", len(ferry.Appearances), len(ferry.Unlinked))
	}
	if diff := cmp.Diff([]string{"linked", "unlinked"}, kinds(ferry, ferry.Unlinked[0].ID)); diff != "" {
		t.Errorf("the link that was taken back (-want +got):\n%s", diff)
	}
	if ferry.Public {
		t.Error("an article that readers should not know of is public")
	}
}

func postWithoutAddress(t *testing.T, s shelf) {
	a := s.article("kettle-post")
	if a.URL != "" || a.TakenIn != factcheck.TakenInPost || a.Platform != "Kettle" || a.Handle == "" || a.Published.Precision != factcheck.PrecisionInstant || len(a.Snapshots) != 2 {
		t.Fatalf("got %+v, want a post without an address, its picture and its text", a)
	}
	i := slices.IndexFunc(a.Snapshots, func(sn store.Snapshot) bool { return sn.Kind == factcheck.SnapshotScreenshot })
	if i < 0 {
		t.Fatalf("got snapshots %+v, want a picture", a.Snapshots)
	}
	body, err := s.db.NewsroomSnapshot(t.Context(), factcheck.System(), a.Snapshots[i].ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(body.Body)); err != nil {
		t.Errorf("the picture is none: %v", err)
	}
	public, _ := exported(t, s.db)
	if strings.Contains(public, a.Handle) || !strings.Contains(public, s.link(a.Appearances, "mayor-resigned").Anchor.Quote) {
		t.Error("readers should see the passage, and not the handle")
	}
}

func manyAddresses(t *testing.T, s shelf) {
	a := s.article("mayor-wire")
	written, _ := s.content.Article("mayor-wire")
	if len(a.Spellings) < 4 || len(written.Spellings) < 3 {
		t.Errorf("got spellings %v, want four", a.Spellings)
	}
	for _, u := range append([]string{written.URL}, written.Spellings...) {
		if got, err := s.db.FindArticle(t.Context(), factcheck.System(), u); err != nil || got.ID != a.ID {
			t.Errorf("%s leads to %v, %v, want %v", u, got.ID, err, a.ID)
		}
	}
}

func firstAppearance(t *testing.T, s shelf) {
	a := s.article("lighthouse-league")
	ap := s.link(a.Appearances, "lighthouse-staffed")
	if !ap.First || ap.FirstSeenAt == nil || ap.Appeared.String() != "2023-04" || !ap.Appeared.At.Before(a.Published.At) || !a.Published.At.Before(*ap.FirstSeenAt) {
		t.Errorf("got first %v, appeared %s, published %s, seen %v; want each before the next", ap.First, ap.Appeared, a.Published, ap.FirstSeenAt)
	}
	for post, claim := range map[string]string{"mayor-post": "mayor-resigned", "vance-post": "vance-resigned"} {
		if ap := s.link(s.article(post).Appearances, claim); !ap.First {
			t.Errorf("%s began the rumour and is not its first appearance: %+v", post, ap)
		}
	}
}

func statedChecks(t *testing.T, s shelf) {
	a := s.article("market-monitor")
	if len(a.Appearances) != 1 || a.Appearances[0].Stance != factcheck.StanceDisputes || !a.Appearances[0].ClaimPublic {
		t.Fatalf("got %+v, want the accepted check's claim, disputed and public", a.Appearances)
	}
	doc, err := s.db.ClaimByID(t.Context(), a.Appearances[0].Claim)
	if err != nil || !strings.Contains(string(doc.Stored), "Example Monitor") {
		t.Errorf("readers do not see the check of Example Monitor: %v", err)
	}
	offered := s.article("tram-faits")
	if d, err := ingest.ReadDetails(offered.Found); err != nil || len(d.Checks) != 1 || len(offered.Appearances) != 0 || offered.Public {
		t.Errorf("got %+v linked to %d claims, %v; want one check that nobody took in yet", d.Checks, len(offered.Appearances), err)
	}
}

func onTheDesk(t *testing.T, s shelf) {
	waiting, err := s.db.NewsroomArticles(t.Context(), factcheck.System(), store.ArticleFilter{Linked: store.Unlinked}, factcheck.ArticleID{}, 50)
	if err != nil {
		t.Fatal(err)
	}
	want := s.article("desk-agenda")
	if !slices.ContainsFunc(waiting, func(sum store.ArticleSummary) bool { return sum.ID == want.ID }) || want.Text == "" || want.Public {
		t.Errorf("got %+v on the desk, want %s among it", waiting, want.Title)
	}
}

// locatedPassages checks that whatever the story quotes stands where the newsroom shows it, but for what the story says is
// lost.
func locatedPassages(t *testing.T, s shelf) {
	located, rightToLeft := 0, 0
	var all []store.ArticleSummary
	for page := 0; page == 0 || len(all) == 100*page; page++ {
		after := factcheck.ArticleID{}
		if page > 0 {
			after = all[len(all)-1].ID
		}
		more, err := s.db.NewsroomArticles(t.Context(), factcheck.System(), store.ArticleFilter{Linked: store.Linked}, after, 100)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, more...)
	}
	for _, sum := range all {
		a, err := s.db.NewsroomArticle(t.Context(), factcheck.System(), sum.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, ap := range a.Appearances {
			switch {
			case ap.Anchor.Quote == "":
			case ap.Lost && a.Title != "Mayor quits, reports say":
				t.Errorf("%s: the passage %q stands nowhere", a.Title, ap.Anchor.Quote)
			case !ap.Lost && a.Text[ap.Anchor.Start:ap.Anchor.End] != ap.Anchor.Quote:
				t.Errorf("%s: %q stands where %q should", a.Title, a.Text[ap.Anchor.Start:ap.Anchor.End], ap.Anchor.Quote)
			case !ap.Lost:
				located++
				if direction(a.Language) == "rtl" && strings.Count(a.Text, "\n\n") > 1 {
					rightToLeft++
				}
			}
		}
	}
	if located < 50 || rightToLeft < 2 {
		t.Errorf("got %d located passages, %d of them in long right-to-left articles; want at least 50 and 2", located, rightToLeft)
	}
}
