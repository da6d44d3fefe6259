package export_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/export"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

const public = "https://desk.example"

// desk is a newsroom whose editions are tended.
type desk struct {
	*storetest.Env
	t *testing.T
}

func newDesk(t *testing.T) desk { return desk{storetest.New(t), t} }

func (d desk) tend() {
	d.t.Helper()
	if err := export.Tend(d.t.Context(), d.DB, public, slog.New(slog.DiscardHandler)); err != nil {
		d.t.Fatal(err)
	}
}

func (d desk) editions() []store.Edition {
	d.t.Helper()
	all, err := d.DB.Editions(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// file takes a file of the newest edition, checks its sum, and returns it unpacked.
func (d desk) file(format string) (string, store.EditionFile) {
	d.t.Helper()
	e := d.editions()[0]
	for _, f := range e.Files {
		if f.Format != format {
			continue
		}
		var packed bytes.Buffer
		for n := 0; ; n++ {
			part, err := d.DB.EditionPart(d.t.Context(), e.Month, format, f.SHA256, n)
			if err != nil {
				d.t.Fatalf("piece %d of %s: %v", n, format, err)
			}
			if part == nil {
				break
			}
			packed.Write(part)
		}
		if sha256.Sum256(packed.Bytes()) != f.SHA256 || int64(packed.Len()) != f.Size {
			d.t.Errorf("%s: %d bytes are not what the sum of %d is of", format, packed.Len(), f.Size)
		}
		in, err := gzip.NewReader(&packed)
		if err != nil {
			d.t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			d.t.Fatal(err)
		}
		return string(text), f
	}
	d.t.Fatalf("there is no %s", format)
	panic("unreachable")
}

// now is an export of now without its first line.
func (d desk) now(format string) string {
	d.t.Helper()
	from, err := d.DB.OpenExtract(d.t.Context(), factcheck.ClaimID{})
	if err != nil {
		d.t.Fatal(err)
	}
	defer from.Close(d.t.Context())
	house, err := d.DB.Publication(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	var out bytes.Buffer
	e, err := export.New(&out, from, factcheck.ClaimID{}, export.Config{Format: format, House: house.House, PublicURL: public, Logger: slog.New(slog.DiscardHandler)})
	for done := false; err == nil && !done; {
		done, err = e.Next(d.t.Context())
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return out.String()
}

func body(export string) string {
	_, rest, _ := strings.Cut(export, "\n")
	return rest
}

func (d desk) redact(claim factcheck.ClaimID, passage string) {
	d.t.Helper()
	id, err := d.DB.ProposeRedaction(d.t.Context(), d.Checker, store.RedactionInput{Claim: claim, Passage: passage, Class: factcheck.RedactPrivateData, Reason: "asked to"})
	if err == nil {
		err = d.DB.DecideProposal(d.t.Context(), d.Editor, id, true)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

func TestAnEditionIsMadeOnceAndStaysAsItIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.tend()
	if got := d.editions(); len(got) != 0 {
		t.Fatalf("got %+v of a house that published nothing", got)
	}
	v := d.Published(t, "=The mayor of Exampleville has resigned.", "False")
	d.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "We had the wrong day.")
	d.Published(t, "The river is dry.", "False")
	d.tend()
	all := d.editions()
	if len(all) != 1 || all[0].Seq != 3 || all[0].Epoch == "" || len(all[0].Files) != 2 || all[0].Remade || all[0].Month.Day() != 1 {
		t.Fatalf("got %+v, want one edition, true at 3", all)
	}
	lines, file := d.file("ndjson")
	if body(lines) != body(d.now("ndjson")) || file.Claims != 2 {
		t.Errorf("the edition is not what an export was:\n%s", lines)
	}
	table, _ := d.file("csv")
	if table != d.now("csv") || !strings.Contains(table, "'=The mayor") {
		t.Errorf("the table is not what an export was:\n%s", table)
	}
	d.Published(t, "The bridge is closed.", "True")
	d.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More is known.")
	d.tend()
	if again, same := d.file("ndjson"); again != lines || same.SHA256 != file.SHA256 || len(same.Earlier) != 0 {
		t.Error("the edition moved with what was published later")
	}
	for _, attack := range []string{
		`UPDATE edition_files SET size = 1`, `DELETE FROM edition_pieces`, `UPDATE edition_pieces SET body = 'x'`, `UPDATE editions SET seq = 1`, `DELETE FROM editions`, `DELETE FROM edition_earlier`,
		`INSERT INTO edition_pieces SELECT month, format, 99, claims, ends, body FROM edition_pieces LIMIT 1`,
	} {
		if _, err := d.DB.Pool().Exec(t.Context(), attack); err == nil {
			t.Errorf("%s: it was done", attack)
		}
	}
}

func TestWhatIsRecalledIsGoneFromEveryEdition(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The baker of Mill Lane is a spy.", "False")
	d.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "We had the wrong day.")
	suspended := d.Published(t, "The bridge is closed for good.", "False")
	merged := d.Published(t, "The mayor resigned.", "False")
	d.Corrected(t, merged.Verdict, factcheck.CorrectionRetraction, "It is told elsewhere.")
	stays := d.Published(t, "The river is dry.", "False")
	d.tend()
	before, file := d.file("ndjson")
	d.redact(v.Claim, "Mill Lane")
	if _, err := d.DB.EditionPart(t.Context(), d.editions()[0].Month, "ndjson", file.SHA256, 1); factcheck.CodeOf(err) != factcheck.CodeUnavailable {
		t.Errorf("got %v right after the redaction, want that nothing is served", err)
	}
	if err := d.DB.SuspendVerdict(t.Context(), d.Editor, suspended.Verdict, "A source was withdrawn."); err != nil {
		t.Fatal(err)
	}
	if err := d.DB.MergeClaims(t.Context(), d.Editor, merged.Claim, stays.Claim, "The same."); err != nil {
		t.Fatal(err)
	}
	var jobs int
	if err := d.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE kind = 'tend_editions'`).Scan(&jobs); err != nil || jobs == 0 {
		t.Errorf("got %d jobs, %v, want that somebody was asked to make it again", jobs, err)
	}
	d.tend()
	after, now := d.file("ndjson")
	table, _ := d.file("csv")
	for _, gone := range []string{"Mill Lane", "mill-lane", merged.Claim.String(), `"label":"False","scale":"house/1","truth":"false","reasons":[]},"headline":"The bridge`} {
		if !strings.Contains(before, gone) && gone == "Mill Lane" {
			t.Errorf("the test shows nothing: %q never stood there", gone)
		}
		if strings.Contains(after, gone) || strings.Contains(table, gone) {
			t.Errorf("%q stands in the edition still", gone)
		}
	}
	if strings.Count(table, "\n") != strings.Count(d.now("csv"), "\n") || strings.Contains(table, "closed for good") {
		t.Errorf("the table tells of what is under review:\n%s", table)
	}
	if now.Claims != 3 || len(now.Earlier) != 1 || now.Earlier[0].SHA256 != file.SHA256 || strings.Join(now.Earlier[0].Reasons, " ") != "redaction suspension withdrawal" {
		t.Errorf("got %+v, want three claims, and the sum of before with the reasons", now)
	}
	if !strings.Contains(after, `"claims":3}`) || strings.Count(after, "\n") != 5 || !strings.Contains(after, "[removed: private data]") || !strings.Contains(after, `"state":"suspended"`) {
		t.Errorf("got\n%s", after)
	}
	same := func(text string) (line string) { // the claim that nothing was recalled of
		for line = range strings.Lines(text) {
			if strings.HasPrefix(line, `{"id":"`+stays.Claim.String()) {
				return line
			}
		}
		return ""
	}
	if same(before) == "" || same(before) != same(after) {
		t.Error("a claim that was not recalled has other bytes")
	}
	d.tend()
	if _, again := d.file("ndjson"); again.SHA256 != now.SHA256 || len(again.Earlier) != 1 {
		t.Error("doing it again made another file")
	}
}

// Who a version named, or checked it, stands in the editions long after a correction says something else.
func TestNamesOfEarlierVersionsAreRecalledToo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	zoe := must[factcheck.ClaimantID](t)(d.DB.AddClaimant(t.Context(), d.Checker, factcheck.ClaimantInput{Name: "Zoe Zebrafish", Kind: factcheck.ClaimantPerson}))
	ivo := must[factcheck.ClaimantID](t)(d.DB.AddClaimant(t.Context(), d.Checker, factcheck.ClaimantInput{Name: "Ivo Ibis", Kind: factcheck.ClaimantPerson}))
	in := factcheck.ClaimInput{Text: "The river is dry.", Language: "en", Claimant: zoe}
	claim := must[factcheck.ClaimID](t)(d.DB.FileClaim(t.Context(), d.Checker, in))
	v := must[store.Version](t)(d.DB.DraftVerdict(t.Context(), d.Checker, claim, d.Draft("False")))
	publish := func(author factcheck.Actor) {
		t.Helper()
		v = must[store.Version](t)(d.DB.SubmitVerdict(t.Context(), author, v.ID, v.Revision))
		v = must[store.Version](t)(d.DB.ApproveVerdict(t.Context(), d.Editor, v.ID, v.Hash))
	}
	publish(d.Checker)
	in.Claimant = ivo
	working := must[store.WorkingClaim](t)(d.DB.NewsroomClaim(t.Context(), d.Admin, claim))
	if err := d.DB.EditClaim(t.Context(), d.Admin, claim, working.Revision, in); err != nil {
		t.Fatal(err)
	}
	v = must[store.Version](t)(d.DB.DraftCorrection(t.Context(), d.Admin, v.Verdict, factcheck.CorrectionCorrection, "Somebody else said it."))
	publish(d.Admin)
	d.tend()
	for name, hide := range map[string]func() error{
		"Zoe Zebrafish": func() error {
			return d.DB.EditClaimant(t.Context(), d.Checker, zoe, 1, factcheck.ClaimantInput{Name: "Zoe Zebrafish", Kind: factcheck.ClaimantPerson, Description: "a neighbour", Private: true})
		},
		"Carla Checker": func() error { return d.DB.SetByline(t.Context(), d.Admin, d.Checker.Person, 1, "the desk") },
	} {
		if lines, _ := d.file("ndjson"); !strings.Contains(lines, name) {
			t.Fatalf("the test shows nothing: %q never stood there", name)
		}
		if err := hide(); err != nil {
			t.Fatal(err)
		}
		if !d.editions()[0].Remade {
			t.Errorf("%s: the edition is served as it was", name)
		}
		d.tend()
		if lines, _ := d.file("ndjson"); strings.Contains(lines, name) {
			t.Errorf("%s stands in the edition still:\n%s", name, lines)
		}
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// A recall that is decided while an edition is being made is either in what the edition is made of, or makes it again.
func TestARecallDuringTheMakingIsNotLost(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The baker of Mill Lane is a spy.", "False")
	made, err := d.DB.MakeEdition(t.Context(), factcheck.System(), func(from *store.Extract, put func(store.EditionPiece) error) (string, error) {
		d.redact(v.Claim, "Mill Lane")
		for _, format := range export.EditionFormats() {
			if err := put(store.EditionPiece{Format: format, Body: []byte("x")}); err != nil {
				return "", err
			}
		}
		return "{}", nil
	})
	if err != nil || !made {
		t.Fatalf("got %v, %v", made, err)
	}
	if e := d.editions()[0]; !e.Remade {
		t.Errorf("got %+v, want that it is made again before anybody reads it", e)
	}
	again, err := d.DB.MakeEdition(t.Context(), factcheck.System(), nil)
	if again || err != nil {
		t.Errorf("got %v, %v for the second edition of a month, want none", again, err)
	}
}

func TestTheDictionaryNamesEveryField(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	d.tend()
	e := d.editions()[0]
	raw, err := export.Package(e, store.House{Name: "Test Desk"}, public)
	if err != nil {
		t.Fatal(err)
	}
	var pack struct {
		Resources []struct {
			Format, Hash string
			Bytes        int64
			Schema       struct{ Fields []export.Field }
		}
	}
	if err := json.Unmarshal(raw, &pack); err != nil || len(pack.Resources) != 2 {
		t.Fatalf("got %s, %v", raw, err)
	}
	known := map[string]bool{}
	for _, r := range pack.Resources {
		for _, f := range r.Schema.Fields {
			known[r.Format+" "+f.Name] = f.Description != "" && f.Type != ""
		}
	}
	table, _ := d.file("csv")
	header, _, _ := strings.Cut(table, "\n")
	for column := range strings.SplitSeq(header, ",") {
		if !known["csv "+column] {
			t.Errorf("the column %s is not described", column)
		}
	}
	lines, _ := d.file("ndjson")
	var claim any
	if err := json.Unmarshal([]byte(strings.Split(lines, "\n")[1]), &claim); err != nil {
		t.Fatal(err)
	}
	var walk func(at string, v any)
	walk = func(at string, v any) {
		if at == "versions[].claim" {
			return // as a claim
		}
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				path := strings.TrimPrefix(at+"."+name, ".")
				if !known["ndjson "+path] {
					t.Errorf("the field %s is not described", path)
				}
				walk(path, inner)
			}
		case []any:
			for _, inner := range v {
				walk(at+"[]", inner)
			}
		}
	}
	walk("", claim)
}
