package factcheck

import (
	"testing"
	"time"
)

func TestOperationOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, path string
		want         Operation
	}{
		{"GET", "/api/v1/claims", OperationSearch},
		{"GET", "/api/v1/claims/claim_01h455vb4pex5vsknk084sn02q", OperationClaim},
		{"HEAD", "/api/v1/claims/claim_01h455vb4pex5vsknk084sn02q/versions", OperationClaim},
		{"POST", "/api/v1/claims", OperationWrite},
		{"PATCH", "/api/v1/verdicts/verdict_01h455vb4pex5vsknk084sn02q", OperationWrite},
		{"POST", "/api/v1/tips", OperationWrite},
		{"POST", "/api/v1/lookup", OperationLookup},
		{"GET", "/api/v1/articles", OperationArticle},
		{"GET", "/api/v1/changes", OperationChanges},
		{"GET", "/api/v1/changes/stream", OperationStream},
		{"GET", "/api/v1/export", OperationExport},
		{"GET", "/api/v1/url-hashes/b5b1", OperationOther},
		{"GET", "/api/v1/status", OperationOther},
		{"GET", "/api/v1", OperationOther},
		{"GET", "/v1alpha1/claims:search", OperationGoogle},
		{"POST", "/mcp", OperationMCP},
		{"GET", "/somewhere", OperationOther},
	} {
		if got := OperationOf(c.method, c.path); got != c.want {
			t.Errorf("%s %s: got %s, want %s", c.method, c.path, got, c.want)
		}
	}
	if Timed("/api/v1/url-hashes/b5b1") || !Timed("/api/v1/claims") {
		t.Error("it is kept how long a private look-up took, or not how long others did")
	}
}

func TestQuantilesOfLatency(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	var l Latency
	if got := l.Quantile(.5); got != 0 {
		t.Errorf("got %v of nothing, want 0", got)
	}
	for i := range 100 { // 1 to 100 ms
		l.Add(time.Duration(i+1) * ms)
	}
	var twice Latency
	twice.Sum(l)
	twice.Sum(l)
	for part, want := range map[float64]time.Duration{.5: 50 * ms, .95: 95 * ms, 1: 100 * ms} {
		for _, of := range []Latency{l, twice} {
			if got := of.Quantile(part); got < want*8/10 || got > want*12/10 {
				t.Errorf("got %v at %v, want about %v", got, part, want)
			}
		}
	}
	var slow Latency
	slow.Add(time.Hour)
	if got := slow.Quantile(.95); got != 30*time.Second {
		t.Errorf("got %v for an hour, want the last bound", got)
	}
	var edge Latency
	edge.Add(0)
	edge.Add(ms / 2)
	edge.Add(ms)
	if edge[0] != 2 || edge[1] != 1 {
		t.Errorf("got %v, want a bound to belong to its class", edge)
	}
}
