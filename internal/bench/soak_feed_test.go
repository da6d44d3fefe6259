package bench

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFollowerNoticesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		seqs   string
		want   string
	}{
		"a gap":           {200, `{"seq":1},{"seq":3}`, "after 1 came 3"},
		"a repetition":    {200, `{"seq":1},{"seq":1}`, "after 1 came 1"},
		"a late start":    {200, `{"seq":2}`, "after 0 came 2"},
		"too many":        {200, `{"seq":1},{"seq":2},{"seq":3},{"seq":4}`, "goes to 4; 3 were published"},
		"no JSON":         {200, `{`, "parse a page"},
		"an error answer": {503, ``, "the answer is 503"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				fmt.Fprintf(w, `{"data":[%s]}`, c.seqs)
			}))
			defer srv.Close()
			crowd := newCrowd(srv.URL, 3)
			err := crowd.follow(t.Context(), 0, 3, newProgress(Options{Out: &bytes.Buffer{}}, "", 9))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error: got %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestPagesAreParsedOnceWhoeverGetsThem(t *testing.T) {
	t.Parallel()
	p := newSeqPages()
	body := []byte(`{"data":[{"seq":4,"claim":{"seq":9}},{"seq":5,"claim":null}],"next_cursor":"5"}`)
	for range 3 {
		got, err := p.read(body)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]int64{4, 5}, got); diff != "" {
			t.Errorf("numbers (-want +got):\n%s", diff)
		}
	}
	if p.len() != 1 {
		t.Errorf("pages kept: got %d, want 1", p.len())
	}
}
