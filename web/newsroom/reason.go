package newsroom

import "github.com/touchstone-factcheck/touchstone/internal/factcheck"

// reasonChoice is a field to choose a reason in, with its hint and what is wrong.
type reasonChoice struct {
	ID, Name, Label, Hint, Error string
	Empty                        string // what stands for no choice
	Value                        string
	Required                     bool
	Options                      []Option
}

// describedBy returns the ids of the hint and of the error, if there is one.
func (c reasonChoice) describedBy() string {
	if c.Error != "" {
		return c.ID + "-hint " + c.ID + "-error"
	}
	return c.ID + "-hint"
}

// declineWord says why a tip is not for us.
func declineWord(r factcheck.DeclineReason) string {
	return map[factcheck.DeclineReason]string{
		"opinion": "an opinion, a value or a taste", "prediction": "about what is to come", "satire": "satire, and plain to see as such",
		"unclear": "too little to go on", "unverifiable": "nobody can find out, with open sources", "minor": "it harms few and reaches few",
		"scope": "outside what we cover", "checked": "checked already, here or by others", "private": "about a private person", "abuse": "spam, or an insult", "other": "something else",
	}[r]
}

// selectionWord says what made us take a claim up.
func selectionWord(r factcheck.SelectionReason) string {
	return map[factcheck.SelectionReason]string{
		"spread": "it spreads widely", "harm": "it can do harm", "power": "somebody in power says it", "election": "it bears on an election or a vote",
		"asked": "readers asked", "partner": "a partner asked", "explains": "it helps to understand the news", "returns": "it comes back again and again", "other": "something else",
	}[r]
}

// reasonOptions are reasons with their words.
func reasonOptions[T ~string](all []T, word func(T) string) []Option {
	out := make([]Option, 0, len(all))
	for _, v := range all {
		out = append(out, Option{Value: string(v), Label: word(v)})
	}
	return out
}

func selectionChoice(t Typed, form, now string) reasonChoice {
	return reasonChoice{
		ID: form + "-selection", Name: "selection", Label: "What made us take it up", Hint: "Readers see how often each was the reason in a month, never beside a claim.",
		Error: t.wrong(form, "selection"), Empty: "not said", Value: t.val(form, "selection", now), Options: reasonOptions(factcheck.SelectionReasons(), selectionWord),
	}
}

func declineChoice(p TipPage) reasonChoice {
	return reasonChoice{
		ID: "reason", Name: "reason", Label: "Why not", Hint: "Readers see how often each was the reason in a month.",
		Error: p.wrong("reason"), Empty: "choose", Value: p.Reason, Required: true, Options: reasonOptions(factcheck.DeclineReasons(), declineWord),
	}
}
