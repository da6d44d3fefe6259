package site

import "github.com/touchstone-factcheck/touchstone/internal/store"

// mountPages registers the pages around claims and articles: whose and about what they are, the house's own, and the forms.
func (s *Site) mountPages(m readers) {
	m.get("/claimants/:slug", s.showClaimant)
	m.get("/outlets/:slug", s.showOutlet)
	m.get("/topics/:slug", s.showTopic)
	for _, kind := range store.IndexKinds() {
		m.get("/"+string(kind), s.showIndex(kind))
	}
	m.get("/corrections", s.showCorrections)
	m.get("/about", s.showAbout)
	m.get("/about/scales", s.showScales)
	m.get("/about/:slug", s.showAboutPage)
	m.get("/about/:slug/v/:n", s.showAboutPage)
	m.get("/about/:slug/history", s.showAboutHistory)
	m.get(feedsPath, s.showFeeds)
	m.get(tipPath, s.showTipForm)
	m.post(tipPath, s.fileTip)
	m.get(complaintPath, s.showComplaintForm)
	m.post(complaintPath, s.fileComplaint)
	for _, form := range []aboutClaim{reportForm(), disputeForm(), sightingForm()} {
		m.get("/claims/:slug/"+form.name, form.show(s))
		m.post("/claims/:slug/"+form.name, form.send(s))
	}
}
