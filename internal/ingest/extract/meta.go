package extract

import (
	"strings"

	"golang.org/x/net/html"
)

// metas are the meta elements of a page by lower-case key, in document order. Keys are written with colons: dc.title and
// dcterms.title are dc:title.
type metas map[string][]string

const (
	maxMetas = 2000 // meta elements read
	maxValue = 1000 // bytes of a field's value
)

// readMetas reads meta elements wherever they stand; some pages have them in the body. One may carry several names. A property
// (RDFa) goes before a name: it is written for machines that share the page, a name often for nobody.
func readMetas(doc *html.Node) metas {
	m, weak, n := metas{}, metas{}, 0
	for e := range elements(doc) {
		if e.Data != "meta" || n >= maxMetas {
			continue
		}
		n++
		value := line(html.UnescapeString(attr(e, "content")))
		if value == "" || len(value) > 4*maxValue {
			continue
		}
		for _, from := range []string{"property", "name", "itemprop", "http-equiv"} {
			for key := range strings.FieldsSeq(strings.ToLower(attr(e, from))) {
				key = metaKey(key)
				if from == "itemprop" {
					key = "itemprop:" + key
				}
				into := weak
				if from == "property" {
					into = m
				}
				if len(key) <= 60 && len(into[key]) < 20 {
					into[key] = append(into[key], value)
				}
			}
		}
	}
	for key, values := range weak {
		m[key] = append(m[key], values...)
	}
	return m
}

func metaKey(key string) string {
	key = strings.ReplaceAll(key, ".", ":")
	for _, prefix := range []string{"dcterms:", "dcterm:", "dc:terms:"} {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			return "dc:" + rest
		}
	}
	return key
}

// first returns the first value of the first key that has one.
func (m metas) first(keys ...string) string {
	for _, key := range keys {
		if len(m[key]) > 0 {
			return m[key][0]
		}
	}
	return ""
}

// The keys of each field, in order of trust.
var (
	titleKeys     = []string{"dc:title", "og:title", "citation_title", "parsely-title", "weibo:article:title", "twitter:title", "sailthru:title", "headline", "title"}
	authorKeys    = []string{"dc:creator", "citation_author", "author", "article:author", "parsely-author", "sailthru:author", "byl", "dc:contributor", "article:author_name", "authors", "cxenseparse:author", "og:article:author"}
	outletKeys    = []string{"og:site_name", "dc:publisher", "citation_journal_title", "publisher", "application-name", "apple-mobile-web-app-title", "copyright"}
	publishedKeys = []string{"article:published_time", "og:published_time", "og:article:published_time", "dc:date:issued", "dc:issued", "dc:created", "dc:date", "dc:date:created", "citation_publication_date", "citation_date", "citation_online_date", "parsely-pub-date", "sailthru:date", "datepublished", "itemprop:datepublished", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "date_published", "article:published", "article_date_original", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "dat", "ptime", "date"}
	modifiedKeys  = []string{"article:modified_time", "og:updated_time", "dc:modified", "dc:date:modified", "itemprop:datemodified", "datemodified", "article:modified", "lastmod", "last-modified", "revised", "utime", "moddate"}
	imageKeys     = []string{"og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "itemprop:image", "parsely-image-url", "sailthru:image:full", "thumbnail"}
	languageKeys  = []string{"content-language", "og:locale", "dc:language", "language", "itemprop:inlanguage", "citation_language", "lang"}
)
