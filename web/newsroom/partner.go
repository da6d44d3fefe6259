package newsroom

import (
	"time"

	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// PartnersPage lists the API keys whose use somebody may see.
type PartnersPage struct {
	Shell
	Partners []PartnerItem
	All      bool // not one's own alone
}

// PartnerItem is an API key with what was counted in the last week.
type PartnerItem struct {
	KeyItem
	Calls, Errors int
	P95           time.Duration // below zero: nothing was timed
	Near          int           // the limit they came nearest to, in hundredths
}

// p95 writes what 95 of 100 answers took at most.
func (p PartnerItem) p95(l ui.Locale) string { return l.Took(p.P95) }

// PartnerPage shows how an API key is used.
type PartnerPage struct {
	Shell
	Key    KeyItem
	Admin  bool // who looks may change the key
	Report ui.Usage
}
