package match

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestTranscriptsAreMeasuredByLine(t *testing.T) {
	t.Parallel()
	dir := fstest.MapFS{
		"claims.jsonl": {Data: []byte(`{"url":"u1","claim":"The Oderburg bridge has 300 cracks.","title":"Cracks in the Oderburg bridge"}` + "\n" + `{"url":"u2","claim":"Ferries in Lindmar are free.","title":"Free ferries"}`)},
		"links.tsv":    {Data: []byte("debate\t1\tu1\ndebate\t2\tu1\n")},
		"text/debate.tsv": {Data: []byte("1\tQuist\tThe bridge in Oderburg has three hundred, 300 cracks.\t1\n" +
			"2\tMoe\tThe ferries in Lindmar are free.\t1\n3\tQuist\tThank you.\t0\n")},
	}
	got, err := EvaluateTranscripts(t.Context(), nil, dir)
	if err != nil {
		t.Fatal(err)
	}
	if got.Lines != 2 || got.R5 != .5 {
		t.Errorf("got %d lines and R@5 %.2f, want 2 and .50: one finds its claim, the other another's", got.Lines, got.R5)
	}
	var svg strings.Builder
	if err := got.WriteCurve(&svg); err != nil || !strings.HasSuffix(svg.String(), "</svg>\n") {
		t.Errorf("got %v and %q, want a drawing", err, svg.String())
	}
	dir["links.tsv"] = &fstest.MapFile{Data: []byte("debate 1 u1")}
	if _, err := EvaluateTranscripts(t.Context(), nil, dir); err == nil || !strings.Contains(err.Error(), "links.tsv, line 1") {
		t.Errorf("got %v, want the line that is wrong", err)
	}
}

func TestALearntModelRanks(t *testing.T) {
	t.Parallel()
	d := &Dataset{}
	things := strings.Fields("bridge tower harbour ferry mayor station garden river castle market museum school airport hospital theatre library")
	for i, thing := range things {
		for j, did := range []string{"closed", "painted", "burnt", "sold"} {
			id := thing + did
			d.Claims = append(d.Claims, Claim{ID: id, Text: "The " + thing + " was " + did + ".", Title: "Was the " + thing + " " + did + "?"})
			if (i+j)%2 == 0 {
				d.Queries = append(d.Queries, Query{ID: id, Text: "they " + did + " our " + thing, Right: map[string]bool{id: true}})
			}
		}
	}
	m, err := Train(t.Context(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Evaluate(t.Context(), m, d)
	if err != nil || got.P1 < .99 || got.SameAway > .1 {
		t.Errorf("got %+v, %v, want the right claim first, and hardly ever same without it", got, err)
	}
}
