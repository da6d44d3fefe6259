-- Webhooks: who is told of public changes by a request of ours, what is to be sent to them, and every attempt.
--
-- A delivery holds no words: what it says is built of the public document when it is sent, so nothing that was suspended,
-- withdrawn or redacted meanwhile goes out. Nothing here refers to claims: it is about them, and holds nobody up. Secrets are
-- sealed with the key that seals the secrets of authenticator apps.

-- +goose Up
CREATE TABLE webhooks (
    id              uuid PRIMARY KEY,
    actor_id        uuid NOT NULL REFERENCES actors (id),      -- the API key whose it is; it ends with the key
    url             text NOT NULL CHECK (url ~ '^https?://' AND octet_length(url) <= 2048),
    name            text NOT NULL DEFAULT '' CHECK (char_length(name) <= 200),
    types           text[] NOT NULL DEFAULT '{}',              -- change types; none: all
    claims          uuid[] NOT NULL DEFAULT '{}',              -- none: all
    topics          text[] NOT NULL DEFAULT '{}',              -- ids as documents have them; none: all
    publishers      text[] NOT NULL DEFAULT '{}',              -- sites; none: all
    secret          bytea NOT NULL,                            -- sealed
    previous_secret bytea,                                     -- signs too, until:
    previous_until  timestamptz,
    state           text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'disabled')),
    note            text NOT NULL DEFAULT '',                  -- why it is disabled
    position        bigint NOT NULL CHECK (position >= 0),     -- changes up to here have their deliveries
    failures        integer NOT NULL DEFAULT 0,                -- in a row that nobody answered
    not_before      timestamptz,                               -- nothing is sent until then
    lease           uuid,                                      -- of the process that sends to it now
    leased_until    timestamptz,
    served_at       timestamptz,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT webhooks_rotation CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
    CONSTRAINT webhooks_lease CHECK ((lease IS NULL) = (leased_until IS NULL))
);
CREATE INDEX webhooks_actor_id ON webhooks (actor_id);
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OF actor_id, url, name, types, claims, topics, publishers, secret, state OR DELETE ON webhooks
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();

CREATE TABLE webhook_deliveries (
    id         uuid PRIMARY KEY,
    webhook_id uuid NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    seq        bigint,                                         -- of the change; NULL: a test
    type       text NOT NULL,
    at         timestamptz NOT NULL,                           -- of the change
    claim_id   uuid,
    state      text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'delivered', 'dead')),
    attempts   integer NOT NULL DEFAULT 0,                     -- ever
    tries      integer NOT NULL DEFAULT 0,                     -- since it was queued last
    next_at    timestamptz NOT NULL,
    tried_at   timestamptz,                                    -- the first of these tries
    created_at timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT webhook_deliveries_end CHECK ((state = 'queued') = (ended_at IS NULL)),
    CONSTRAINT webhook_deliveries_of CHECK ((seq IS NULL) = (claim_id IS NULL))
);
CREATE UNIQUE INDEX webhook_deliveries_seq ON webhook_deliveries (webhook_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX webhook_deliveries_webhook_id ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_claim_id ON webhook_deliveries (webhook_id, claim_id);
-- What waits, in the order of each claim, and by when it is due.
CREATE INDEX webhook_deliveries_order ON webhook_deliveries (webhook_id, claim_id, seq) WHERE state = 'queued';
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_at) WHERE state = 'queued';
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE state <> 'queued';

-- What was sent cannot be made another's, nor another change.
-- +goose StatementBegin
CREATE FUNCTION webhook_deliveries_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.webhook_id <> OLD.webhook_id OR NEW.seq IS DISTINCT FROM OLD.seq OR NEW.claim_id IS DISTINCT FROM OLD.claim_id OR NEW.type <> OLD.type OR NEW.attempts < OLD.attempts THEN
        RAISE EXCEPTION 'a delivery is of one change to one address' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'webhook_deliveries_stay';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER webhook_deliveries_guard BEFORE UPDATE ON webhook_deliveries FOR EACH ROW EXECUTE FUNCTION webhook_deliveries_guard();

CREATE TABLE webhook_attempts (
    delivery_id uuid NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    n           integer NOT NULL CHECK (n > 0),
    at          timestamptz NOT NULL,
    took_ms     integer CHECK (took_ms >= 0),                  -- NULL: it has not ended, or the program was killed
    status      integer,                                       -- of the answer; NULL: there was none
    error       text NOT NULL DEFAULT '',                      -- in words of ours
    excerpt     text NOT NULL DEFAULT '' CHECK (char_length(excerpt) <= 1000), -- of the answer; it may repeat what we sent
    PRIMARY KEY (delivery_id, n)
);
-- What was taken out must not stay in what a receiver repeated. Who writes an answer down meanwhile is waited for, or waits and
-- then sees that there is a redaction more than when the message was made.
-- +goose StatementBegin
CREATE FUNCTION webhook_excerpts_go() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE webhook_attempts IN SHARE ROW EXCLUSIVE MODE;
    UPDATE webhook_attempts SET excerpt = '' WHERE excerpt <> '';
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER webhook_excerpts_go AFTER INSERT ON redactions FOR EACH STATEMENT EXECUTE FUNCTION webhook_excerpts_go();
