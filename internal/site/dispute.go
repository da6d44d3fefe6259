package site

import (
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// disputeForm is /claims/{slug}/dispute: readers, outlets and claimants say that the finding is wrong, or that the house did
// not work as it should. It becomes a complaint with a day by which it is decided.
func disputeForm() aboutClaim {
	return aboutClaim{
		name: "dispute",
		fill: func(p *pages.FormPage, f letter, now time.Time) {
			p.Choices = []pages.FormChoice{
				{Name: "kind", Legend: p.T("dispute.kind"), Options: []pages.FormOption{
					formOption(p.Locale, f, "kind", string(factcheck.ComplaintDispute), "dispute.kind.finding", "dispute.kind.finding.hint"),
					formOption(p.Locale, f, "kind", string(factcheck.ComplaintConduct), "dispute.kind.conduct", "dispute.kind.conduct.hint"),
				}},
				{Name: "from", Legend: p.T("dispute.from"), Options: []pages.FormOption{
					formOption(p.Locale, f, "from", string(factcheck.FromReader), "dispute.from.reader", ""),
					formOption(p.Locale, f, "from", string(factcheck.FromOutlet), "dispute.from.outlet", "dispute.from.outlet.hint"),
					formOption(p.Locale, f, "from", string(factcheck.FromClaimant), "dispute.from.claimant", "dispute.from.claimant.hint"),
				}},
			}
			p.Fields = []ui.Field{
				textField(p.T("dispute.text"), p.T("dispute.text.hint"), f.get("text"), true), addressField(p.T("dispute.url"), p.T("dispute.url.hint"), f.get("url")),
				contactField(p.Locale, f.get("contact"), now.Add(factcheck.ComplaintLife)),
			}
		},
		sent: func(l ui.Locale, now time.Time) []string {
			next := complaintNext(l, now)
			return append([]string{next[0], l.T("dispute.next.who")}, next[1:]...)
		},
		take: func(s *Site, claim factcheck.ClaimID, f letter) intake {
			in := factcheck.ComplaintInput{
				Claim: claim, Kind: factcheck.ComplaintKind(f.get("kind")), From: factcheck.ComplaintFrom(f.get("from")),
				Text: f.get("text"), URL: f.address(), Contact: f.get("contact"), Sender: s.sender(f),
			}
			if in.Kind == factcheck.ComplaintError { // has a form of its own
				in.Kind = ""
			}
			return s.complaintIntake(in)
		},
	}
}
