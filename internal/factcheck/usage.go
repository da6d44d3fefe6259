package factcheck

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Operation is what a call of a partner's program was for, as coarsely as its use is counted. It names no address, no query and
// no claim.
type Operation string

// The operations. OperationOther holds the small lists and the status, and private look-ups too: that somebody looked something
// up without telling what is not told apart from their other calls.
const (
	OperationSearch  Operation = "search"  // lists of claims, by words and filters
	OperationClaim   Operation = "claim"   // one claim and its versions
	OperationArticle Operation = "article" // articles
	OperationLookup  Operation = "lookup"  // look-ups of addresses and texts
	OperationChanges Operation = "changes" // the change feed by pages, waiting included
	OperationStream  Operation = "stream"  // the change feed as a stream: one call for each connection
	OperationExport  Operation = "export"  // everything at once
	OperationWrite   Operation = "write"   // drafts, tips, webhooks: whatever is not reading
	OperationGoogle  Operation = "google"  // through the interface of Google's Fact Check Tools API
	OperationMCP     Operation = "mcp"     // by assistants
	OperationOther   Operation = "other"
)

// Operations lists all operations in the order of the pages that show them.
func Operations() []Operation {
	return []Operation{
		OperationSearch, OperationClaim, OperationArticle, OperationLookup, OperationChanges, OperationStream, OperationExport,
		OperationWrite, OperationGoogle, OperationMCP, OperationOther,
	}
}

// OperationOf returns what a request was for, by its method and path. It allocates nothing.
func OperationOf(method, path string) Operation {
	rest, ours := strings.CutPrefix(path, "/api/v1/")
	switch {
	case !ours && strings.HasPrefix(path, "/v1alpha1"):
		return OperationGoogle
	case !ours && path == "/mcp":
		return OperationMCP
	case !ours:
		return OperationOther
	}
	first, below, deeper := strings.Cut(rest, "/")
	if first == "lookup" {
		return OperationLookup
	}
	if method != http.MethodGet && method != http.MethodHead {
		return OperationWrite
	}
	switch first {
	case "claims":
		if deeper {
			return OperationClaim
		}
		return OperationSearch
	case "articles":
		return OperationArticle
	case "changes":
		if below == "stream" {
			return OperationStream
		}
		return OperationChanges
	case "export":
		return OperationExport
	}
	return OperationOther
}

// Timed reports whether it is kept how long the answer to a request took. Of a private look-up it is not: how long it took
// goes with how much there was to find.
func Timed(path string) bool { return !strings.HasPrefix(path, "/api/v1/url-hashes") }

// latencyBuckets is how many classes there are of how long answers took.
const latencyBuckets = 20

// Latency counts answers by how long they took, in the classes of LatencyBounds.
type Latency [latencyBuckets]int64

// LatencyBounds returns the longest time of each class of a Latency but the last, which has none: half a millisecond to half a
// minute, each about one and a half to two and a half times the one before, so that a quantile is wrong by less than that.
func LatencyBounds() [latencyBuckets - 1]time.Duration {
	const ms = time.Millisecond
	return [latencyBuckets - 1]time.Duration{
		ms / 2, ms, 2 * ms, 3 * ms, 5 * ms, 8 * ms, 12 * ms, 20 * ms, 30 * ms, 50 * ms, 80 * ms, 120 * ms, 200 * ms, 300 * ms, 500 * ms, time.Second, 2500 * ms, 10 * time.Second, 30 * time.Second,
	}
}

// Add counts an answer.
func (l *Latency) Add(took time.Duration) {
	bounds := LatencyBounds()
	i, _ := slices.BinarySearch(bounds[:], took)
	l[i]++
}

// Sum adds what another counted.
func (l *Latency) Sum(other Latency) {
	for i, n := range other {
		l[i] += n
	}
}

// Quantile returns the time that a part of the answers stayed within, between 0 and 1, as if those of a class were spread evenly over it;
// zero if there are none. What took longer than the last bound is said to have taken just that.
func (l Latency) Quantile(part float64) time.Duration {
	var all int64
	for _, n := range l {
		all += n
	}
	if all == 0 {
		return 0
	}
	bounds := LatencyBounds()
	left, below := part*float64(all), time.Duration(0)
	for i, n := range l[:len(bounds)] {
		if left <= float64(n) && n > 0 {
			return below + time.Duration(left/float64(n)*float64(bounds[i]-below))
		}
		left -= float64(n)
		below = bounds[i]
	}
	return below
}
