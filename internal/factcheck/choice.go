package factcheck

import (
	"slices"
	"strings"
)

// DeclineReason is why a tip is not followed up. Counts of them by month are public, which shows what a house does not check and
// why: the fairness of selection that the codes of the IFCN and the EFCSN ask for.
type DeclineReason string

// DeclineReasons are all of them, in the order of the form.
func DeclineReasons() []DeclineReason {
	return []DeclineReason{"opinion", "prediction", "satire", "unclear", "unverifiable", "minor", "scope", "checked", "private", "abuse", "other"}
}

// Valid reports whether r is one of the reasons.
func (r DeclineReason) Valid() bool { return slices.Contains(DeclineReasons(), r) }

// SelectionReason is what made the house take a claim up. The words for readers are in ClaimInput.Why; this is for the public
// counts by month.
type SelectionReason string

// SelectedAsked is the reason of claims that are filed from tips, unless another one is given.
const SelectedAsked SelectionReason = "asked"

// SelectionReasons are all of them, in the order of the form.
func SelectionReasons() []SelectionReason {
	return []SelectionReason{"spread", "harm", "power", "election", SelectedAsked, "partner", "explains", "returns", "other"}
}

// Valid reports whether r is one of the reasons.
func (r SelectionReason) Valid() bool { return slices.Contains(SelectionReasons(), r) }

// CountFloor is the smallest number that a public count shows. What is below says only that: 0 and 4 look alike.
const CountFloor = 5

// The tables of the public counts of a month.
const (
	CountTips      = "tips"      // cells received and became_claims
	CountDeclines  = "declines"  // tips that were declined, by DeclineReason
	CountSelection = "selection" // claims taken up, by SelectionReason
)

// CountCell is one number of the public counts of a month.
type CountCell struct {
	Table, Cell string
	N           int // 0: fewer than CountFloor
}

// ShowCount returns what a public count shows of n: n, or 0 for anything below CountFloor. It looks at nothing else, so no cell
// can be worked out from the others; for the same reason no sum over cells is ever published, and a month once counted stays.
func ShowCount(n int) int {
	if n < CountFloor {
		return 0
	}
	return n
}

// CountCells are the cells of a month in their order, all of them empty.
func CountCells() []CountCell {
	cells := []CountCell{{Table: CountTips, Cell: "received"}, {Table: CountTips, Cell: "became_claims"}}
	for _, r := range DeclineReasons() {
		cells = append(cells, CountCell{Table: CountDeclines, Cell: string(r)})
	}
	for _, r := range SelectionReasons() {
		cells = append(cells, CountCell{Table: CountSelection, Cell: string(r)})
	}
	return cells
}

// listed writes words one after the other.
func listed[T ~string](list []T) string {
	var out strings.Builder
	for i, word := range list {
		if i > 0 {
			out.WriteString(", ")
		}
		out.WriteString(string(word))
	}
	return out.String()
}
