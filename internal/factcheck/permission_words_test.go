package factcheck

import "testing"

func TestEveryPermissionIsSaidInWords(t *testing.T) {
	t.Parallel()
	said := map[string]Action{}
	for _, p := range Permissions() {
		if p.Words == string(p.Action) {
			t.Errorf("%s has no words for the permission page; add them to permission_words.go", p.Action)
		}
		if other, twice := said[p.Words]; twice {
			t.Errorf("%s and %s are called the same", p.Action, other)
		}
		said[p.Words] = p.Action
	}
}

// What the page shows is what Permit answers.
func TestPermissionsAreThoseOfPermit(t *testing.T) {
	t.Parallel()
	for _, p := range Permissions() {
		for _, actor := range everybody() {
			may := Permit(actor, p.Action) == nil
			var shown bool
			switch actor.Kind {
			case ActorPerson:
				shown = p.Roles[actor.Role]
			case ActorOperator:
				shown = p.Operator
			case ActorSystem:
				shown = p.System
			default:
				continue
			}
			if may != shown {
				t.Errorf("%s by %q %s: the page says %v, Permit %v", p.Action, actor.Kind, actor.Role, shown, may)
			}
		}
	}
	if len(Permissions()) != len(Actions()) {
		t.Error("an action is missing from the page")
	}
}
