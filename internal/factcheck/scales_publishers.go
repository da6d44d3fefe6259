package factcheck

// publisherScales are the label sets of publishers whose checks are commonly imported, read as each publisher defines its
// labels. Aliases are spellings seen in crawls and older labels that were renamed.
func publisherScales() []Scale {
	return []Scale{
		politifactScale(), snopesScale(), aapScale(), checkYourFactScale(), fatabyyanoScale(), truthOrFictionScale(),
		washingtonPostScale(),
	}
}

// "Barely True" was renamed "Mostly False" in 2011. The Flip-O-Meter rates consistency, not truth, and is left out.
func politifactScale() Scale {
	return Scale{Slug: "politifact", Version: 1, Name: "PolitiFact Truth-O-Meter", Site: "politifact.com", Labels: []Label{
		{Label: "True", Truth: TruthTrue, Value: 5, Definition: "The statement is accurate and there is nothing significant missing."},
		{Label: "Mostly True", Truth: TruthMostlyTrue, Value: 4, Definition: "The statement is accurate but needs clarification or additional information."},
		{Label: "Half True", Truth: TruthMixed, Value: 3, Definition: "The statement is partially accurate but leaves out important details or takes things out of context."},
		{Label: "Mostly False", Truth: TruthMostlyFalse, Value: 2, Definition: "The statement contains an element of truth but ignores critical facts that would give a different impression.", Aliases: []string{"barely true"}},
		{Label: "False", Truth: TruthFalse, Value: 1, Definition: "The statement is not accurate."},
		{Label: "Pants on Fire", Truth: TruthFalse, Value: 1, Definition: "The statement is not accurate and makes a ridiculous claim.", Aliases: []string{"pants fire"}},
	}}
}

// An attribution found correct makes the claim "X said Y" true, one found incorrect makes it false; what was said is
// another claim. "Recall" and "Research In Progress" are statuses, not findings, and are left out.
func snopesScale() Scale {
	return Scale{Slug: "snopes", Version: 1, Name: "Snopes ratings", Site: "snopes.com", Labels: []Label{
		{Label: "True", Truth: TruthTrue, Value: 5, Definition: "The primary elements of the claim are demonstrably true."},
		{Label: "Correct Attribution", Truth: TruthTrue, Value: 5, Definition: "Quoted material has been correctly attributed to the person who spoke or wrote it.", Aliases: []string{"correctly attributed"}},
		{Label: "Mostly True", Truth: TruthMostlyTrue, Value: 4, Definition: "The primary elements of the claim are true, but some of the ancillary details may be inaccurate."},
		{Label: "Mixture", Truth: TruthMixed, Value: 3, Definition: "The claim has significant elements of both truth and falsity to it."},
		{Label: "Mostly False", Truth: TruthMostlyFalse, Value: 2, Definition: "The primary elements of the claim are false, but some of the ancillary details may be accurate."},
		{Label: "False", Truth: TruthFalse, Value: 1, Definition: "The primary elements of the claim are demonstrably false."},
		{Label: "Misattributed", Truth: TruthFalse, Value: 1, Reasons: []Reason{ReasonMisattributed}, Definition: "Quoted material has been attributed to a person who did not speak or write it."},
		{Label: "Fake", Reasons: []Reason{ReasonFabricated}, Definition: "Images, recordings or documents were made up or generated."},
		{Label: "Miscaptioned", Reasons: []Reason{ReasonMissingContext}, Definition: "A real photograph or video comes with text that describes its origin or meaning falsely."},
		{Label: "Unproven", Reasons: []Reason{ReasonUnproven}, Definition: "There is too little evidence to establish the claim as true, and it is not demonstrably false."},
		{Label: "Unfounded", Reasons: []Reason{ReasonUnsupported}, Definition: "There is no demonstrable evidence for the claim."},
		{Label: "Legend", Reasons: []Reason{ReasonUnproven}, Definition: "The story is so general that it cannot be proven to have happened, or not to have."},
		{Label: "Outdated", Reasons: []Reason{ReasonOutdated}, Definition: "Later events have made the original rating irrelevant."},
		{Label: "Scam", Reasons: []Reason{ReasonScam}, Definition: "The item is an attempt at fraud."},
		{Label: "Labeled Satire", Reasons: []Reason{ReasonSatire}, Definition: "The content was described by its maker as satire.", Aliases: []string{"labelled satire", "satire"}},
		{Label: "Originated as Satire", Reasons: []Reason{ReasonSatire}, Definition: "The content was made as satire and spread without its label."},
	}}
}

// The labels are Meta's with the publisher's older "Somewhat" steps.
func aapScale() Scale {
	return Scale{Slug: "aap", Version: 1, Name: "AAP FactCheck ratings", Site: "aap.com.au", Labels: []Label{
		{Label: "True", Truth: TruthTrue, Value: 5},
		{Label: "Mostly True", Truth: TruthMostlyTrue, Value: 4, Aliases: []string{"somewhat true"}},
		{Label: "Mixture", Truth: TruthMixed, Value: 3},
		{Label: "Partly False", Truth: TruthMixed, Value: 3},
		{Label: "Mostly False", Truth: TruthMostlyFalse, Value: 2, Aliases: []string{"somewhat false"}},
		{Label: "False", Truth: TruthFalse, Value: 1},
		{Label: "Misleading", Reasons: []Reason{ReasonMissingContext}},
		{Label: "Missing Context", Reasons: []Reason{ReasonMissingContext}},
		{Label: "Altered Photo/Video", Reasons: []Reason{ReasonAltered}, Aliases: []string{"altered", "altered image", "altered photo", "altered video"}},
		{Label: "Satire", Reasons: []Reason{ReasonSatire}},
	}}
}

