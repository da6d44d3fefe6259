// Package extract reads articles: bytes in, what an article says out. It knows no network and no database, changes
// nothing, and gives the same reading for the same bytes.
//
// A page says the same thing in several places, and they disagree. Each field is taken from the first place in this order
// that has a value which makes sense; every candidate is kept in Reading.Found, with its place, for the editor:
//
//	field      order of trust
//	title      JSON-LD headline, then name, of an article type (see storyRank), where it shares half of its words with the
//	           title element, og:title or a heading · dc:title, og:title, citation_title and other meta elements ·
//	           microdata headline · title element · h1. The site's name is taken off, set off by a separator; nothing else is
//	byline     JSON-LD author, creator · dc:creator, citation_author, author and other meta elements · microdata author ·
//	           rel=author and classes such as byline, in document order. A person goes before the house
//	outlet     og:site_name · JSON-LD publisher · other meta elements · the host
//	published  JSON-LD datePublished, dateCreated · article:published_time, dc:date, citation_date and other meta elements ·
//	           microdata · time elements of the article · the address · texts of elements that are marked as dates
//	modified   JSON-LD dateModified · article:modified_time and other meta elements · microdata
//	language   what the page declares (lang attributes, inLanguage, content-language, og:locale, dc:language) and the text
//	           itself decide together, see chooseLanguage
//	image      JSON-LD image · og:image, twitter:image and other meta elements · link image_src
//	canonical  link canonical · og:url
//	text       readability · JSON-LD articleBody · all paragraphs; the later ones only where there is next to nothing
//
// JSON-LD is read as it is found: objects, lists, @graph, references by @id, wrong types, and with its usual defects mended.
//
// The text is what readers see. Left out are hidden elements, navigation, controls, labels and share bars, and pointers to
// other stories, which become Leads. Captions stay, as blocks of their own: pictures and their captions are what many
// claims are about. Text is in NFC, without control characters but the line feed and without invisible characters that
// scripts do not need. A page that is a wall in an article's place has no text at all; what a paywall lets through is kept
// apart, in Wall.Teaser. An article that says it is not free and is there in full is an article.
//
// Hostile pages are bounded: see the constants in scan.go and prune.go.
package extract
