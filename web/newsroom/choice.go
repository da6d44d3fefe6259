package newsroom

import "github.com/touchstone-factcheck/touchstone/internal/factcheck"

// declineReasons are why a tip is not for us, in words.
func declineReasons() []Option {
	words := map[factcheck.DeclineReason]string{
		"opinion": "an opinion, a value or a taste", "prediction": "about what is to come", "satire": "satire, and plain to see as such",
		"unclear": "too little to go on", "unverifiable": "nobody can find out, with open sources", "minor": "it harms few and reaches few",
		"scope": "outside what we cover", "checked": "checked already, here or by others", "private": "about a private person", "abuse": "spam, or an insult", "other": "something else",
	}
	out := make([]Option, 0, len(words))
	for _, r := range factcheck.DeclineReasons() {
		out = append(out, Option{Value: string(r), Label: words[r]})
	}
	return out
}

// selectionReasons are what made us take a claim up, in words.
func selectionReasons() []Option {
	words := map[factcheck.SelectionReason]string{
		"spread": "it spreads widely", "harm": "it can do harm", "power": "somebody in power says it", "election": "it bears on an election or a vote",
		"asked": "readers asked", "partner": "a partner asked", "explains": "it helps to understand the news", "returns": "it comes back again and again", "other": "something else",
	}
	out := make([]Option, 0, len(words))
	for _, r := range factcheck.SelectionReasons() {
		out = append(out, Option{Value: string(r), Label: words[r]})
	}
	return out
}

func labelOf(list []Option, value string) string {
	for _, o := range list {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}
