package site

import (
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// sightingForm is /claims/{slug}/sighting: where else somebody saw a claim. It reaches the desk as a tip about that claim;
// nothing is added to the claim before somebody looked.
func sightingForm() aboutClaim {
	return aboutClaim{
		name: "sighting",
		fill: func(p *pages.FormPage, f letter, now time.Time) {
			p.Fields = []ui.Field{
				addressField(p.T("sighting.url"), p.T("sighting.url.hint"), f.get("url")), textField(p.T("sighting.text"), p.T("sighting.text.hint"), f.get("text"), false),
				contactField(p.Locale, f.get("contact"), now.Add(factcheck.TipLife)),
			}
		},
		sent: func(l ui.Locale, now time.Time) []string {
			return []string{l.T("sighting.next.read"), l.T("sighting.next.added"), l.T("form.next.erased", l.Day(now.Add(factcheck.TipLife)))}
		},
		take: func(s *Site, claim factcheck.ClaimID, f letter) intake {
			return s.tipIntake(factcheck.TipInput{Text: f.get("text"), URL: f.address(), Contact: f.get("contact"), About: claim, Sender: s.sender(f)})
		},
	}
}
