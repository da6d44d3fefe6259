package factcheck

import (
	"slices"
	"strings"
	"testing"
)

// allowed is the whole permission table: a row for every action, a column for every sort of actor, "x" where it may.
//
// Columns, in groups: nobody, operator, system · checker, editor, admin · then keys by owner (nobody, checker, editor, admin),
// each with the scopes none, read, file, manage (a scope includes those before it).
var allowed = []struct { //nolint:gochecknoglobals // the expected table
	action Action
	row    string
}{
	{ReadNewsroom, ".xx xxx .... ..xx ..xx ..xx"},
	{FileClaim, "... xxx .... ..xx ..xx ..xx"},
	{DeclineClaim, "... xxx .... ..xx ..xx ..xx"},
	{MergeClaim, "... .xx .... .... ...x ...x"},
	{AddArticle, ".x. xxx .... ..xx ..xx ..xx"},
	{EditArticle, "... xxx .... ..xx ..xx ..xx"},
	{RefreshArticle, ".xx xxx .... ..xx ..xx ..xx"},
	{LinkArticle, "... xxx .... ..xx ..xx ..xx"},
	{SuggestClaims, ".xx xxx .... ..xx ..xx ..xx"},
	{TakeDown, "... .xx .... .... .... ...."},
	{PruneSnapshots, ".xx ... .... .... .... ...."},
	{MakeEditions, ".xx ... .... .... .... ...."},
	{AcceptCheck, "... .xx .... .... ...x ...x"},
	{DraftVerdict, "... xxx .... ..xx ..xx ..xx"},
	{SubmitVerdict, "... xxx .... ..xx ..xx ..xx"},
	{SendBack, "... .xx .... .... .... ...."},
	{ApproveVerdict, "... .xx .... .... .... ...."},
	{Suspend, "... .xx .... .... .... ...."},
	{ProposeAct, "... xxx .... .... .... ...."},
	{DecideProposal, "... .xx .... .... .... ...."},
	{PublishDue, "..x ... .... .... .... ...."},
	{MarkSensitive, "... .xx .... .... .... ...."},
	{SetReview, "... xxx .... .... .... ...."},
	{PageApprover, "... xxx .... .... .... ...."},
	{SetOnCall, "... .xx .... .... .... ...."},
	{FileComplaint, "..x xxx .... .... .... ...."},
	{ReadComplaints, "... xxx .... .... .... ...."},
	{EndComplaint, "... .xx .... .... .... ...."},
	{ArchiveSource, "..x xxx .... ..xx ..xx ..xx"},
	{Discuss, "... xxx .... .... .... ...."},
	{KeepConfidence, "... xxx .... .... .... ...."},
	{OwnInterests, "... xxx .... .... .... ...."},
	{HandleTip, "... xxx .... ..xx ..xx ..xx"},
	{FileTip, ".xx xxx .xxx .xxx .xxx .xxx"},
	{ExpireTips, ".xx ... .... .... .... ...."},
	{FollowClaim, "..x ... .... .... .... ...."},
	{SendMails, "..x ... .... .... .... ...."},
	{EraseAddress, ".x. ..x .... .... .... ...."},
	{ManageWebhooks, "... .xx .... .... ...x ...x"},
	{SendWebhooks, "..x ... .... .... .... ...."},
	{ManageTopics, "... .xx .... .... ...x ...x"},
	{EditClaimant, "... xxx .... ..xx ..xx ..xx"},
	{OwnSessions, "... xxx .... .... .... ...."},
	{ManagePeople, ".x. ..x .... .... .... ...."},
	{ManageKeys, ".x. ..x .... .... .... ...."},
	{ReadUsage, ".x. xxx .xxx .xxx .xxx .xxx"},
	{ManageHouse, ".x. ..x .... .... .... ...."},
	{ImportChecks, ".x. ..x .... .... .... ...x"},
	{ExportAll, ".x. ..x .... .... .... ...."},
	{MigrateSchema, ".xx ... .... .... .... ...."},
}

