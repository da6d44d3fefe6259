-- Sessions of people who are signed in. The token is with the browser; here is its SHA-256 only.

-- +goose Up
CREATE TABLE sessions (
    id         uuid PRIMARY KEY,              -- names it in lists; it is not the token
    token_hash bytea NOT NULL CHECK (length(token_hash) = 32),
    person_id  uuid NOT NULL REFERENCES people (id),
    user_agent text NOT NULL DEFAULT '',      -- as the browser names itself, cut short
    address    text NOT NULL DEFAULT '',      -- where it was begun
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,          -- coarse: kept every few minutes
    expires_at timestamptz NOT NULL,          -- at the latest; an idle session ends before
    CONSTRAINT sessions_token_hash_key UNIQUE (token_hash),
    CONSTRAINT sessions_expire CHECK (expires_at > created_at)
);
CREATE INDEX sessions_person_id ON sessions (person_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- A new password, another role and disabling end every session of the person, in the transaction that brings them and by
-- whatever path. Signing in holds the person's row (FOR SHARE), so no session begins on what is being changed.
-- +goose StatementBegin
CREATE FUNCTION end_sessions() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM sessions WHERE person_id = NEW.id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER people_end_sessions AFTER UPDATE ON people FOR EACH ROW
    WHEN ((OLD.role, OLD.disabled_at, OLD.password_hash) IS DISTINCT FROM (NEW.role, NEW.disabled_at, NEW.password_hash))
    EXECUTE FUNCTION end_sessions();

-- A session is never handed to somebody else or prolonged beyond its end: only when it was last seen moves.
-- +goose StatementBegin
CREATE FUNCTION sessions_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - 'seen_at' <> to_jsonb(NEW) - 'seen_at' THEN
        RAISE EXCEPTION 'a session is begun and ended, never changed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sessions_never_change';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER sessions_guard BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION sessions_guard();

-- When a session was last seen is no act.
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR DELETE ON sessions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();
