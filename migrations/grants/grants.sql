-- What the program's role may do. Runs after every migration, as the owner, and may run again.
-- The role works with rows; it owns nothing, so it can neither switch a guard off nor empty a table.
-- Where PUBLIC may make functions (databases from before PostgreSQL 15), one of its own could be called by a guard.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO touchstone_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO touchstone_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO touchstone_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO touchstone_app;
REVOKE EXECUTE ON FUNCTION reopen_redacted, redact_field, replay_redactions FROM touchstone_app;
REVOKE INSERT, UPDATE, DELETE ON changes, feed, redactions, redaction_passes FROM touchstone_app;
REVOKE UPDATE, DELETE ON audit, scales, scale_labels, claim_slugs, appearance_events, actors FROM touchstone_app;
REVOKE DELETE ON people, keys, publishers, claims, verdicts, appearance_listings, claim_states, proposals FROM touchstone_app;
REVOKE INSERT, UPDATE, DELETE ON goose_db_version FROM touchstone_app;
