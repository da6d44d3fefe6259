package request_test

import (
	"context"
	"net/netip"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/request"
)

func TestClient(t *testing.T) {
	t.Parallel()
	trusted := func(a netip.Addr) bool {
		return netip.MustParsePrefix("10.0.0.0/8").Contains(a) || a == netip.MustParseAddr("2001:db8::1")
	}
	for name, tt := range map[string]struct {
		peer string
		xff  []string
		want string
	}{
		"nobody in between":               {"192.0.2.1", nil, "192.0.2.1"},
		"a stranger's word":               {"192.0.2.1", []string{"198.51.100.7"}, "192.0.2.1"},
		"one proxy":                       {"10.0.0.1", []string{"198.51.100.7"}, "198.51.100.7"},
		"two proxies":                     {"10.0.0.1", []string{"198.51.100.7, 10.0.0.2"}, "198.51.100.7"},
		"two lines":                       {"10.0.0.1", []string{"198.51.100.7", "10.0.0.2"}, "198.51.100.7"},
		"a client that lies to the proxy": {"10.0.0.1", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"},
		"a proxy that says nothing":       {"10.0.0.1", nil, "10.0.0.1"},
		"markup":                          {"10.0.0.1", []string{"<script>"}, "10.0.0.1"},
		"markup behind an address":        {"10.0.0.1", []string{"<script>, 198.51.100.7"}, "198.51.100.7"},
		"with a port":                     {"10.0.0.1", []string{"198.51.100.7:4711"}, "198.51.100.7"},
		"IPv6":                            {"2001:db8::1", []string{"2001:db8:1::5"}, "2001:db8:1::5"},
		"IPv6 with a port":                {"2001:db8::1", []string{"[2001:db8:1::5]:80"}, "2001:db8:1::5"},
		"IPv6 with a zone":                {"10.0.0.1", []string{"fe80::1%eth0"}, "fe80::1"},
		"IPv4 in IPv6's clothes":          {"::ffff:10.0.0.1", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		"proxies only":                    {"10.0.0.1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
	} {
		if got := request.Client(netip.MustParseAddr(tt.peer), tt.xff, trusted); got.String() != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}

func TestInfoIsFoundInBothKindsOfContext(t *testing.T) {
	t.Parallel()
	info := &request.Info{ID: "abcdefgh", Client: netip.MustParseAddr("127.0.0.1")}
	if got := request.From(request.With(context.Background(), info)); got != *info {
		t.Errorf("got %+v, want %+v", got, *info)
	}
	var fast fasthttp.RequestCtx
	fast.SetUserValue(request.Key(), info)
	if got := request.From(&fast); got != *info {
		t.Errorf("got %+v from fasthttp's context, want %+v", got, *info)
	}
	if got := request.From(context.Background()); got != (request.Info{}) {
		t.Errorf("got %+v outside a request, want nothing", got)
	}
}

func TestLocal(t *testing.T) {
	t.Parallel()
	here := netip.MustParseAddr("::1")
	if !(request.Info{Client: here, Peer: here}).Local() {
		t.Error("loopback is not local")
	}
	if (request.Info{Client: here, Peer: here, Forwarded: true}).Local() || (request.Info{Client: netip.MustParseAddr("192.0.2.1")}).Local() {
		t.Error("a proxy's client, or one from elsewhere, is local")
	}
}

func FuzzClient(f *testing.F) {
	f.Add("198.51.100.7, 10.0.0.2")
	f.Add("[::1]:80")
	f.Fuzz(func(t *testing.T, xff string) {
		peer := netip.MustParseAddr("10.0.0.1")
		got := request.Client(peer, []string{xff}, func(a netip.Addr) bool { return a == peer })
		if !got.IsValid() || got.Zone() != "" || got.Is4In6() {
			t.Errorf("%q: got %v", xff, got)
		}
	})
}
