package factcheck

import (
	"regexp"
	"strings"
	"testing"
)

func TestCheckPassage(t *testing.T) {
	t.Parallel()
	for in, ok := range map[string]bool{
		"12 Mill Lane": true, "Ann": true, "شارع الطاحونة": true, "水车巷": true, `She said "no" \ & <b>`: true, strings.Repeat("é", MaxPassage): true,
		"": false, "ab": false, " Ann": false, "Ann ": false, "Ann\nLee": false, "Ann\u2028Lee": false, "Ann\tLee": false, "...": false, "x\x00y": false, "\xff\xff\xff": false,
		strings.Repeat("é", MaxPassage+1): false, "removed": false, "court order": false, "private": false, "https": false, "redacted": false,
	} {
		err := CheckPassage(in)
		if (err == nil) != ok || err != nil && CodeOf(err) != CodeInvalid {
			t.Errorf("CheckPassage(%.40q): got %v, want allowed %v", in, err, ok)
		}
	}
}

func TestNoticesFitAnywhere(t *testing.T) {
	t.Parallel()
	plain := regexp.MustCompile(`^\[removed: [a-z ]+\]$`) // as the database checks it
	for _, r := range RedactionReasons() {
		if !r.Valid() || !plain.MatchString(r.Notice()) {
			t.Errorf("%s: got notice %q", r, r.Notice())
		}
	}
	for _, r := range []RedactionReason{"", "because", "Safety"} {
		if r.Valid() {
			t.Errorf("%q is valid", r)
		}
	}
}

func TestNobodyDecidesTheirOwnProposal(t *testing.T) {
	t.Parallel()
	edda, emil := PersonID{1}, PersonID{2}
	if err := CheckDecider(Actor{Kind: ActorPerson, Person: edda, Role: RoleEditor}, emil); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	for _, role := range Roles() {
		if err := CheckDecider(Actor{Kind: ActorPerson, Person: edda, Role: role}, edda); CodeOf(err) != CodeForbidden {
			t.Errorf("oneself as %s: got %v, want %s", role, err, CodeForbidden)
		}
	}
	for _, d := range []Decision{DecisionOpen, DecisionApproved, DecisionRefused} {
		if !d.Valid() {
			t.Errorf("%q is not valid", d)
		}
	}
	if Decision("maybe").Valid() {
		t.Error("maybe is a decision")
	}
}