// everybody returns one actor for each column of allowed, in order.
func everybody() []Actor {
	all := []Actor{{}, Operator(), System()}
	someone := PersonID{15: 1}
	for _, role := range Roles() {
		all = append(all, Actor{Kind: ActorPerson, Person: someone, Role: role, Name: string(role)})
	}
	scopes := [][]Scope{nil, {ScopeRead}, {ScopeRead, ScopeFile}, {ScopeRead, ScopeFile, ScopeManage}}
	for _, role := range append([]Role{""}, Roles()...) {
		for _, s := range scopes {
			key := Actor{Kind: ActorKey, Role: role, Scopes: s, Name: "key of " + string(role)}
			if role != "" {
				key.Person = someone
			}
			all = append(all, key)
		}
	}
	return all
}

func TestPermissionTable(t *testing.T) {
	t.Parallel()
	actors := everybody()
	var seen []Action
	for _, rule := range allowed {
		seen = append(seen, rule.action)
		columns := strings.ReplaceAll(rule.row, " ", "")
		if len(columns) != len(actors) {
			t.Fatalf("%s: the row has %d columns, want %d", rule.action, len(columns), len(actors))
		}
		for i, actor := range actors {
			err := Permit(actor, rule.action)
			if want := columns[i] == 'x'; (err == nil) != want {
				t.Errorf("%s by %q %s %v: got %v, want allowed %v", rule.action, actor.Kind, actor.Role, actor.Scopes, err, want)
			}
			if err == nil {
				continue
			}
			want := CodeForbidden
			if actor.Kind == "" {
				want = CodeUnauthenticated
			}
			if got := CodeOf(err); got != want {
				t.Errorf("%s by %q: got code %s, want %s", rule.action, actor.Kind, got, want)
			}
		}
	}
	if !slices.Equal(seen, Actions()) {
		t.Errorf("the table has the actions %v, want %v", seen, Actions())
	}
}

func TestPermitKnowsNoOtherActionsRolesAndKinds(t *testing.T) {
	t.Parallel()
	for _, actor := range everybody() {
		if err := Permit(actor, "verdict.backdate"); err == nil {
			t.Errorf("%q %s may do an action that is not in the table", actor.Kind, actor.Role)
		}
	}
	for _, actor := range []Actor{
		{Kind: "robot", Person: PersonID{1}, Role: RoleAdmin},
		{Kind: ActorPerson, Person: PersonID{1}, Role: "owner"},
		{Kind: ActorPerson, Role: RoleAdmin}, // a role without a person behind it
		{Kind: ActorKey, Role: RoleAdmin, Scopes: []Scope{ScopeRead, ScopeFile, ScopeManage}},
	} {
		for _, action := range Actions() {
			if Permit(actor, action) == nil && action != FileTip && action != ReadUsage {
				t.Errorf("%q with role %q may %s", actor.Kind, actor.Role, action)
			}
		}
	}
}

// No rule that needs a second person may be met by a machine: neither a key nor the command line nor the program.
func TestOnlyPeopleDecide(t *testing.T) {
	t.Parallel()
	for _, action := range []Action{ApproveVerdict, DecideProposal, Suspend, SendBack, PageApprover, ProposeAct, TakeDown} {
		for _, actor := range everybody() {
			if actor.Kind != ActorPerson && Permit(actor, action) == nil {
				t.Errorf("%q with %v may %s", actor.Kind, actor.Scopes, action)
			}
		}
	}
}

func TestRefusalSaysWhatItTakes(t *testing.T) {
	t.Parallel()
	checker := Actor{Kind: ActorPerson, Person: PersonID{1}, Role: RoleChecker}
	reader := Actor{Kind: ActorKey, Scopes: []Scope{ScopeRead}}
	orphan := Actor{Kind: ActorKey, Scopes: []Scope{ScopeRead, ScopeFile}}
	for _, c := range []struct {
		actor  Actor
		action Action
		want   string
	}{
		{checker, ApproveVerdict, "the role editor or higher"},
		{checker, MigrateSchema, "no role may do this"},
		{reader, FileClaim, `scope "file"`},
		{reader, ApproveVerdict, "takes a person in the newsroom"},
		{orphan, FileClaim, "has no owner"},
		{Operator(), ApproveVerdict, "sign in to the newsroom"},
		{System(), FileClaim, "may not do this by itself"},
		{Actor{}, FileClaim, "sign in"},
	} {
		if err := Permit(c.actor, c.action); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.action, err, c.want)
		}
	}
}
