package newsroom

// MergePage folds a claim into another, after showing what that does.
type MergePage struct {
	Shell
	Claim   ClaimHead
	Find    string // words, id or address of the other claim
	Found   bool   // it was looked for
	Hits    []ClaimItem
	Preview *MergeView // nil before one was chosen
	Note    string

	Error, Field string
}

// MergeView is what a merge would do.
type MergeView struct {
	Into                                                                               ClaimHead
	FromRating, IntoRating, Refused                                                    string
	Articles, Doubled, Verdicts, Staying, Wordings, Media, Topics, Tips, Addresses, Of int
	Reopens                                                                            bool
}

func (p MergePage) path() string { return claimWorkPath(p.Claim.ID) + "/merge" }
