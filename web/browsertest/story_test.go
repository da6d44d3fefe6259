package browsertest

import (
	"fmt"
	"testing"
)

// TestStory is the newsroom's whole day in one claim, by two people: from a tip to a correction. Carla checks, Edda approves,
// each at a browser of their own: with a mouse, without any script, and without any mouse.
func TestStory(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	for _, way := range []string{byMouse, withoutJS, byKeyboard} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			web, allow := storyWeb(t)
			_, origin := storyRoom(t, allow)
			s := &story{carla: sits(ctx, t, origin, way), edda: sits(ctx, t, origin, way), web: web}
			s.carla.signsIn("carla")
			s.tipBecomesClaim()
			s.articleIsLinked()
			s.evidenceIsKept()
			s.draftIsSubmitted()
			s.sentBackAndChanged()
			s.approvedOnAPhone()
			s.suspendedAndRestored()
			s.corrected()
		})
	}
}

// storyMost is how many clicks and keys it may take to come from a pasted address to a submitted verdict with two sources:
// the article linked, two pages read and quoted, and the rating, headline, answer and explanation written. Pasting counts as no key.
//
//nolint:gochecknoglobals // a table
var storyMost = map[string][2]int{byMouse: {15, 0}, withoutJS: {15, 0}, byKeyboard: {0, 106}}

// story is who is in it, and what they talk about.
type story struct {
	carla, edda *hands
	web         []string
	claim       string // path of the claim in the newsroom
	public      string // path of its page
}

// signsIn signs somebody in, who comes to the desk.
func (h *hands) signsIn(name string) {
	h.t.Helper()
	h.step("sign-in")
	h.open("/newsroom")
	h.fill("E-mail", name+"@desk.example")
	h.fill("Password", deskPassword)
	h.press("Sign in", "main")
	if got := h.at(); got != "/newsroom" {
		h.fail("got to %s after signing in", got)
	}
}

// tipBecomesClaim files a claim from a reader's tip. It is like one that was checked before, and the newsroom says so.
func (s *story) tipBecomesClaim() {
	h := s.carla
	h.step("desk")
	h.press(storyClaim)
	h.sees("Is it here already?", storyEarlier, "False")
	h.step("tip")
	h.press("File it")
	h.sees("Nearly the same", storyEarlier, "False")
	h.step("duplicate-warning")
	h.use("Not the same, because")
	h.fill("Because", "This one says that it was after the vote.")
	h.press("File it")
	h.sees("The claim is filed", storyClaim, "1 tip")
	s.claim = h.at()
	h.step("claim-filed")
}

// articleIsLinked pastes the address of an article, and links what it says to the claim.
func (s *story) articleIsLinked() {
	h := s.carla
	h.press("Add an article")
	h.count()
	h.fill("Address of the article", s.web[0])
	h.press("Add it")
	h.sees("Town without a mayor", "Weekly Example")
	h.step("article")
	h.quotes(storyPassage, "#passage-new")
	h.use("repeats", "#link")
	h.press("Link", "#link")
	h.sees("The article is attached.", "Where it appeared", "Town without a mayor")
	h.step("article-linked")
}

// quotes takes a paragraph over from the text of a page as the passage of the form beside it.
func (h *hands) quotes(passage, field string) {
	h.t.Helper()
	n := evaluate[int](h.ctx, h.t, fmt.Sprintf(`[...document.querySelectorAll(".read p")].findIndex((p) => p.textContent.includes(%s)) + 1`, quoted(passage)))
	h.use("Quote", fmt.Sprintf(".read p:nth-of-type(%d)", n))
	h.until("the passage in its field", fmt.Sprintf(`document.querySelector(%s)?.value === %s && document.activeElement.matches(%[1]s)`, quoted(field), quoted(passage)))
}

// evidenceIsKept opens two pages and keeps what they say as sources.
func (s *story) evidenceIsKept() {
	h := s.carla
	for i, passage := range []string{storyAgenda, storyLedger} {
		h.fill("Address of a page", s.web[i+1])
		h.press("Read it")
		h.sees("The page is read", passage)
		h.step("source-read")
		h.quotes(passage, "#source-new-quote")
		h.press("Add the source")
		h.sees("The source is added")
	}
	h.sees("Town hall of Exampleville", "Registry of Exampleville", "2 sources")
	h.step("evidence")
}

// draftIsSubmitted writes the verdict and sends it for approval.
func (s *story) draftIsSubmitted() {
	h := s.carla
	h.use("False", "#draft-label")
	h.fill("Headline", "The mayor is in office")
	h.fill("Answer in two sentences", storyAnswer)
	h.fill("Explanation", "The **agenda** names her, and the registry has no letter of resignation.")
	h.step("draft")
	h.press("Send for approval")
	h.sees("Somebody else reads exactly this text")
	h.step("submitted")
	h.t.Logf("%s: from a pasted address to a submitted verdict with two sources: %d clicks, %d keys besides %d letters pasted", h.way, h.clicks, h.keys, h.letters)
	if most := storyMost[h.way]; h.clicks > most[0] || h.keys > most[1] {
		h.t.Errorf("%s: it took %d clicks and %d keys, want %d and %d at most", h.way, h.clicks, h.keys, most[0], most[1])
	}
}

