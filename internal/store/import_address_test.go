package store_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// longURL is an address of n bytes that no index compresses.
func longURL(host string, n int) string {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	var b strings.Builder
	b.WriteString("https://" + host + "/")
	for b.Len() < n {
		b.WriteByte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[random.IntN(62)])
	}
	return b.String()
}

// Addresses are keys of the database, and an index row takes 2,704 bytes: a longer one is said to be left out, and holds up
// neither its record nor the others.
func TestAddressesThatAreTooLongAreSaidSo(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	fits := record("a.example", "The bridge is closed.", "False")
	fits.ReviewURL = longURL("a.example", 2_600)
	fits.Appearances = []exchange.Appearance{{URL: longURL("social.example", 2_600)}}
	fits.Claimant = exchange.Claimant{Name: "Ann Lee", Kind: "person", SameAs: []string{longURL("id.example", 4_000)}}
	records := []exchange.Record{fits}
	for _, n := range []int{2_601, 4_000, 10_000} {
		r := record("a.example", fmt.Sprintf("The review address has %d bytes.", n), "False")
		r.ReviewURL = longURL("a.example", n)
		listed := record("a.example", fmt.Sprintf("A listed address has %d bytes.", n), "False")
		listed.Appearances = append(listed.Appearances, exchange.Appearance{URL: longURL("social.example", n)})
		records = append(records, r, listed)
	}
	grows := record("a.example", "An address grows when it is percent-encoded.", "False")
	grows.Appearances = append(grows.Appearances, exchange.Appearance{URL: "https://social.example/" + strings.Repeat("é", 1_000)})
	records = append(records, grows)

	run := must[*store.Import](t)(env.DB.BeginImport(t.Context(), factcheck.Operator(), store.ImportOptions{Name: "x", Format: "claimreview", AllowPublishers: true}))
	outcomes := must[[]store.Outcome](t)(run.Add(t.Context(), records))
	for i, o := range outcomes {
		switch text := records[i].Text; {
		case strings.HasPrefix(text, "The review"):
			if o.Kind != store.OutcomeRejected || !strings.HasPrefix(o.Reason, "the address of the review has ") {
				t.Errorf("%s: got %+v, want it rejected for its address", text, o)
			}
		case text == fits.Text:
			if o.Kind != store.OutcomeCreated || len(o.Notes) > 0 {
				t.Errorf("%s: got %+v, want it taken in whole", text, o)
			}
		default:
			if o.Kind != store.OutcomeCreated || len(o.Notes) != 1 || !strings.Contains(o.Notes[0], "the limit is 2600") {
				t.Errorf("%s: got %+v, want it taken in without the address", text, o)
			}
		}
	}
	if got := run.Counts(); got != (store.Counts{Read: 8, Created: 5, Rejected: 3}) {
		t.Errorf("got %+v", got)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM appearances`); n != 5 {
		t.Errorf("got %d listed addresses, want the five that fit", n)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM audit WHERE action = 'import.batch'`); n != 1 {
		t.Errorf("it took %d transactions, want 1: a long address must not make the batch fail", n)
	}
}
