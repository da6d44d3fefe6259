// Package browsertest looks at the pages of readers and of the newsroom in a real browser: axe-core (MPL 2.0, testdata) finds no violation in
// either colour scheme, nothing is wider than the screen, the policy is never broken, and nothing is fetched from
// elsewhere. The package holds tests only.
//
// The tests need Chromium ("apt-get install chromium"). Without it they skip, unless TOUCHSTONE_REQUIRE_BROWSER=1.
// TOUCHSTONE_SCREENSHOTS=DIR writes a picture of every page into DIR, for a person to look at.
package browsertest
