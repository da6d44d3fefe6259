package match

// mistakenAtTraining is the share of training posts that may be told "same" when their claim is not there. It is well below
// the three in a hundred allowed, because other posts do a little worse than those a model was fitted on.
const mistakenAtTraining = 0.015

// Train learns a model: word vectors from the claims alone, then ranking and calibration from the queries. The same data give
// the same model on the same kind of machine. It takes some minutes and about 1 GB of memory for 14,000 claims.
func Train(d *Dataset) (*Model, error) {
	bare, err := newCollection(&Model{})
	if err != nil {
		return nil, err
	}
	bare.Put(d.Claims...)
	m := &Model{vectors: rounded(learnVectors(bare))}
	c, err := newCollection(m)
	if err != nil {
		return nil, err
	}
	c.Put(d.Claims...)
	there := c.examples(d.Queries, false)
	fit(m, there)
	calibrate(m, there, c.examples(d.Queries, true), mistakenAtTraining)
	return m, nil
}

// rounded returns vectors as a file keeps them, so that what is fitted is what is used.
func rounded(vectors map[uint64]*termVector) map[uint64]*termVector {
	for _, t := range vectors {
		p := pack(&t.unit)
		for k, v := range p.v {
			t.unit[k] = float32(v) * p.scale
		}
	}
	return vectors
}
