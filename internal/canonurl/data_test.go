package canonurl

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// TestEveryWrapperUnwraps makes an address of each line of data/wrappers.txt and looks inside.
func TestEveryWrapperUnwraps(t *testing.T) {
	t.Parallel()
	const target = "https://example.com/story?id=1"
	n := 0
	for host, rules := range wrappers {
		host = strings.NewReplacer("*.", "eur01.", ".*", ".co.uk").Replace(host)
		for _, rule := range rules {
			path := rule.path
			if path == "" {
				path = "/any"
			}
			names := rule.names
			if len(names) == 0 {
				names = []string{""}
			}
			for _, name := range names {
				n++
				raw := "https://" + host + path
				switch rule.how {
				case "param":
					raw += "?x=1&" + name + "=" + url.QueryEscape(target)
				case "a1":
					raw += "?" + name + "=a1" + base64.RawURLEncoding.EncodeToString([]byte(target))
				case "base64":
					raw += "?" + name + "=" + base64.StdEncoding.EncodeToString([]byte(target))
				case "path":
					raw += target
				case "query":
					raw += "?" + target
				default:
					t.Errorf("data/wrappers.txt: %s: no way %q of wrapping", host, rule.how)
				}
				a, err := Parse(raw)
				if err != nil || a.String() != target {
					t.Errorf("%q: got %q, error %v, want %q", raw, a, err, target)
				}
			}
		}
	}
	t.Logf("%d wrappers", n)
}

// TestEveryTrackingParameterGoes tries each word of data/tracking.txt on its host.
func TestEveryTrackingParameterGoes(t *testing.T) {
	t.Parallel()
	n := 0
	for host, set := range tracking {
		host = strings.Replace(host, ".*", ".co.uk", 1)
		if host == "*" {
			host = "example.org"
		}
		names := slices.Clone(set.prefixes)
		for i := range names {
			names[i] += "x"
		}
		for name := range set.exact {
			names = append(names, name)
		}
		for _, name := range names {
			n++
			a := mustParse(t, "https://"+host+"/some/story?"+url.QueryEscape(name)+"=x")
			if want := "https://" + host + "/some/story"; a.String() != want || strings.Contains(a.Key(), "?") {
				t.Errorf("%s on %s: got %q and the key %q, want neither to have it", name, host, a, a.Key())
			}
		}
		for name := range set.keyOnly {
			n++
			a := mustParse(t, "https://"+host+"/some/story?"+name+"=x")
			if !strings.HasSuffix(a.String(), name+"=x") || strings.Contains(a.Key(), "?") {
				t.Errorf("%s on %s: got %q and the key %q, want it in the first only", name, host, a, a.Key())
			}
		}
	}
	t.Logf("%d parameters", n)
}

// TestTrackingHidesNoWrappedAddress: a parameter that carries an address must not
// be dropped as tracking before somebody looks inside.
func TestTrackingHidesNoWrappedAddress(t *testing.T) {
	t.Parallel()
	for host, rules := range wrappers {
		for _, rule := range rules {
			for _, name := range rule.names {
				for _, site := range []string{host, strings.Replace(host, ".*", ".com", 1)} {
					if left := untracked(site, []param{{name, "x", true}}, true); len(left) == 0 {
						t.Errorf("data/tracking.txt drops %q on %s, where it carries an address", name, site)
					}
				}
			}
		}
	}
}

// TestDataNamesHostsAsKeysDo: a rule for a name that no key has would never hold.
func TestDataNamesHostsAsKeysDo(t *testing.T) {
	t.Parallel()
	var hosts []string
	for host := range tracking {
		hosts = append(hosts, host)
	}
	for host := range wrappers {
		hosts = append(hosts, host)
	}
	for host := range siteRules {
		hosts = append(hosts, host)
	}
	for host := range specials {
		hosts = append(hosts, host)
	}
	for host := range ampStarts {
		hosts = append(hosts, host)
	}
	for _, host := range hostAliases {
		hosts = append(hosts, host)
	}
	for _, host := range hosts {
		if got := siteHost(host); got != host {
			t.Errorf("%s: the key has %s instead", host, got)
		}
	}
	if len(hosts) < 100 {
		t.Errorf("only %d hosts in the data, want them all", len(hosts))
	}
}