func checkYourFactScale() Scale {
	return Scale{Slug: "checkyourfact", Version: 1, Name: "Check Your Fact verdicts", Site: "checkyourfact.com", Labels: []Label{
		{Label: "True", Truth: TruthTrue, Value: 5},
		{Label: "False", Truth: TruthFalse, Value: 1},
		{Label: "Misleading", Reasons: []Reason{ReasonMissingContext}},
		{Label: "Unsubstantiated", Reasons: []Reason{ReasonUnsupported}},
	}}
}

// The publisher's labels are Arabic. Crawls translate several of them into one English word, so an English label is not
// this scale's. Opinion, prank and "not eligible" are left out: they say that there was nothing to rate.
func fatabyyanoScale() Scale {
	return Scale{Slug: "fatabyyano", Version: 1, Name: "تصنيفات فتبيّنوا", Site: "fatabyyano.net", Labels: []Label{
		{Label: "صحيح", Truth: TruthTrue, Value: 5},
		{Label: "زائف جزئياً", Truth: TruthMixed, Value: 3, Aliases: []string{"زائف جزئيا"}},
		{Label: "زائف", Truth: TruthFalse, Value: 1},
		{Label: "عنوان مضلل", Reasons: []Reason{ReasonMissingContext}},
		{Label: "مضلل", Reasons: []Reason{ReasonMissingContext}},
		{Label: "محتوى ناقص", Reasons: []Reason{ReasonMissingContext}},
		{Label: "ساخر", Reasons: []Reason{ReasonSatire}},
	}}
}

// The older labels were Truth!, Fiction! and the like.
func truthOrFictionScale() Scale {
	return Scale{Slug: "truthorfiction", Version: 1, Name: "Truth or Fiction ratings", Site: "truthorfiction.com", Labels: []Label{
		{Label: "True", Truth: TruthTrue, Value: 5, Aliases: []string{"truth"}},
		{Label: "Mixed", Truth: TruthMixed, Value: 3, Aliases: []string{"truth & fiction", "truth! & fiction", "truth and fiction"}},
		{Label: "Not True", Truth: TruthFalse, Value: 1, Aliases: []string{"false", "fiction"}},
		{Label: "Decontextualized", Reasons: []Reason{ReasonMissingContext}},
		{Label: "Misattributed", Reasons: []Reason{ReasonMisattributed}},
		{Label: "Unknown", Reasons: []Reason{ReasonUnproven}, Aliases: []string{"unproven"}},
		{Label: "Satire", Reasons: []Reason{ReasonSatire}},
	}}
}

// The publisher glosses its Pinocchios in words: one is "mostly true", two "half true", three "mostly false", four whoppers.
func washingtonPostScale() Scale {
	return Scale{Slug: "washingtonpost", Version: 1, Name: "The Fact Checker's Pinocchios", Site: "washingtonpost.com", Labels: []Label{
		{Label: "Geppetto Checkmark", Truth: TruthTrue, Value: 5},
		{Label: "One Pinocchio", Truth: TruthMostlyTrue, Value: 4, Aliases: []string{"1 pinocchio"}},
		{Label: "Two Pinocchios", Truth: TruthMixed, Value: 3, Aliases: []string{"2 pinocchios"}},
		{Label: "Three Pinocchios", Truth: TruthMostlyFalse, Value: 2, Aliases: []string{"3 pinocchios"}},
		{Label: "Four Pinocchios", Truth: TruthFalse, Value: 1, Aliases: []string{"4 pinocchios"}},
	}}
}

// Meta's rating options for its fact-checking partners, used by many of them as their own. Source: Meta's transparency
// centre, "Rating options for fact-checkers".
func metaScale() Scale {
	return Scale{Slug: "meta", Version: 1, Name: "Meta's rating options", Labels: []Label{
		{Label: "True", Truth: TruthTrue, Value: 5, Definition: "The content has no inaccurate information."},
		{Label: "Partly false", Truth: TruthMixed, Value: 3, Definition: "The content has some factual inaccuracies."},
		{Label: "False", Truth: TruthFalse, Value: 1, Definition: "The content has no basis in fact."},
		{Label: "Altered", Reasons: []Reason{ReasonAltered}, Definition: "Image, audio or video was edited or made beyond what is usual for clarity or quality, in ways that could mislead."},
		{Label: "Missing context", Reasons: []Reason{ReasonMissingContext}, Definition: "The content implies a false claim without directly stating it."},
		{Label: "Satire", Reasons: []Reason{ReasonSatire}, Definition: "The content uses irony, exaggeration or absurdity to make a point, and some may not see that."},
	}}
}
