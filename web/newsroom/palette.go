package newsroom

// PalettePage lists where one can go and by which keys.
type PalettePage struct{ Shell }

// Place is somewhere to go.
type Place struct{ Label, Hint, URL string }

// Places returns where a role can go.
func Places(role string) []Place {
	places := []Place{
		{"Desk", "what waits", "/newsroom"}, {"Claims", "list, filters", "/newsroom/claims"}, {"My claims", "list", "/newsroom/claims?who=me"},
		{"File a claim", "new", "/newsroom/claims/new"}, {"Articles", "list", "/newsroom/articles"}, {"Add an article", "new", "/newsroom/articles/new"},
		{"Suggestions", "which articles make which claims", "/newsroom/suggestions"}, {"Tips", "from readers", "/newsroom/tips"}, {"Proposals", "wait for a second person", "/newsroom/proposals"},
		{"Complaints", "from readers and outlets", "/newsroom/complaints"}, {"House", "names, rules, weights", "/newsroom/house"}, {"Scales", "house", "/newsroom/house/scales"},
		{"Method and policies", "house", "/newsroom/house/policies"}, {"Publishers", "house", "/newsroom/house/publishers"}, {"Bookmarklet", "house", "/newsroom/house/bookmarklet"},
		{"Notices", "what you were told", "/newsroom/notices"}, {"Account", "password, second factor", "/newsroom/account"}, {"Where you are signed in", "account", "/newsroom/sign-ins"}, {"Who may do what", "permissions", "/newsroom/permissions"}, {"Readers’ pages", "public", "/"}, {"Sign out", "", "/sign-out"},
	}
	if role == "admin" {
		places = append(places, Place{"Keys", "API, house", "/newsroom/house/keys"}, Place{"Imports", "fact-checks from files", "/newsroom/imports"}, Place{"Audit log", "who did what", "/newsroom/audit"}, Place{"People", "house", "/newsroom/people"})
	}
	return places
}

// Keys returns the keys, each with what it does.
func Keys() [][2]string {
	return [][2]string{
		{"Ctrl K", "Go to a page or a claim (Cmd K on a Mac)"}, {"?", "These keys"}, {"/", "The search field"},
		{"Tab", "Into the list; the following keys work while a row has the focus"},
		{"j or ↓", "Next claim"}, {"k or ↑", "Claim before"}, {"o or Enter", "Open the claim"}, {"x", "Tick it"}, {"t", "Take it: it is yours"},
		{"h", "Judge its harm and how well it can be checked"}, {"a", "Assign it, with all that are ticked"}, {"f", "File under a topic, with all that are ticked"},
		{"d", "Decline it, with all that are ticked"}, {"m", "Merge the two that are ticked"}, {"Esc", "Back to the row; close what is open"},
		{"j, k, a, x", "On an article, with a suggested claim in focus: next, the one before, accept, reject"}, {"l", "On an article: to the form that links it"},
	}
}

// StageWord says where the work on a claim is.
func StageWord(stage string) string { return stageWord(stage) }
