package request

import "net/url"

// CrossSite reports whether a form was sent by a page of another origin, from three of the request's headers. Browsers say so
// in Sec-Fetch-Site (Fetch Metadata), older ones in Origin only; what says neither is no browser, and has no cookies of one
// (as net/http's CrossOriginProtection reasons). publicURL is the origin the public reaches us at.
func CrossSite(secFetchSite, origin, host, publicURL string) bool {
	switch secFetchSite {
	case "same-origin", "none":
		return false
	case "":
	default:
		return true
	}
	if origin == "" || origin == publicURL {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host == "" || u.Host != host
}
