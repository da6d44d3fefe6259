package exchange

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// realData returns the directory of real fact-checks, which are no part of this repository.
func realData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("TOUCHSTONE_TEST_DATA")
	if dir == "" {
		if os.Getenv("TOUCHSTONE_REQUIRE_TEST_DATA") == "1" {
			t.Fatal("TOUCHSTONE_REQUIRE_TEST_DATA is 1, but TOUCHSTONE_TEST_DATA is not set")
		}
		t.Skip("set TOUCHSTONE_TEST_DATA to the directory of real data to run this test")
	}
	dir = filepath.Join(dir, "fact-checks")
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("the real data is not there: %v", err)
	}
	return dir
}

// tally is what is true of a file as a whole.
type tally struct {
	Format            string
	Read, Rejected    int
	Claims            int // different texts and addresses
	Languages, Truths map[string]int
	Unmapped, Reasons map[string]int
	Publishers        map[string]int
	Undated, Claimant int
}

func count(r result) tally {
	c := tally{
		Format: r.format, Read: len(r.records) + len(r.rejects), Rejected: len(r.rejects), Languages: map[string]int{}, Truths: map[string]int{},
		Unmapped: map[string]int{}, Reasons: map[string]int{}, Publishers: map[string]int{},
	}
	seen := map[string]bool{}
	for _, record := range r.records {
		seen[fmt.Sprintf("%x%s", TextKey(record.Text, record.Language), record.ReviewURL)] = true
		c.Languages[record.Language]++
		c.Publishers[record.Publisher.Name]++
		switch {
		case !record.Rating.Mapped():
			c.Unmapped[record.Rating.Label]++
		case record.Rating.Truth == factcheck.TruthNone:
			c.Truths[string(record.Rating.Reasons[0])]++
		default:
			c.Truths[string(record.Rating.Truth)]++
		}
		if record.Published.IsZero() {
			c.Undated++
		}
		if record.Claimant.Name != "" {
			c.Claimant++
		}
	}
	c.Claims = len(seen)
	for _, reject := range r.rejects {
		c.Reasons[reject.Reason]++
	}
	return c
}

func TestRealFactChecks(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(realData(t), "*"))
	if err != nil {
		t.Fatal(err)
	}
	results := map[string]result{}
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		results[filepath.Base(file)] = readAll(t, bytes.NewReader(in), Options{})
	}
	t.Run("counters add up", func(t *testing.T) { checkTallies(t, results) })
	t.Run("records say what their pages say", func(t *testing.T) { checkRealRecords(t, results) })
	t.Run("journalists are no claimants", func(t *testing.T) { checkRealClaimants(t, results) })
}

func checkTallies(t *testing.T, results map[string]result) {
	t.Helper()
	const noClaim = "there is no claim text"
	none := map[string]int{}
	want := map[string]tally{
		"aap.csv": {Format: "ClaimsKG CSV", Read: 100, Rejected: 100, Reasons: map[string]int{noClaim: 100}, Languages: none, Truths: none, Unmapped: none, Publishers: none},
		"checkyourfact.csv": {
			Format: "ClaimsKG CSV", Read: 38, Claims: 38, Languages: map[string]int{"en": 38}, Truths: map[string]int{"false": 36, "missing_context": 2},
			Unmapped: none, Reasons: none, Publishers: map[string]int{"Check Your Fact": 38},
		},
		"fatabyyano.csv": {
			Format: "ClaimsKG CSV", Read: 32, Claims: 32, Languages: map[string]int{"ar": 32}, Truths: map[string]int{"false": 31, "true": 1},
			Unmapped: none, Reasons: none, Publishers: map[string]int{"فتبيّنوا": 32},
		},
		"fullfact.csv": {
			Format: "ClaimsKG CSV", Read: 44, Claims: 34, Languages: map[string]int{"en": 44}, Truths: map[string]int{"false": 22, "true": 5, "mixed": 4},
			Unmapped: map[string]int{"Other": 13}, Reasons: none, Publishers: map[string]int{"Full Fact": 44},
		},
		"politifact.csv": {
			Format: "ClaimsKG CSV", Read: 30, Claims: 30, Languages: map[string]int{"en": 30}, Truths: map[string]int{"false": 27, "mostly_false": 3},
			Unmapped: none, Reasons: none, Publishers: map[string]int{"PolitiFact": 30}, Claimant: 29,
		},
		"snopes.jsonl": {
			Format: "JSON Lines", Read: 5544, Rejected: 88, Claims: 5455, Languages: map[string]int{"en": 5456},
			Truths: map[string]int{
				"true": 896, "mostly_true": 161, "mixed": 628, "mostly_false": 345, "false": 2988, "missing_context": 249, "unproven": 80, "outdated": 74, "scam": 35,
			},
			Unmapped: none, Publishers: map[string]int{"Snopes": 5456}, Undated: 167,
			Reasons: map[string]int{
				noClaim: 83, `the claim text is only the verdict "false"`: 2, `the claim text is only the verdict "true"`: 1, `the claim text is cut off: only "The" is left`: 2,
			},
		},
		"truthorfiction.csv": {
			Format: "ClaimsKG CSV", Read: 30, Claims: 30, Languages: map[string]int{"en": 30},
			Truths:   map[string]int{"true": 14, "missing_context": 11, "false": 2, "mixed": 1, "misattributed": 1, "unproven": 1},
			Unmapped: none, Reasons: none, Publishers: map[string]int{"Truth or Fiction": 30},
		},
	}
	if len(results) != len(want) {
		t.Fatalf("found %d files, want %d", len(results), len(want))
	}
	for file, got := range results {
		if got.err != nil || got.skipped != 0 {
			t.Errorf("%s: ended with %v, skipped %d", file, got.err, got.skipped)
		}
		if d := cmp.Diff(want[file], count(got)); d != "" {
			t.Errorf("%s (-want +got):\n%s", file, d)
		}
		for _, reject := range got.rejects {
			if reject.Line < 1 || len(reject.Raw) == 0 {
				t.Errorf("%s: reject %d has line %d and %d bytes", file, reject.Record, reject.Line, len(reject.Raw))
			}
		}
	}
}

