-- People and how they come in: links that work once, a second factor, passkeys, what slows guessing down.
-- Of every secret there is only what it is recognised by: a SHA-256 of links and recovery codes, the public half of passkeys.
-- The secret of an authenticator app is needed as it is; it is sealed with a key that is not in the database.

-- +goose Up
ALTER TABLE people ADD COLUMN signed_in_at timestamptz;

-- When somebody last proved who they are in this session. What was begun by a release that did not know is long ago.
ALTER TABLE sessions ADD COLUMN proved_at timestamptz NOT NULL DEFAULT 'epoch';

CREATE TABLE second_factors (
    person_id  uuid PRIMARY KEY REFERENCES people (id),
    secret     bytea NOT NULL CHECK (length(secret) BETWEEN 32 AND 200), -- sealed
    last_step  bigint NOT NULL CHECK (last_step > 0),                    -- of the last code that was taken: none is good twice
    created_at timestamptz NOT NULL
);
-- +goose StatementBegin
CREATE FUNCTION second_factors_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.last_step <= OLD.last_step OR (NEW.person_id, NEW.secret, NEW.created_at) IS DISTINCT FROM (OLD.person_id, OLD.secret, OLD.created_at) THEN
        RAISE EXCEPTION 'a code is good once, and a second factor is set up anew, never changed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'second_factors_codes_are_good_once';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER second_factors_guard BEFORE UPDATE ON second_factors FOR EACH ROW EXECUTE FUNCTION second_factors_guard();

CREATE TABLE recovery_codes (
    person_id  uuid NOT NULL REFERENCES people (id),
    hash       bytea NOT NULL CHECK (length(hash) = 32),
    created_at timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (person_id, hash)
);
-- +goose StatementBegin
CREATE FUNCTION recovery_codes_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.used_at IS NOT NULL OR to_jsonb(OLD) - 'used_at' <> to_jsonb(NEW) - 'used_at' THEN
        RAISE EXCEPTION 'a recovery code is good once' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'recovery_codes_are_good_once';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER recovery_codes_guard BEFORE UPDATE ON recovery_codes FOR EACH ROW EXECUTE FUNCTION recovery_codes_guard();

CREATE TABLE passkeys (
    id            uuid PRIMARY KEY,
    person_id     uuid NOT NULL REFERENCES people (id),
    credential_id bytea NOT NULL CHECK (length(credential_id) BETWEEN 1 AND 1023), -- as WebAuthn limits it
    public_key    bytea NOT NULL,                  -- COSE
    sign_count    bigint NOT NULL,
    backed_up     boolean NOT NULL,                -- may be on several devices of the person
    transports    text[] NOT NULL DEFAULT '{}',
    name          text NOT NULL CHECK (name <> ''),
    created_at    timestamptz NOT NULL,
    used_at       timestamptz,
    CONSTRAINT passkeys_credential_id_key UNIQUE (credential_id)
);
CREATE INDEX passkeys_person_id ON passkeys (person_id);
-- +goose StatementBegin
CREATE FUNCTION passkeys_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - ARRAY['sign_count', 'name', 'used_at'] <> to_jsonb(NEW) - ARRAY['sign_count', 'name', 'used_at'] THEN
        RAISE EXCEPTION 'a passkey is never handed to somebody else' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'passkeys_never_change';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER passkeys_guard BEFORE UPDATE ON passkeys FOR EACH ROW EXECUTE FUNCTION passkeys_guard();

-- Links that let somebody in once: the first admin, whoever was invited, whoever needs a new password.
CREATE TABLE entry_links (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('first_admin', 'invitation', 'reset')),
    token_hash  bytea NOT NULL CHECK (length(token_hash) = 32),
    email       text NOT NULL DEFAULT '',
    name        text NOT NULL DEFAULT '',
    role        text NOT NULL DEFAULT '' CHECK (role IN ('', 'checker', 'editor', 'admin')),
    person_id   uuid REFERENCES people (id),       -- whose password; of the others, who came of it
    drop_factor boolean NOT NULL DEFAULT false,    -- a reset takes the second factor away too
    created_by  uuid NOT NULL REFERENCES actors (id),
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    revoked_at  timestamptz,
    CONSTRAINT entry_links_token_hash_key UNIQUE (token_hash),
    CONSTRAINT entry_links_end_once CHECK (used_at IS NULL OR revoked_at IS NULL),
    CONSTRAINT entry_links_expire CHECK (expires_at > created_at),
    CONSTRAINT entry_links_shape CHECK (CASE kind
        WHEN 'invitation' THEN email <> '' AND role <> '' AND (person_id IS NULL) = (used_at IS NULL)
        WHEN 'reset' THEN person_id IS NOT NULL
        ELSE (person_id IS NULL) = (used_at IS NULL) END)
);
CREATE UNIQUE INDEX entry_links_one_invitation ON entry_links (email) WHERE kind = 'invitation' AND used_at IS NULL AND revoked_at IS NULL;
CREATE UNIQUE INDEX entry_links_one_reset ON entry_links (person_id) WHERE kind = 'reset' AND used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX entry_links_person_id ON entry_links (person_id);
CREATE INDEX entry_links_created_by ON entry_links (created_by);
-- +goose StatementBegin
CREATE FUNCTION entry_links_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.used_at IS NOT NULL OR OLD.revoked_at IS NOT NULL
        OR to_jsonb(OLD) - ARRAY['used_at', 'revoked_at', 'person_id'] <> to_jsonb(NEW) - ARRAY['used_at', 'revoked_at', 'person_id']
        OR (OLD.person_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM OLD.person_id) THEN
        RAISE EXCEPTION 'a link is good once and never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'entry_links_are_good_once';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER entry_links_guard BEFORE UPDATE ON entry_links FOR EACH ROW EXECUTE FUNCTION entry_links_guard();

-- Challenges that a passkey has answered, so that no answer is good twice. They are forgotten when they have run out.
CREATE TABLE used_challenges (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    expires_at timestamptz NOT NULL
);
CREATE INDEX used_challenges_expires_at ON used_challenges (expires_at);

-- How much guessing is left, a bucket for each account from an address, address, and known browser (GCRA: the time at which
-- the bucket is full again). The name is a SHA-256, because people type passwords where their address belongs.
CREATE TABLE attempts (
    bucket  bytea PRIMARY KEY CHECK (length(bucket) = 32),
    full_at timestamptz NOT NULL
);
CREATE INDEX attempts_full_at ON attempts (full_at);

CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OR DELETE ON second_factors
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OR DELETE ON recovery_codes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OR DELETE ON passkeys
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OR DELETE ON entry_links
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();
