package browsertest

import (
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
		})
	}
}

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
	h.fill("Email", name+"@desk.example")
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
	h.fill("Address of the article", s.web[0])
	h.press("Add it")
	h.sees("Town without a mayor", "Weekly Example")
	h.step("article")
	s.quotes(h, storyPassage, "Passage", "#link")
	h.use("repeats", "#link")
	h.press("Link", "#link")
	h.sees("Linked.")
	h.step("article-linked")
	h.press(storyClaim)
	h.sees("Where it appeared", "Town without a mayor")
}

// quotes takes a passage over from the text of a page into the form beside it.
func (s *story) quotes(h *hands, passage, field, in string) {
	h.t.Helper()
	h.fill(field, passage, in)
}

// evidenceIsKept opens two pages and keeps what they say as sources.
func (s *story) evidenceIsKept() {
	h := s.carla
	for i, passage := range []string{storyAgenda, storyLedger} {
		h.fill("Address of a page", s.web[i+1])
		h.press("Read it")
		h.sees("The page is read", passage)
		h.step("source-read")
		s.quotes(h, passage, "Passage", "#source-new")
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
	h.fill("Answer in two sentences", "No. The agenda of the council shows that she chaired it days later.")
	h.fill("Explanation", "The **agenda** names her, and the registry has no letter of resignation.")
	h.step("draft")
	h.press("Send for approval")
	h.sees("Somebody else reads exactly this text")
	h.step("submitted")
}
