package match

import "context"

// mistakenAtTraining is the share of training posts that may be told "same" when their claim is not there. It is well below
// the three in a hundred allowed, because other posts do a little worse than those a model was fitted on.
const mistakenAtTraining = 0.015

// Train learns a model: which words mean nearly the same from the claims alone, then ranking and calibration from the queries.
// The same data give the same model on the same kind of machine. It takes some minutes for 14,000 claims.
func Train(ctx context.Context, d *Dataset) (*Model, error) {
	index, err := d.Index(ctx)
	if err != nil {
		return nil, err
	}
	m := &Model{words: learnWords(newCorpus(d.Claims))}
	matcher := &Matcher{model: m}
	there := matcher.examples(index.Snapshot(), d.Queries, false)
	fit(m, there)
	calibrate(m, there, matcher.examples(index.Snapshot(), d.Queries, true), mistakenAtTraining)
	return m, nil
}
