package factcheck

// ChangeType names what happened in the public change feed, and in webhooks.
type ChangeType string

// The change types of contracts: what followers of the feed switch on.
const (
	ChangeVerdictPublished    ChangeType = "verdict.published"
	ChangeVerdictUpdated      ChangeType = "verdict.updated"
	ChangeVerdictClarified    ChangeType = "verdict.clarified"
	ChangeVerdictCorrected    ChangeType = "verdict.corrected"
	ChangeVerdictRetracted    ChangeType = "verdict.retracted"
	ChangeVerdictSuspended    ChangeType = "verdict.suspended"
	ChangeVerdictRestored     ChangeType = "verdict.restored"
	ChangeVerdictRedacted     ChangeType = "verdict.redacted"
	ChangeClaimMerged         ChangeType = "claim.merged"
	ChangeClaimWithdrawn      ChangeType = "claim.withdrawn"
	ChangeAppearanceAdded     ChangeType = "appearance.added"
	ChangeAppearanceChanged   ChangeType = "appearance.changed"
	ChangeAppearanceCorrected ChangeType = "appearance.corrected"
	ChangeAppearanceRemoved   ChangeType = "appearance.removed"
	ChangeSourceDead          ChangeType = "source.dead"
)

// ChangeTypes lists all change types.
func ChangeTypes() []ChangeType {
	return []ChangeType{
		ChangeVerdictPublished, ChangeVerdictUpdated, ChangeVerdictClarified, ChangeVerdictCorrected,
		ChangeVerdictRetracted, ChangeVerdictSuspended, ChangeVerdictRestored, ChangeVerdictRedacted,
		ChangeClaimMerged, ChangeClaimWithdrawn,
		ChangeAppearanceAdded, ChangeAppearanceChanged, ChangeAppearanceCorrected, ChangeAppearanceRemoved,
		ChangeSourceDead,
	}
}

// CorrectionKind says what a new version of a published verdict is.
type CorrectionKind string

// The kinds of correction. None is the kind of a first version.
const (
	CorrectionNone          CorrectionKind = ""
	CorrectionUpdate        CorrectionKind = "update"        // the world changed, or there is more to say
	CorrectionClarification CorrectionKind = "clarification" // it could be misread; the finding stands
	CorrectionCorrection    CorrectionKind = "correction"    // we were wrong
	CorrectionRetraction    CorrectionKind = "retraction"    // we take the finding back; the chain ends
)

// Valid reports whether k is none or one of the kinds.
func (k CorrectionKind) Valid() bool {
	switch k {
	case CorrectionNone, CorrectionUpdate, CorrectionClarification, CorrectionCorrection, CorrectionRetraction:
		return true
	}
	return false
}

// Change returns the change type that publishing a version of this kind writes.
func (k CorrectionKind) Change() ChangeType {
	switch k {
	case CorrectionUpdate:
		return ChangeVerdictUpdated
	case CorrectionClarification:
		return ChangeVerdictClarified
	case CorrectionCorrection:
		return ChangeVerdictCorrected
	case CorrectionRetraction:
		return ChangeVerdictRetracted
	}
	return ChangeVerdictPublished
}
