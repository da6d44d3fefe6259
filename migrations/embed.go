// Package migrations embeds the numbered SQL that builds the schema, forward only.
package migrations

import "embed"

// Files holds the numbered migrations, in goose's format.
//
//go:embed *.sql grants/grants.sql
var Files embed.FS
