package factcheck

import "slices"

// ActorKind says what sort of actor an act is written down for.
type ActorKind string

// The kinds of actor.
const (
	ActorPerson   ActorKind = "person"
	ActorKey      ActorKind = "key"      // acts for its owner, and the owner counts as author
	ActorOperator ActorKind = "operator" // whoever runs the command line on the server
	ActorSystem   ActorKind = "system"   // the program itself: jobs, expiry
)

// Role is what a person may do in the newsroom.
type Role string

// The roles, from least to most.
const (
	RoleChecker Role = "checker"
	RoleEditor  Role = "editor"
	RoleAdmin   Role = "admin"
)

// Roles lists the roles from least to most.
func Roles() []Role { return []Role{RoleChecker, RoleEditor, RoleAdmin} }

// Valid reports whether r is one of the roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Scope is what a key may do at most.
type Scope string

// The scopes. File includes read, manage includes file.
const (
	ScopeRead   Scope = "read"
	ScopeFile   Scope = "file"
	ScopeManage Scope = "manage"
)

// ParseScopes reads a list of scopes and returns it with what the scopes include: [file] becomes [read file].
func ParseScopes(names []string) ([]Scope, error) {
	order := []Scope{ScopeRead, ScopeFile, ScopeManage}
	top := -1
	for _, n := range names {
		i := slices.Index(order, Scope(n))
		if i < 0 {
			return nil, Invalid("scope", "%q is not a scope; choose from read, file, manage", clip(n, 40))
		}
		top = max(top, i)
	}
	if top < 0 {
		return nil, Invalid("scope", "name at least one scope: read, file or manage")
	}
	return order[:top+1], nil
}

// Actor is who does something. Rules take it as an argument; the store writes its id into the audit log.
type Actor struct {
	ID        ActorID
	Kind      ActorKind
	Person    PersonID // who is behind it: the person, or the key's owner; zero for operator, system and ownerless keys
	Name      string
	Role      Role    // of the person behind it
	Scopes    []Scope // of a key
	RequestID string  // goes into the audit log
}

// Operator is the actor of the command line.
func Operator() Actor {
	return Actor{ID: fixedActor(1), Kind: ActorOperator, Name: "operator"}
}

// System is the actor of the program itself.
func System() Actor {
	return Actor{ID: fixedActor(2), Kind: ActorSystem, Name: "system"}
}

// fixedActor returns the id of an actor that the first migration inserts.
func fixedActor(n byte) ActorID {
	return ActorID{6: 0x70, 8: 0x80, 15: n}
}
