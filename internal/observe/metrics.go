package observe

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/expfmt"
)

// Metrics are the program's counters, in Prometheus' text format. Safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	running  prometheus.Gauge
	jobs     *prometheus.HistogramVec

	mu    sync.RWMutex
	byKey map[seriesKey]prometheus.Observer // of requests
}

// NewMetrics returns the counters of a process: requests, jobs, Go's runtime and the build.
func NewMetrics(build Build) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(), byKey: map[seriesKey]prometheus.Observer{},
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "touchstone_http_request_duration_seconds", Help: "Time to answer, by route, method and status.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "method", "status"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{Name: "touchstone_http_requests_running", Help: "Requests being answered."}),
		jobs: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "touchstone_job_duration_seconds", Help: "Time a background job took, by kind and outcome.",
			Buckets: []float64{.001, .005, .01, .05, .1, .5, 1, 5, 30, 60, 600},
		}, []string{"kind", "outcome"}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "touchstone_build_info", Help: "1; the labels say which program runs.",
		ConstLabels: prometheus.Labels{"version": build.Version, "revision": build.Revision, "go": build.Go},
	})
	info.Set(1)
	m.registry.MustRegister(m.requests, m.running, m.jobs, info, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// BeginRequest counts a request that is being answered; call EndRequest once, when it is answered.
func (m *Metrics) BeginRequest() { m.running.Inc() }

// EndRequest counts a request that was answered. route is the pattern of the route, never the path: each path would be a time series
// of its own. What was counted before costs some 50 ns.
func (m *Metrics) EndRequest(route, method string, status int, took time.Duration) {
	m.running.Dec()
	key := seriesKey{route, knownMethod(method), status}
	m.mu.RLock()
	o := m.byKey[key]
	m.mu.RUnlock()
	if o == nil {
		o = m.requests.WithLabelValues(route, key.method, strconv.Itoa(status))
		m.mu.Lock()
		m.byKey[key] = o
		m.mu.Unlock()
	}
	o.Observe(took.Seconds())
}

// seriesKey names one time series of requests. There are as many as routes, methods and statuses.
type seriesKey struct {
	route, method string
	status        int
}

// knownMethod keeps made-up methods from making time series.
func knownMethod(method string) string {
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return method
	}
	return "other"
}

// ObserveJob counts a job that ended.
func (m *Metrics) ObserveJob(kind, outcome string, took time.Duration) {
	m.jobs.WithLabelValues(kind, outcome).Observe(took.Seconds())
}

// Sample is one value that is asked for when the metrics are read.
type Sample struct {
	Name    string // of the metric, without the prefix touchstone_
	Help    string
	Label   string // its name; empty: the metric has no label
	Of      string // the label's value
	Value   float64
	Counter bool // it only grows
}

// Ask registers a function that is called each time the metrics are read, for at most two seconds. A failure shows as
// touchstone_ask_failed{source="…"} 1 in place of the samples.
func (m *Metrics) Ask(source string, ask func(context.Context) ([]Sample, error)) {
	m.registry.MustRegister(&asker{source: source, ask: ask})
}

// asker turns samples into metrics. Their names are not known before, so it is an unchecked collector.
type asker struct {
	source string
	ask    func(context.Context) ([]Sample, error)
}

// Describe implements prometheus.Collector; what is collected is known only when it is asked for.
func (a *asker) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (a *asker) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	samples, err := a.ask(ctx)
	failed := 0.0
	if err != nil {
		failed, samples = 1, nil
	}
	desc := prometheus.NewDesc("touchstone_ask_failed", "1 when a source of metrics did not answer.", []string{"source"}, nil)
	out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, failed, a.source)
	for _, s := range samples {
		var names, values []string
		if s.Label != "" {
			names, values = []string{s.Label}, []string{s.Of}
		}
		kind := prometheus.GaugeValue
		if s.Counter {
			kind = prometheus.CounterValue
		}
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc("touchstone_"+s.Name, s.Help, names, nil), kind, s.Value, values...)
	}
}

// Text returns all metrics in Prometheus' text format, and its content type. What can be read is returned even when a
// part fails.
func (m *Metrics) Text() (body []byte, contentType string, err error) {
	format := expfmt.NewFormat(expfmt.TypeTextPlain)
	families, err := m.registry.Gather()
	if len(families) == 0 && err != nil {
		return nil, "", fmt.Errorf("gather the metrics: %w", err)
	}
	var buf bytes.Buffer
	enc := expfmt.NewEncoder(&buf, format)
	for _, f := range families {
		if err := enc.Encode(f); err != nil {
			return nil, "", fmt.Errorf("write the metrics: %w", err)
		}
	}
	return buf.Bytes(), string(format), nil
}

// ErrMetricsClosed means that somebody may not read the metrics. It tells nothing about the token.
var ErrMetricsClosed = errors.New("the metrics are open to this machine, and to others with the token of TOUCHSTONE_METRICS_TOKEN")

// MayReadMetrics returns nil when the metrics are open to a request: with the token (Authorization: Bearer …) if one is
// set, else from loopback and not on behalf of somebody else. peer is the other end of the connection; forwarded says that
// a proxy sent the request on, for behind a proxy on this machine everybody comes from loopback.
func MayReadMetrics(token string, peer netip.Addr, forwarded bool, authorization string) error {
	given, found := strings.CutPrefix(authorization, "Bearer ")
	if token != "" && found {
		want, got := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(given))
		if subtle.ConstantTimeCompare(want[:], got[:]) == 1 {
			return nil
		}
	}
	if peer.Unmap().IsLoopback() && !forwarded && !found {
		return nil
	}
	return ErrMetricsClosed
}

// Build says which program this is.
type Build struct {
	Version  string    `json:"version"`  // of the module; (devel) for one built in its tree
	Revision string    `json:"revision"` // of the source; "" when it was built without version control
	Modified bool      `json:"modified"` // the source differed from that revision
	Time     time.Time `json:"time"`     // of that revision
	Go       string    `json:"go"`
}

// ReadBuild returns what the linker wrote into the program.
func ReadBuild() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return Build{}
	}
	b := Build{Version: info.Main.Version, Go: info.GoVersion}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		case "vcs.time":
			b.Time, _ = time.Parse(time.RFC3339, s.Value) // absent is the zero time
		}
	}
	return b
}

// Short returns the revision as the render epoch and the version page name it: twelve digits, "+" when modified.
func (b Build) Short() string {
	s := b.Revision
	if len(s) > 12 {
		s = s[:12]
	}
	if s == "" {
		s = b.Version
	}
	if b.Modified {
		s += "+"
	}
	return s
}
