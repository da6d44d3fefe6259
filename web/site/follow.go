package site

import "github.com/touchstone-factcheck/touchstone/web/ui"

// FollowPage is what the link in a mail leads to: a button, or that it was pressed. Nobody finds it without the link.
type FollowPage struct {
	ui.Shell
	Title  string
	Lead   string
	About  *ui.ClaimItem // the claim that is followed; nil if none, or it is public no longer
	Action string        // path with the token that the button sends to; empty: there is no button
	Button string
	After  string // below the button
	Other  *FollowButton
}

// FollowButton is the second thing that can be done.
type FollowButton struct{ Action, Name, Label string }

func (p FollowPage) head() ui.Head { return ui.Head{Title: p.Title, Robots: "noindex"} }
