package observe_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/observe"
)

// text reads all metrics.
func text(t *testing.T, m *observe.Metrics) string {
	t.Helper()
	body, contentType, err := m.Text()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(contentType, "text/plain; version=0.0.4") {
		t.Errorf("got content type %q, want Prometheus' text format", contentType)
	}
	return string(body)
}

// wantLine fails unless a line that begins so is there.
func wantLine(t *testing.T, body, line string) {
	t.Helper()
	if !strings.Contains("\n"+body, "\n"+line) {
		t.Errorf("no line begins with %q", line)
	}
}

func TestRequestsAndJobsAreCounted(t *testing.T) {
	t.Parallel()
	m := observe.NewMetrics(observe.Build{Version: "v1", Revision: "abc", Go: "go1"})
	m.BeginRequest()
	wantLine(t, text(t, m), "touchstone_http_requests_running 1")
	m.EndRequest("/claims/:slug", "GET", 200, time.Millisecond)
	m.BeginRequest()
	m.EndRequest("/claims/:slug", "BREW", 405, time.Millisecond)
	m.ObserveJob("render_claim", "ok", 3*time.Millisecond)
	body := text(t, m)
	wantLine(t, body, "touchstone_http_requests_running 0")
	wantLine(t, body, `touchstone_http_request_duration_seconds_count{method="GET",route="/claims/:slug",status="200"} 1`)
	wantLine(t, body, `touchstone_http_request_duration_seconds_count{method="other",route="/claims/:slug",status="405"} 1`)
	wantLine(t, body, `touchstone_job_duration_seconds_count{kind="render_claim",outcome="ok"} 1`)
	wantLine(t, body, `touchstone_build_info{go="go1",revision="abc",version="v1"} 1`)
	wantLine(t, body, "go_goroutines ")
	wantLine(t, body, "process_resident_memory_bytes ")
}

func TestWhatIsAskedForShowsOrSaysThatItFailed(t *testing.T) {
	t.Parallel()
	m := observe.NewMetrics(observe.Build{})
	var failing error
	m.Ask("database", func(context.Context) ([]observe.Sample, error) {
		return []observe.Sample{
			{Name: "feed_seq", Help: "Head of the feed.", Value: 42, Counter: true},
			{Name: "jobs", Help: "Jobs.", Label: "state", Of: "running", Value: 2},
			{Name: "jobs", Help: "Jobs.", Label: "state", Of: "available", Value: 3},
		}, failing
	})
	body := text(t, m)
	wantLine(t, body, "touchstone_feed_seq 42")
	wantLine(t, body, `touchstone_jobs{state="running"} 2`)
	wantLine(t, body, `touchstone_jobs{state="available"} 3`)
	wantLine(t, body, `touchstone_ask_failed{source="database"} 0`)
	failing = errors.New("no answer")
	body = text(t, m)
	wantLine(t, body, `touchstone_ask_failed{source="database"} 1`)
	if strings.Contains(body, "touchstone_feed_seq") {
		t.Error("samples of a failed source are shown")
	}
}

func TestMetricsAreOpenToThisMachineAndToTheToken(t *testing.T) {
	t.Parallel()
	local, mapped, far := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::ffff:127.0.0.1"), netip.MustParseAddr("192.0.2.1")
	for name, tt := range map[string]struct {
		token     string
		peer      netip.Addr
		forwarded bool
		header    string
		open      bool
	}{
		"loopback":                      {peer: local, open: true},
		"loopback in IPv6's clothes":    {peer: mapped, open: true},
		"loopback though there's token": {token: "0123456789abcdef", peer: local, open: true},
		"a proxy on this machine":       {peer: local, forwarded: true},
		"the network":                   {peer: far},
		"the network with the token":    {token: "0123456789abcdef", peer: far, header: "Bearer 0123456789abcdef", open: true},
		"a proxy with the token":        {token: "0123456789abcdef", peer: local, forwarded: true, header: "Bearer 0123456789abcdef", open: true},
		"a wrong token":                 {token: "0123456789abcdef", peer: local, header: "Bearer 0123456789abcdeF"},
		"an empty token":                {peer: far, header: "Bearer "},
		"no peer":                       {peer: netip.Addr{}},
	} {
		err := observe.MayReadMetrics(tt.token, tt.peer, tt.forwarded, tt.header)
		if (err == nil) != tt.open {
			t.Errorf("%s: got %v, want open: %v", name, err, tt.open)
		}
	}
}

func TestBuildNamesTheProgram(t *testing.T) {
	t.Parallel()
	if b := observe.ReadBuild(); !strings.HasPrefix(b.Go, "go") {
		t.Errorf("got %+v, want the version of Go", b)
	}
	for want, b := range map[string]observe.Build{
		"0123456789ab+": {Revision: "0123456789abcdef", Modified: true}, "v1.2.3": {Version: "v1.2.3"},
	} {
		if got := b.Short(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
