package newsroom_test

import (
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// decision reports whether a route is one of those that two people decide on, or about what comes after publication.
func decision(r newsroom.Route) bool {
	if r.Path == "/newsroom/proposals" || strings.HasPrefix(r.Path, "/newsroom/proposals/") || r.Path == "/newsroom/notices" || strings.HasPrefix(r.Path, "/newsroom/complaints") {
		return true
	}
	page, ok := strings.CutPrefix(r.Path, "/newsroom/claims/:claim/")
	page, _, _ = strings.Cut(page, "/")
	return ok && strings.Contains(" approval correction suspension retraction review redaction merge ", " "+page+" ")
}

// decisionDesk is a newsroom in which everything waits: a submitted version, a proposal, a complaint.
type decisionDesk struct {
	*desk
	version             store.Version
	proposal, complaint string
}

func newDecisionDesk(t *testing.T) *decisionDesk {
	t.Helper()
	d := &decisionDesk{desk: newDesk(t)}
	published := d.Published(t, "The bridge of Sampleton is closed.", "False")
	if err := d.DB.SuspendVerdict(t.Context(), d.Editor2, published.Verdict, ""); err != nil {
		t.Fatal(err)
	}
	proposal, err := d.DB.ProposeRestore(t.Context(), d.Checker2, published.Verdict, "It was right.")
	if err != nil {
		t.Fatal(err)
	}
	complaint, err := d.DB.FileComplaint(t.Context(), d.Checker2, factcheck.ComplaintInput{Kind: factcheck.ComplaintConduct, From: factcheck.FromReader, Text: "You never answer."})
	if err != nil {
		t.Fatal(err)
	}
	d.proposal, d.complaint = proposal.String(), complaint.String()
	d.version = d.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	return d
}

func (d *decisionDesk) filled(r newsroom.Route, claim, proposal, complaint string) string {
	return strings.NewReplacer(":claim", claim, ":proposal", proposal, ":complaint", complaint).Replace(r.Path)
}

// TestDecisionsForEachRole tries each of these routes as every role, with real ids and with none.
func TestDecisionsForEachRole(t *testing.T) {
	t.Parallel()
	d := newDecisionDesk(t)
	none := [][3]string{
		{"nonsense", "nonsense", "nonsense"}, {"%ff%00", "%2e%2e%2f", "%ff"},
		{factcheck.ClaimID{15: 1}.String(), factcheck.ProposalID{15: 1}.String(), factcheck.ComplaintID{15: 1}.String()},
	}
	for name, email := range map[string]string{"the author": "carla@desk.example", "another checker": "chen@desk.example", "an editor": "edda@desk.example", "an admin": "ada@desk.example"} {
		b := d.as(t, email)
		for _, r := range d.room.Routes() {
			if !decision(r) {
				continue
			}
			there := d.filled(r, d.version.Claim.String(), d.proposal, d.complaint)
			if r.Method == http.MethodPost {
				if got := b.post(t, there, url.Values{"revision": {"1"}}); got.status != http.StatusForbidden {
					t.Errorf("%s: POST %s without a token: got %d, want 403", name, there, got.status)
				}
				continue
			}
			got := b.get(t, there)
			switch {
			case strings.HasSuffix(r.Path, "/merge") && email[0] == 'c': // a checker
				if got.status != http.StatusForbidden {
					t.Errorf("%s: GET %s: got %d, want 403", name, there, got.status)
				}
			case got.status != http.StatusOK && got.status != http.StatusSeeOther:
				t.Errorf("%s: GET %s: got %d, want it there", name, there, got.status)
			}
			if !strings.Contains(r.Path, ":") {
				continue
			}
			for _, ids := range none {
				if got := b.get(t, d.filled(r, ids[0], ids[1], ids[2])); got.status != http.StatusNotFound && got.status != http.StatusForbidden {
					t.Errorf("%s: GET %s: got %d, want 404", name, d.filled(r, ids[0], ids[1], ids[2]), got.status)
				}
			}
		}
	}
}

// TestDecisionsOfThoseWhoMayNot sends every form, with its token and everything else right, as somebody who may not: the
// author, and checkers who are no editors. Nothing is published, suspended, decided or merged.
func TestDecisionsOfThoseWhoMayNot(t *testing.T) {
	t.Parallel()
	d := newDecisionDesk(t)
	may := func(path string) bool { // what a checker may do all the same
		for _, end := range []string{"/call", "/suspension/restore", "/correction", "/retraction", "/review", "/redaction", "/notices", "/complaints/new"} {
			if strings.HasSuffix(path, end) {
				return true
			}
		}
		return false
	}
	for _, email := range []string{"carla@desk.example", "chen@desk.example"} {
		b := d.as(t, email)
		token := fill(t, b.get(t, "/sign-out"), "/sign-out", nil).Get("form_token")
		for _, r := range d.room.Routes() {
			if !decision(r) || r.Method != http.MethodPost || may(r.Path) {
				continue
			}
			got := b.post(t, d.filled(r, d.version.Claim.String(), d.proposal, d.complaint), url.Values{
				"form_token": {token}, "version": {d.version.ID.String()}, "hash": {hex.EncodeToString(d.version.Hash)}, "when": {"now"}, "note": {"x"}, "sensitive": {"yes"}, "decision": {"approve"},
				"into": {d.version.Claim.String()}, "state": {"rejected"}, "answer": {"x"}, "revision": {"1"}, "due_on": {"2025-07-01"}, "person": {d.Editor.Person.String()}, "notice": {"x"},
			})
			if got.status < 400 || got.status >= 500 {
				t.Errorf("%s: POST %s: got %d, want it refused", email, r.Path, got.status)
			}
		}
	}
	if v := d.desk.version(t, d.version.ID); v.State != factcheck.VersionSubmitted {
		t.Errorf("it is %s, want it to wait still", v.State)
	}
	open, err := d.DB.Proposals(t.Context(), d.Checker, factcheck.DecisionOpen, factcheck.ProposalID{}, 10)
	if err != nil || len(open) != 1 {
		t.Errorf("got %d open proposals, %v; want the one", len(open), err)
	}
}
