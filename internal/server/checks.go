package server

import "github.com/touchstone-factcheck/touchstone/internal/store"

// StoreChecks returns the parts of being ready that the database decides: that it answers, that its schema is this
// program's, and that jobs can be enqueued.
func StoreChecks(db *store.DB) []Check {
	return []Check{{"database", db.Ping}, {"migrations", db.CheckSchema}, {"jobs", db.CheckQueue}}
}
