package storetest

import "testing"

// Admin returns the URL of the database "postgres" on the tests' server as a superuser, for tests that make databases of
// their own. What they make they drop.
func Admin(t testing.TB) string {
	t.Helper()
	return server(t).super
}
