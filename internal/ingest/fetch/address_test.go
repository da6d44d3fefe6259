package fetch

import (
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"testing"
)

func TestRangesBeginAndEndWhereTheyShould(t *testing.T) {
	t.Parallel()
	r := newRanges()
	for _, tt := range []struct {
		below, first, last, above string // below and above are public, "" where they are not
	}{
		{"", "0.0.0.0", "0.255.255.255", "1.0.0.0"},
		{"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
		{"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
		{"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
		{"168.63.129.15", "168.63.129.16", "168.63.129.16", "168.63.129.17"},
		{"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
		{"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
		{"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
		{"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
		{"192.31.195.255", "192.31.196.0", "192.31.196.255", "192.31.197.0"},
		{"192.52.192.255", "192.52.193.0", "192.52.193.255", "192.52.194.0"},
		{"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
		{"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
		{"192.175.47.255", "192.175.48.0", "192.175.48.255", "192.175.49.0"},
		{"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
		{"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
		{"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
		{"223.255.255.255", "224.0.0.0", "255.255.255.255", ""},
		{"", "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::"},
		{"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"},
		{"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
		{"2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"},
		{"2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff", "2620:4f:8001::"},
		{"3ffd:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"},
		{"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
	} {
		for _, text := range []string{tt.below, tt.above} {
			if text != "" && r.refused(netip.MustParseAddr(text)) != "" {
				t.Errorf("%s is refused (%s), want it public", text, r.refused(netip.MustParseAddr(text)))
			}
		}
		for _, text := range []string{tt.first, tt.last} {
			if r.refused(netip.MustParseAddr(text)) == "" {
				t.Errorf("%s is public, want it refused", text)
			}
		}
	}
	if r.refused(netip.Addr{}) == "" || r.refused(netip.MustParseAddr("2a00::1%eth0")) == "" {
		t.Error("no address, and an address with a zone, are public")
	}
}

// isInside is a second opinion on what must never be dialled, written without the table.
func isInside(ip netip.Addr) bool {
	std := net.IP(ip.AsSlice())
	if !std.IsGlobalUnicast() || std.IsPrivate() || std.IsLoopback() {
		return true
	}
	if four := std.To4(); four != nil {
		n := binary.BigEndian.Uint32(four)
		in := func(first, last uint32) bool { return n >= first && n <= last }
		return ip.Is4In6() || in(0, 0x00ffffff) || in(0x64400000, 0x647fffff) || in(0xa9fe0000, 0xa9feffff) || in(0xc0000000, 0xc00000ff) ||
			in(0xc0000200, 0xc00002ff) || in(0xc6120000, 0xc613ffff) || in(0xc6336400, 0xc63364ff) || in(0xcb007100, 0xcb0071ff) || n >= 0xe0000000
	}
	hi := binary.BigEndian.Uint64(std[:8])
	return hi>>61 != 1 || hi>>32 == 0x20010000 || hi>>36 == 0x2001001 || hi>>36 == 0x2001002 || hi>>32 == 0x20010db8 || hi>>48 == 0x2002 || hi>>44 == 0x3fff0
}

func TestThePublicWebIsOpen(t *testing.T) {
	t.Parallel()
	r := newRanges()
	for _, text := range []string{"8.8.8.8", "93.184.216.34", "151.101.1.1", "2606:2800:220:1:248:1893:25c8:1946", "2a00:1450:4001:80b::200e", "2400:cb00::1"} {
		ip := netip.MustParseAddr(text)
		if why := r.refused(ip); why != "" {
			t.Errorf("%s is refused: %s", text, why)
		}
		if isInside(ip) {
			t.Errorf("the second opinion refuses %s", text)
		}
	}
}

func TestSideDoorsOfThisMachineAreShut(t *testing.T) {
	t.Parallel()
	g, err := newGate(Config{Ports: []int{80, 443, 8080}, Allow: []string{"5.6.7.8:8081"}})
	if err != nil {
		t.Fatal(err)
	}
	g.own = func() []netip.Prefix {
		return []netip.Prefix{netip.MustParsePrefix("5.6.7.8/32"), netip.MustParsePrefix("2a00:1:2:3::/64")}
	}
	for to, ok := range map[string]bool{
		"5.6.7.8:80": true, "5.6.7.8:443": true, "5.6.7.8:8080": false, "5.6.7.8:8081": true, "5.6.7.9:8080": true, "5.6.7.9:8081": false,
		"[2a00:1:2:3::9]:443": true, "[2a00:1:2:3::9]:8080": false, "[2a00:1:2:4::9]:8080": true,
	} {
		if err := g.judge("x.test", netip.MustParseAddrPort(to)); (err == nil) != ok {
			t.Errorf("%s: got %v, want allowed %t", to, err, ok)
		}
	}
	if own := ownPrefixes(); !slices.Contains(own, netip.MustParsePrefix("127.0.0.1/32")) {
		t.Errorf("got %v, want this machine's addresses, loopback among them", own)
	}
}

func TestTheEnvironmentsProxyMeansNothing(t *testing.T) {
	t.Parallel()
	f, err := New(Config{UserAgent: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if f.transport.Proxy != nil || f.transport.DialTLSContext != nil || f.transport.DialContext == nil {
		t.Error("the transport can connect by another way than the gate")
	}
	want := Limits{}.withDefaults()
	if f.limits != want || want.Total.Seconds() != 15 || want.Bytes != 5<<20 || want.Redirects != 5 || want.HeaderBytes != 256<<10 {
		t.Errorf("got the limits %+v, want those of the documentation", f.limits)
	}
}
