// Package canonurl gives every web address one spelling, so that an article is
// found again whoever pasted it, and a hash of that spelling for look-ups that do
// not tell what was looked for. It is pure: no network, no clock, no state.
//
// # The canonical form, version 1
//
// Address.String follows rules 1 to 9, Address.Key also rules 10 to 16. Applying the
// rules to their own result changes nothing. Partners who compute keys themselves
// can hold their code against testdata/vectors.json; the data files named below are
// part of the form.
//
//  1. Input. White space, invisible characters and one pair of angle brackets around
//     the address are cut, tabs and line breaks inside it removed, "view-source:" cut.
//     At most 8192 bytes go in, and the results are refused if longer.
//  2. Scheme. Only http and https. A missing scheme is https; then the host needs a
//     dot, an IP address has to be written in full, and an "@" before the path is refused.
//     Any number of slashes and backslashes may follow the scheme (WHATWG URL).
//  3. Authority. User name and password are dropped. Ports 80 for http and 443 for
//     either scheme are dropped; 443 makes the scheme https, 80 a missing one http.
//  4. Host. Escapes are resolved, then UTS #46 to ASCII (not transitional), lower case,
//     without the final dot. A last label that is a number makes it IPv4 in
//     any of the forms browsers take (0x7f.1), written as four decimal numbers; IPv6
//     as RFC 5952 writes it, IPv4-mapped with hexadecimal end (WHATWG). Stricter than
//     WHATWG: labels are 1 to 63 letters, digits, hyphens, underscores; 253 bytes in all.
//  5. Percent-encoding (RFC 3986 §6.2.2). Escapes of unreserved characters (letters,
//     digits, - . _ ~) are resolved, other escapes in upper case, a percent sign that
//     begins no escape becomes %25. Bytes are escaped unless unreserved or one of
//     ! $ & ( ) * + , ; = : @ / and, in paths and fragments only, the apostrophe, in
//     queries and fragments only, the question mark. Bytes that are not UTF-8 are kept.
//  6. Path. Backslashes become slashes, dot segments (also %2E) are resolved, an empty
//     path is "/". Case and empty segments stay.
//  7. Wrappers. An address that carries another one inside and leads to it is replaced
//     by that: redirectors, exit pages, sharing dialogs, mail protection, translators
//     (data/wrappers.txt), Wayback machines, archive.today, AMP caches and viewers,
//     Google's cache, Proofpoint, translate.goog (archive.go). Up to 8 inside each other;
//     more is an error. Only on the scheme's own port. A plus sign in a carried address
//     stays one. Short links and archives without the address inside stay as they are.
//  8. Query. Pieces between "&" without name and value are left out, "amp;" before a
//     name is cut, and so are tracking parameters (data/tracking.txt, names compared
//     without case, for the host of rule 10 and the names above it). An empty query has
//     no question mark. All else stays, in its order. Tokens that let one reader in
//     (gift links) are dropped from the key only.
//  9. Fragment. ":~:" and what follows is cut. What begins with "!" or "/" stays,
//     unless it is only that; it names content, but on the wikis of Wikimedia. Any other
//     fragment is dropped.
//
// And for the key:
//
//  10. Scheme https, whatever it was. First labels www, m, mobile, amp and touch are cut,
//     repeatedly, while what is left has a dot and is not a public suffix (publicsuffix.org
//     as golang.org/x/net carries it, private part included). Then chief names: twitter.com is x.com, and the like (variant.go).
//  11. In paths the escapes of ! ' ( ) * , : @ are resolved, in queries those of ! ( ) * , : @ / ?
//     and a plus sign in a query is %20.
//  12. AMP. At the end of the path, repeatedly, "/amp" is cut if a name is left before
//     it, ".amp" and "!amp" too, also before ".html"; so are final slashes. A few sites
//     have a known "amp" elsewhere (variant.go). Parameters amp and _amp that are empty, 1
//     or true, outputType, output and view that are amp are dropped. Hosts
//     that are wrappers (rule 7) have no AMP pages; there only final slashes are cut.
//  13. Final slashes of the path are cut: /a/ and /a are one. The root is "/".
//  14. Parameters are sorted by name as bytes; those of one name keep their order. An
//     empty value has no "=".
//  15. Services where one post has many addresses (site.go): YouTube videos become
//     youtube.com/watch?v=ID, posts on X x.com/i/status/ID whatever the user name, Reddit
//     reddit.com/comments/ID, Instagram instagram.com/p/CODE, TikTok tiktok.com/@i/video/ID,
//     Facebook posts, photos and videos with numbers of their own, Telegram without /s/.
//  16. Where a wrapper of the kinds "query" and Proofpoint could not be unwrapped, its
//     query is kept as it is, in the spelling of rule 5.
//
// Nothing else is merged: case of paths, index.html, page numbers, languages, http
// ports beside the standard ones, print versions, www1 and the like stay apart.
// Two addresses of one article with two keys are joined by Refine or by hand; two
// articles under one key could not be told apart again.
//
// The hash is the SHA-256 of the key; its first 3 to 5 hexadecimal digits are asked
// for in look-ups, and the answer holds all addresses that share them.
package canonurl