// Single records, held against what their pages say.
func checkRealRecords(t *testing.T, results map[string]result) {
	t.Helper()
	find := func(file, part string) Record {
		t.Helper()
		for _, r := range results[file].records {
			if strings.Contains(r.ReviewURL, part) {
				return r
			}
		}
		t.Fatalf("%s has no record of %s", file, part)
		return Record{}
	}
	type facts struct{ label, scale, claimant, kind, byline, published, claimed string }
	tests := []struct {
		file, part string
		want       facts
	}{
		{"snopes.jsonl", "jane-fonda-covid", facts{"Correct Attribution", "snopes/1", "", "", "Dan MacGuill", "2020-10-09", ""}},
		{"politifact.csv", "scott-falsely-accuses", facts{"False", "politifact/1", "Bobby Scott", "person", "Warren Fiske", "2021-07-22", "2021-07-12"}},
		{"politifact.csv", "old-obama-era-letter", facts{"Mostly False", "politifact/1", "Facebook posts", "anonymous", "Ciara O'Rourke", "2021-07-21", "2021-07-18"}},
		{"checkyourfact.csv", "farmers-denmark", facts{"False", "checkyourfact/1", "", "", "Charlese Freeman", "2021-07-28", ""}},
		{"fullfact.csv", "dawn-butler", facts{"False", "common/1", "", "", "Leo Benedictus", "2021-07-23", ""}},
		{"fatabyyano.csv", "myth-unesco", facts{"False", "common/1", "", "", "", "2016-11-15", ""}},
		{"truthorfiction.csv", "peyo-horse", facts{"True", "truthorfiction/1", "", "", "Arturo Garcia", "2021-07-26", ""}},
	}
	for _, tt := range tests {
		r := find(tt.file, tt.part)
		got := facts{r.Rating.Label, r.Scale, r.Claimant.Name, r.Claimant.Kind, r.Byline, r.Published.String(), r.ClaimDate.String()}
		if got != tt.want {
			t.Errorf("%s, %s: %+v, want %+v", tt.file, tt.part, got, tt.want)
		}
	}
}

// No journalist of any file may be named as the one who made a claim.
func checkRealClaimants(t *testing.T, results map[string]result) {
	t.Helper()
	journalists, claimants := map[string]bool{}, map[string]string{}
	for _, got := range results {
		for _, r := range got.records {
			journalists[r.Byline] = true
			claimants[r.Claimant.Name] = r.ReviewURL
			if strings.HasPrefix(r.Text, "“") && strings.HasSuffix(r.Text, "”") && strings.Count(r.Text, "“") == 1 {
				t.Errorf("%s: the claim still has its quotation marks: %s", r.ReviewURL, r.Text)
			}
		}
	}
	delete(claimants, "")
	if len(journalists) < 30 || len(claimants) < 10 {
		t.Fatalf("%d journalists and %d claimants; want some of both", len(journalists), len(claimants))
	}
	for name, page := range claimants {
		if journalists[name] {
			t.Errorf("%s, who writes fact-checks, is named as a claimant on %s", name, page)
		}
	}
}
