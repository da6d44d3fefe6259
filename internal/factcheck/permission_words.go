package factcheck

// Permission is a row of the permission table, to be read by people.
type Permission struct {
	Action   Action
	Words    string        // what it is, as the newsroom would say it
	Roles    map[Role]bool // which may
	Scope    Scope         // a key of such a person needs; "" means no key may
	Operator bool          // the command line may
	System   bool          // the program itself may
}

// Permissions returns the permission table as Permit asks it, in the order of Actions.
func Permissions() []Permission {
	var out []Permission
	for _, a := range Actions() {
		g := permissions(a)
		p := Permission{Action: a, Words: a.Words(), Roles: map[Role]bool{}, Scope: g.scope, Operator: g.operator, System: g.system}
		for _, r := range Roles() {
			p.Roles[r] = Permit(Actor{Kind: ActorPerson, Person: PersonID{15: 1}, Role: r}, a) == nil
		}
		out = append(out, p)
	}
	return out
}

// Words says what an action is, as the newsroom would say it; for one without words, its name.
func (a Action) Words() string {
	for _, words := range []map[Action]string{claimWords(), verdictWords(), houseWords()} {
		if w, ok := words[a]; ok {
			return w
		}
	}
	return string(a)
}

func claimWords() map[Action]string {
	return map[Action]string{
		ReadNewsroom:   "See what is not public",
		FileClaim:      "File and edit claims: words, wordings, media, topics, who works on them",
		DeclineClaim:   "Decline a claim, or reopen it",
		MergeClaim:     "Fold one claim into another",
		AddArticle:     "Add an article",
		EditArticle:    "Correct what was read of an article",
		RefreshArticle: "Read an article anew",
		LinkArticle:    "Link an article to a claim, say how it stands to it, mark corrections",
		SuggestClaims:  "Look for the claims that an article may make",
		TakeDown:       "Take the kept copy of a page down",
		PruneSnapshots: "Delete kept copies that the rules keep no longer",
		MakeEditions:   "Make the monthly edition of all that is public, and make one again without what may not be shown",
		AcceptCheck:    "Take in a fact-check that an article states",
		HandleTip:      "Read tips, make claims of them, decline them",
		FileTip:        "Send a tip",
		ExpireTips:     "Erase contacts of tipsters whose time is over",
		FollowClaim:    "Ask to be told of changes by mail, confirm it, leave",
		SendMails:      "Send mails to readers who confirmed",
		EraseAddress:   "Erase a reader’s address wherever it is kept",
		EditClaimant:   "Add and edit claimants",
		ManageTopics:   "Add and rename topics and outlets",
		Discuss:        "Discuss a claim: comments, who is here, outlets told",
		OwnInterests:   "Declare one’s own conflicts of interest",
	}
}

func verdictWords() map[Action]string {
	return map[Action]string{
		DraftVerdict:   "Draft a verdict, its sources included",
		SubmitVerdict:  "Ask for approval",
		SendBack:       "Send a verdict back",
		ApproveVerdict: "Publish what somebody else submitted",
		Suspend:        "Suspend a verdict at once",
		ProposeAct:     "Ask for a restoration, redaction or naming",
		DecideProposal: "Decide what somebody else asked for",
		PublishDue:     "Publish what was approved for a moment that has come",
		MarkSensitive:  "Ask for two approvals of a claim or topic",
		SetReview:      "Say when a verdict is looked at again",
		PageApprover:   "Call whoever is on call",
		SetOnCall:      "Say who is called when an approval cannot wait",
		ArchiveSource:  "Note an archived copy or a check of a link",
		KeepConfidence: "Keep sources in confidence, and files",
		FileComplaint:  "Bring a complaint in",
		ReadComplaints: "Read complaints",
		EndComplaint:   "Decide a complaint, or set its day",
	}
}

func houseWords() map[Action]string {
	return map[Action]string{
		ManageWebhooks: "Look after a key’s own webhooks (admins: those of all keys)",
		SendWebhooks:   "Send changes to webhooks",
		OwnSessions:    "Sign in, and look after one’s own account",
		ManagePeople:   "Invite people, change roles, reset, disable",
		ManageKeys:     "Create and revoke API keys",
		ReadUsage:      "See how an API key is used: one’s own; editors and admins any",
		ManageHouse:    "Change settings, scales, publishers; read the whole audit log",
		ImportChecks:   "Load fact-checks from files",
		ExportAll:      "Export what is not public",
		MigrateSchema:  "Migrate, back up and restore the database",
	}
}
