package bench

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestAudienceTellsWhenEachHadWhat(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		events []int
		want   string // of the error
	}{
		"everything":   {[]int{8, 9}, ""},
		"a gap":        {[]int{8, 10}, "the event 10 came, want 9"},
		"an early end": {[]int{8}, "after 1 changes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			published := make(chan struct{})
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.(http.Flusher).Flush() //nolint:forcetypeassert,errcheck // net/http's own
				<-published
				for _, seq := range c.events {
					fmt.Fprintf(w, ":\n\nid: epoch:%d\ndata: {%s}\n\n", seq, strings.Repeat("x", 10_000))
				}
			}))
			defer srv.Close()
			a := newAudience(3, 7, 2)
			if err := a.sit(t.Context(), srv.URL); err != nil {
				t.Fatal(err)
			}
			defer a.leave()
			took, err := a.publish(t.Context(), func(i int) error {
				if i == 1 {
					close(published)
				}
				return nil
			})
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want an error with %q", err, c.want)
				}
				return
			}
			if err != nil || len(took) != 2 {
				t.Fatalf("got %d publications and %v, want two", len(took), err)
			}
			if got := a.latencies(); len(got) != 6 || percentile(got, 100) <= 0 {
				t.Errorf("got the latencies %v, want six, and none of them nothing", got)
			}
		})
	}
}

func TestPercentileOfDurations(t *testing.T) {
	t.Parallel()
	var all []time.Duration
	for i := range 20 {
		all = append(all, time.Duration(20-i)*time.Millisecond)
	}
	for percent, want := range map[int]int{0: 1, 50: 11, 95: 20, 100: 20} {
		if got := percentile(all, percent).Milliseconds(); got != int64(want) {
			t.Errorf("%d%%: got %d ms, want %d", percent, got, want)
		}
	}
	if got := percentile(nil, 50); got != 0 {
		t.Errorf("of nothing: got %s", got)
	}
}
