package factcheck

import "slices"

// Action is something an actor may be allowed to do. Store methods ask Permit before they touch a row.
type Action string

// The actions. Each names the use case of the store that asks for it.
const (
	ReadNewsroom   Action = "newsroom.read"      // see what is not public
	FileClaim      Action = "claim.file"         // create, edit, wordings, media, topics of a claim
	DeclineClaim   Action = "claim.decline"      // decline or reopen
	MergeClaim     Action = "claim.merge"        // fold one claim into another
	AddArticle     Action = "article.add"        // take an article in
	EditArticle    Action = "article.edit"       // correct what was read of an article
	RefreshArticle Action = "article.refresh"    // take an article in anew
	LinkArticle    Action = "appearance.set"     // link, unlink, stance, quote, correction state, first appearance
	SuggestClaims  Action = "suggestion.make"    // look which claims an article may make; deciding is linking
	TakeDown       Action = "snapshot.take_down" // take the content of a snapshot down
	PruneSnapshots Action = "snapshot.prune"     // delete what the house's rules no longer keep
	MakeEditions   Action = "edition.make"       // make the monthly edition, and make one again
	AcceptCheck    Action = "check.accept"       // take in a fact-check that an article states
	DraftVerdict   Action = "verdict.draft"      // draft, edit, discard a version, its sources included
	SubmitVerdict  Action = "verdict.submit"     // ask for approval
	SendBack       Action = "verdict.send_back"  // return a submitted version
	ApproveVerdict Action = "verdict.approve"    // publish what was submitted by somebody else
	Suspend        Action = "verdict.suspend"    // the emergency brake
	ProposeAct     Action = "proposal.propose"   // ask for a restoration, redaction or naming
	DecideProposal Action = "proposal.decide"    // approve or refuse what somebody else proposed
	PublishDue     Action = "verdict.due"        // publish what was approved for a moment that has come
	MarkSensitive  Action = "claim.sensitive"    // ask two approvals of a claim or topic, or one again
	SetReview      Action = "verdict.review"     // say when a verdict is to be looked at again
	PageApprover   Action = "approver.page"      // call whoever is on call
	SetOnCall      Action = "approver.on_call"   // say who is called when an approval cannot wait
	FileComplaint  Action = "complaint.file"     // bring a dispute or complaint in
	ReadComplaints Action = "complaint.read"     // read disputes and complaints
	EndComplaint   Action = "complaint.end"      // decide one, or set its day
	ArchiveSource  Action = "source.archive"     // note an archived copy or a link check
	Discuss        Action = "claim.discuss"      // between colleagues: comments, who is here, outlets told
	KeepConfidence Action = "source.confidence"  // sources kept in confidence, and files
	OwnInterests   Action = "interest.own"       // declare and end one's own conflicts of interest
	HandleTip      Action = "tip.handle"         // read tips, turn them into claims, decline them
	FileTip        Action = "tip.file"           // send a tip
	ExpireTips     Action = "tip.expire"         // erase contacts whose time is over
	FollowClaim    Action = "follow"             // ask to be told by mail, confirm it, leave
	SendMails      Action = "mail.send"          // tell those who confirmed, and note what became of a mail
	EraseAddress   Action = "address.erase"      // erase a reader's address wherever it is kept
	ManageWebhooks Action = "webhook.manage"     // a key's own webhooks; admins those of all keys
	SendWebhooks   Action = "webhook.send"       // tell webhooks of changes, and note what became of it
	ManageTopics   Action = "topic.manage"       // topics and outlets
	EditClaimant   Action = "claimant.edit"      // create and edit claimants
	OwnSessions    Action = "session.own"        // sign in and out, see and end one's own sessions
	ManagePeople   Action = "people.manage"      // invite, change role, disable, reset
	ManageKeys     Action = "keys.manage"        // create and revoke keys
	ReadUsage      Action = "keys.usage"         // see how a key is used: one's own, or as an editor any
	ManageHouse    Action = "house.manage"       // settings, scales, publishers
	ImportChecks   Action = "import.run"         // load fact-checks from files
	ExportAll      Action = "export.newsroom"    // export what is not public
	MigrateSchema  Action = "database.migrate"   // migrate, back up, restore
)

// Actions lists all actions in the order of the permission page.
func Actions() []Action {
	return []Action{
		ReadNewsroom, FileClaim, DeclineClaim, MergeClaim, AddArticle, EditArticle, RefreshArticle, LinkArticle, SuggestClaims, TakeDown, PruneSnapshots, MakeEditions, AcceptCheck,
		DraftVerdict, SubmitVerdict, SendBack,
		ApproveVerdict, Suspend, ProposeAct, DecideProposal, PublishDue, MarkSensitive, SetReview, PageApprover, SetOnCall, FileComplaint, ReadComplaints, EndComplaint, ArchiveSource, Discuss, KeepConfidence, OwnInterests, HandleTip, FileTip, ExpireTips, FollowClaim, SendMails, EraseAddress, ManageWebhooks, SendWebhooks, ManageTopics, EditClaimant,
		OwnSessions, ManagePeople, ManageKeys, ReadUsage, ManageHouse, ImportChecks, ExportAll, MigrateSchema,
	}
}

