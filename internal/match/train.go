package match

import (
	"context"
	"io/fs"
)

// The shares of training posts that may be told "same", or something at all, when their claim is not there. The first is well
// below the three in a hundred allowed, because other posts do a little worse than those a model was fitted on.
const (
	mistakenSame    = 0.015
	mistakenRelated = 0.2
)

// Train learns a model: which words mean nearly the same from the claims alone, ranking and calibration from the queries, and
// from transcripts, if there are any (see EvaluateTranscripts), the two thresholds of passages. The same data give the same
// model on the same kind of machine. It takes some minutes for 14,000 claims.
func Train(ctx context.Context, d *Dataset, transcripts fs.FS) (*Model, error) {
	index, err := d.Index(ctx)
	if err != nil {
		return nil, err
	}
	m := &Model{words: learnWords(newCorpus(d.Claims))}
	matcher := &Matcher{model: m}
	there := matcher.examples(index.Snapshot(), d.Queries, false)
	fit(m, there)
	calibrate(m, there, matcher.examples(index.Snapshot(), d.Queries, true))
	if transcripts == nil {
		return m, nil
	}
	lines, _, err := matcher.hear(ctx, transcripts)
	if err != nil {
		return nil, err
	}
	same, related := thresholds(lines)
	m.cal.SamePassage, m.cal.RelatedPassage = float32(same), float32(related)
	return m, nil
}
