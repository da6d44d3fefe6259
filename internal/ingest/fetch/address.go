package fetch

import "net/netip"

// reserve is a range of addresses that is nobody's public web site, and why.
type reserve struct {
	prefix netip.Prefix
	why    string // for operators
}

// reservedV4 returns what is refused of IPv4: the IANA IPv4 Special-Purpose Address Registry (RFC 6890 and its updates),
// multicast, and the one metadata address that stands in public space.
func reservedV4() []reserve {
	return reserves([][2]string{
		{"0.0.0.0/8", "this network"},
		{"10.0.0.0/8", "private"},
		{"100.64.0.0/10", "carrier-grade NAT, with the metadata of Alibaba Cloud"},
		{"127.0.0.0/8", "loopback"},
		{"168.63.129.16/32", "metadata of Azure"},
		{"169.254.0.0/16", "link-local, with the metadata of most clouds"},
		{"172.16.0.0/12", "private"},
		{"192.0.0.0/24", "protocol assignments, with the metadata of Oracle Cloud"},
		{"192.0.2.0/24", "documentation"},
		{"192.31.196.0/24", "AS112"},
		{"192.52.193.0/24", "multicast tunnels"},
		{"192.88.99.0/24", "6to4 relays"},
		{"192.168.0.0/16", "private"},
		{"192.175.48.0/24", "AS112"},
		{"198.18.0.0/15", "benchmarking"},
		{"198.51.100.0/24", "documentation"},
		{"203.0.113.0/24", "documentation"},
		{"224.0.0.0/4", "multicast"},
		{"240.0.0.0/4", "reserved and broadcast"},
	})
}

// reservedV6 returns what is refused inside 2000::/3, the only part of IPv6 that is given to public networks. All else is
// refused without a table: unspecified, loopback, v4-mapped, v4-compatible, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), discard
// (100::/64), ULA (with the metadata fd00:ec2::254), link-local, site-local and multicast.
func reservedV6() []reserve {
	return reserves([][2]string{
		{"2001::/23", "protocol assignments: Teredo, benchmarking, ORCHID"},
		{"2001:db8::/32", "documentation"},
		{"2002::/16", "6to4"},
		{"2620:4f:8000::/48", "AS112"},
		{"3ffe::/16", "6bone, given back"},
		{"3fff::/20", "documentation"},
	})
}

func reserves(list [][2]string) []reserve {
	out := make([]reserve, 0, len(list))
	for _, one := range list {
		out = append(out, reserve{prefix: netip.MustParsePrefix(one[0]), why: one[1]})
	}
	return out
}

// ranges tells public addresses from all others.
type ranges struct {
	global netip.Prefix // the public part of IPv6
	v4, v6 []reserve
}

func newRanges() ranges {
	return ranges{global: netip.MustParsePrefix("2000::/3"), v4: reservedV4(), v6: reservedV6()}
}

// refused returns why an address is not public, or "" if it is. An address in a form that another one hides in (v4-mapped,
// a zone, ISATAP) is refused as such, whatever is inside.
func (r ranges) refused(ip netip.Addr) string {
	switch {
	case !ip.IsValid():
		return "no address"
	case ip.Zone() != "":
		return "has a zone"
	case ip.Is4():
		return within(r.v4, ip)
	case ip.Is4In6():
		return "v4-mapped"
	case !r.global.Contains(ip):
		return "outside of public IPv6 (2000::/3)"
	case isISATAP(ip):
		return "ISATAP"
	default:
		return within(r.v6, ip)
	}
}

func within(list []reserve, ip netip.Addr) string {
	for _, one := range list {
		if one.prefix.Contains(ip) {
			return one.why
		}
	}
	return ""
}

// isISATAP reports whether the lower half is an interface identifier of RFC 5214, which carries an IPv4 address.
func isISATAP(ip netip.Addr) bool {
	b := ip.As16()
	return (b[8] == 0 || b[8] == 2) && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe
}