// grant is one row of the permission table.
type grant struct {
	least    Role  // the least role that may; "" means no person may
	scope    Scope // the scope a key of such a person needs; "" means no key may
	operator bool  // the command line may
	system   bool  // the program itself may
}

// permissions is the one permission table. Approving, suspending and deciding are acts of a person who is present: no key
// may do them for its owner, and the operator of the machine is not an editor.
func permissions(a Action) grant {
	switch a {
	case ReadNewsroom:
		return grant{least: RoleChecker, scope: ScopeFile, operator: true, system: true}
	case FileClaim, EditArticle, LinkArticle, DraftVerdict, SubmitVerdict, EditClaimant:
		return grant{least: RoleChecker, scope: ScopeFile}
	case AddArticle: // the command line takes in what a person names; it judges nothing
		return grant{least: RoleChecker, scope: ScopeFile, operator: true}
	case RefreshArticle, SuggestClaims:
		return grant{least: RoleChecker, scope: ScopeFile, operator: true, system: true}
	case DeclineClaim, HandleTip:
		return grant{least: RoleChecker, scope: ScopeFile}
	case PublishDue, FollowClaim, SendMails, SendWebhooks:
		return grant{system: true}
	case FileComplaint:
		return grant{least: RoleChecker, system: true}
	case ProposeAct, PageApprover, OwnSessions, SetReview, ReadComplaints, Discuss, KeepConfidence, OwnInterests:
		return grant{least: RoleChecker}
	case ArchiveSource:
		return grant{least: RoleChecker, scope: ScopeFile, system: true}
	case FileTip:
		return grant{least: RoleChecker, scope: ScopeRead, operator: true, system: true}
	case ReadUsage: // of whose key, the store asks besides
		return grant{least: RoleChecker, scope: ScopeRead, operator: true}
	case MergeClaim, ManageTopics, AcceptCheck, ManageWebhooks:
		return grant{least: RoleEditor, scope: ScopeManage}
	case SendBack, ApproveVerdict, Suspend, DecideProposal, TakeDown, MarkSensitive, SetOnCall, EndComplaint:
		return grant{least: RoleEditor}
	case ManagePeople, ManageKeys, ManageHouse, EraseAddress:
		return grant{least: RoleAdmin, operator: true}
	case ImportChecks:
		return grant{least: RoleAdmin, scope: ScopeManage, operator: true}
	case ExportAll:
		return grant{least: RoleAdmin, operator: true}
	case ExpireTips, MigrateSchema, PruneSnapshots, MakeEditions:
		return grant{operator: true, system: true}
	}
	return grant{}
}

// Permit returns nil if the actor may do the action, and a CodeForbidden or CodeUnauthenticated error that says what it
// takes if not. It knows nothing of the object: rules about one's own work come on top.
func Permit(actor Actor, action Action) error {
	g := permissions(action)
	switch actor.Kind {
	case ActorOperator:
		if g.operator {
			return nil
		}
		return Forbidden("the command line may not do this (%s); sign in to the newsroom", action)
	case ActorSystem:
		if g.system {
			return nil
		}
		return Forbidden("the program may not do this by itself (%s)", action)
	case ActorPerson:
		return permitRole(actor, action, g)
	case ActorKey:
		if g.scope == "" {
			return Forbidden("no API key may do this (%s); it takes a person in the newsroom", action)
		}
		if !slices.Contains(actor.Scopes, g.scope) {
			return Forbidden("this takes a key with the scope %q", g.scope)
		}
		if g.scope == ScopeRead {
			return nil
		}
		return permitRole(actor, action, g)
	}
	return &Error{Code: CodeUnauthenticated, Message: "sign in, or send an API key as Authorization: Bearer ts_…"}
}

func permitRole(actor Actor, action Action, g grant) error {
	if actor.Person.IsZero() {
		return Forbidden("this key has no owner, so it can only read")
	}
	if g.least != "" && slices.Index(Roles(), actor.Role) >= slices.Index(Roles(), g.least) {
		return nil
	}
	if g.least == "" {
		return Forbidden("no role may do this (%s)", action)
	}
	if least := slices.Index(Roles(), g.least); least < len(Roles())-1 {
		return Forbidden("this takes the role %s or higher (%s); yours is %s", g.least, action, actor.Role)
	}
	return Forbidden("this takes the role %s (%s); yours is %s", g.least, action, actor.Role)
}
