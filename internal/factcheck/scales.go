package factcheck

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// HouseScale is the slug of the house's own scale, CommonScale that of the widely used labels in several languages.
const (
	HouseScale  = "house"
	CommonScale = "common"
)

// Scales returns all scales the program knows: the house's first, then those of publishers whose checks are imported, and
// last the shared ones that belong to nobody. The result is the caller's own.
//
// A mapping stands here only where the publisher's own definition of a label, or the plain meaning of the word, carries it:
// mappings made by consumers disagree with each other, so an unclear label is left out and stays as it was written.
func Scales() []Scale {
	return slices.Concat([]Scale{houseScale()}, publisherScales(), []Scale{metaScale(), commonScale()})
}

// Ref returns the scale's slug and version, such as "politifact/1".
func (s Scale) Ref() string { return s.Slug + "/" + strconv.Itoa(s.Version) }

// ReadLabel finds the label a publisher wrote: in the publisher's own scale if site has one, then in the common scale.
// Case, spaces, hyphens for spaces, quotation marks around it and closing punctuation do not count, so "mostly-false"
// and "Mostly False!" are one. ok is false for a label nobody has mapped; it is then to be kept as written.
// In a publisher's own scale the returned label has the publisher's spelling; in the common scale it has the English one,
// and what the publisher wrote is what readers should see. The labels of the returned scale must not be changed.
func ReadLabel(site, label string) (scale Scale, l Label, ok bool) {
	x := labelIndex()
	key := labelKey(label)
	for _, i := range []int{x.bySite[strings.TrimPrefix(strings.ToLower(site), "www.")], x.common} {
		if at, found := x.labels[i][key]; found {
			l = x.scales[i].Labels[at]
			l.Reasons = slices.Clone(l.Reasons)
			return x.scales[i], l, true
		}
	}
	return Scale{}, Label{}, false
}

type scaleIndex struct {
	scales []Scale
	labels []map[string]int // by scale, labelKey to place in Labels
	bySite map[string]int   // a site without a scale finds 0, which is empty
	common int
}

// labelIndex is built once: an import reads hundreds of thousands of labels.
var labelIndex = sync.OnceValue(func() scaleIndex {
	x := scaleIndex{scales: append([]Scale{{}}, Scales()...), bySite: map[string]int{}}
	for i, s := range x.scales {
		labels := make(map[string]int, 2*len(s.Labels))
		for at, l := range s.Labels {
			labels[labelKey(l.Label)] = at
			for _, alias := range l.Aliases {
				labels[labelKey(alias)] = at
			}
		}
		x.labels = append(x.labels, labels)
		if s.Site != "" {
			x.bySite[s.Site] = i
		}
		if s.Slug == CommonScale {
			x.common = i
		}
	}
	return x
})

var labelForm = strings.NewReplacer("-", " ", "_", " ", "–", " ", "’", "'", "ـ", "")

// labelKey is stricter about meaning than about form: it never drops a word.
func labelKey(label string) string {
	key := labelForm.Replace(strings.ToLower(label))
	key = strings.Trim(strings.Join(strings.Fields(key), " "), `"'“”„«»‘.!…。！ `)
	return key
}

func houseScale() Scale {
	return Scale{Slug: HouseScale, Version: 1, Name: "House ratings", Labels: []Label{
		{Label: "True", Truth: TruthTrue, Value: 5, Definition: "The claim is right in everything that matters."},
		{Label: "Mostly true", Truth: TruthMostlyTrue, Value: 4, Definition: "The claim is right in the main, but a detail is wrong or needs explaining."},
		{Label: "Mixed", Truth: TruthMixed, Value: 3, Definition: "Parts of the claim that matter are right, and parts that matter are wrong."},
		{Label: "Mostly false", Truth: TruthMostlyFalse, Value: 2, Definition: "The main point of the claim is wrong, though something in it is right."},
		{Label: "False", Truth: TruthFalse, Value: 1, Definition: "The evidence shows that the claim is wrong."},
		{Label: "Misleading", Reasons: []Reason{ReasonMissingContext}, Definition: "The facts may be right, but what is left out or how they are put together leads to a wrong conclusion."},
		{Label: "Altered", Reasons: []Reason{ReasonAltered}, Definition: "An image, a recording or a document has been changed so that it shows something else."},
		{Label: "Satire", Reasons: []Reason{ReasonSatire}, Definition: "It was made as satire or parody and is passed on as if it were meant seriously."},
		{Label: "Unproven", Reasons: []Reason{ReasonUnproven}, Definition: "There is not enough evidence to say whether the claim is right or wrong."},
		{Label: "Outdated", Reasons: []Reason{ReasonOutdated}, Definition: "The claim was right once, and things have changed since."},
	}}
}