// sentBackAndChanged sends the verdict back with a note on a passage. Carla is told, changes it and sends it again.
func (s *story) sentBackAndChanged() {
	e, c := s.edda, s.carla
	e.signsIn("edda")
	e.step("desk-of-an-editor")
	e.press(storyClaim, "[aria-labelledby=to-approve]")
	e.sees("First verdict", "submitted by Carla Checker", "The page as it will be", storyAnswer, "Town without a mayor", "Registry of Exampleville", "Rules met", "2 sources")
	e.step("approval")
	e.fill("What is missing", "Nearly there.")
	e.use("Notes on passages")
	e.use("Answer", ".sending")
	e.fill("Passage", "days later", ".on-field[open]")
	e.fill("Note", "Say how many.", ".on-field[open]")
	e.press("Send back to")
	e.sees("Sent back. The author is told.")
	e.step("sent-back")

	c.open("/newsroom")
	c.step("desk-after-sending-back")
	c.press(storyClaim)
	c.sees("Sent back", "Nearly there.", "days later", "Say how many.")
	c.step("claim-sent-back")
	c.fill("Answer in two sentences", storyBetter)
	c.press("Send for approval")
	c.sees("Somebody else reads exactly this text", "you wrote")
}

// approvedOnAPhone looks at what changed and publishes it, on the screen of a phone.
func (s *story) approvedOnAPhone() {
	e := s.edda
	e.hold(true)
	e.open("/newsroom")
	e.press(storyClaim, "[aria-labelledby=to-approve]")
	e.sees("Changed since you looked", "You had noted", "Say how many.", "two", "for the second time")
	e.step("approval-on-a-phone")
	e.use("Approve", ".thumb")
	e.press("Approve and publish now")
	e.sees("Published. Readers, feed and partners have it.")
	e.step("approved-on-a-phone")
	e.press("Public page")
	e.sees(storyClaim, "False", storyBetter, "Town without a mayor", "Agenda of the council")
	e.seesNot("under review")
	e.step("public-page-on-a-phone")
	s.public = e.at()
	e.hold(false)
	c := s.carla
	c.open("/newsroom/notices")
	c.sees("published", storyClaim)
	c.step("notices")
}

// suspendedAndRestored takes the finding away at once, and shows it again when two people say so.
func (s *story) suspendedAndRestored() {
	e, c := s.edda, s.carla
	e.open(s.claim)
	e.press("Suspend")
	e.step("after-publication")
	e.fill("Reason", "A reader sent us a letter.")
	e.press("Suspend now")
	e.sees("Suspended. Every public way out says that the verdict is under review.")
	e.step("suspended")
	e.open(s.public)
	e.sees(storyClaim, "Under review", "A reader sent us a letter.")
	e.seesNot(storyBetter)

	c.open(s.claim)
	c.sees("readers see that the verdict is under review")
	c.press("Show it again")
	c.fill("Show it again, as it was", "The letter is a forgery.")
	c.press("Propose to restore it")
	c.sees("Proposed. A second person decides.")
	e.open("/newsroom/proposals")
	e.step("to-decide")
	e.press("Show a suspended verdict again")
	e.sees("The letter is a forgery.", "Carla Checker")
	e.press("Approve: Show a suspended verdict again")
	e.sees("Done.")
	e.open(s.public)
	e.sees(storyClaim, "False", storyBetter, "The letter is a forgery.")
}

// corrected corrects the verdict. The page says so, and keeps what it said before.
func (s *story) corrected() {
	c, e := s.carla, s.edda
	c.open(s.claim)
	c.press("Correct or update")
	c.use("Correction")
	c.fill("Public note", "An earlier version had the number of days wrong.", "[aria-labelledby=correct]")
	c.press("Begin, and edit the draft")
	c.step("correction-begun")
	c.fill("Answer in two sentences", storyRight)
	c.press("Send for approval")
	c.sees("Sent for approval")
	e.open("/newsroom")
	e.press(storyClaim, "[aria-labelledby=to-approve]")
	e.sees("Correction", "Changed since version 1, which is public", "An earlier version had the number of days wrong.")
	e.step("correction-to-approve")
	e.press("Approve and publish now")
	e.sees("Published.")
	e.press("Public page")
	e.sees("Corrected on", "An earlier version had the number of days wrong.", storyRight, "False")
	e.step("public-page-corrected")
	e.open(s.public + "/history")
	e.sees("An earlier version had the number of days wrong.", "under review")
	e.step("history")
	e.open(s.public + "/v/1")
	e.sees(storyBetter)
}
