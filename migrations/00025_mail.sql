-- Mail to readers: who asked to be told when a claim changes or what became of their tip, and the mails that are to be sent.
--
-- Addresses are not readable here: they are sealed with the key that seals the secrets of authenticator apps, and found by a
-- keyed hash. A mail holds no words: what it says is composed from the public document when it is sent, so nothing that was
-- suspended, withdrawn or redacted meanwhile is mailed. Nothing here refers to claims: it is about them, and holds nobody up.

-- +goose Up
CREATE TABLE followers (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim_id     uuid,                                         -- that is followed
    tip_id       uuid REFERENCES tips (id) ON DELETE CASCADE,  -- or of whose fate somebody wants to hear
    address_hash bytea NOT NULL CHECK (octet_length(address_hash) = 32),
    sealed       bytea NOT NULL,                               -- the address, and the token of the links in the mails
    token_hash   bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    language     text NOT NULL CHECK (language ~ '^[a-z]{2,8}$'),
    state        text NOT NULL CHECK (state IN ('asked', 'confirmed', 'ending')),
    told_seq     bigint NOT NULL DEFAULT 0 CHECK (told_seq >= 0), -- the newest change they were told of
    asked_at     timestamptz NOT NULL,
    confirmed_at timestamptz,
    renewal_at   timestamptz,                                  -- when they were asked whether they still want it
    expires_at   timestamptz NOT NULL,
    CONSTRAINT followers_of_one CHECK (num_nonnulls(claim_id, tip_id) = 1),
    CONSTRAINT followers_confirmed CHECK (state <> 'confirmed' OR confirmed_at IS NOT NULL)
);
CREATE UNIQUE INDEX followers_claim ON followers (claim_id, address_hash) WHERE claim_id IS NOT NULL;
CREATE UNIQUE INDEX followers_tip ON followers (tip_id, address_hash) WHERE tip_id IS NOT NULL;
CREATE INDEX followers_address ON followers (address_hash);
CREATE INDEX followers_expiry ON followers (expires_at);
CREATE INDEX followers_tip_id ON followers (tip_id);

-- Nobody is confirmed but by their own answer, and who is being taken leave of does not come back.
-- +goose StatementBegin
CREATE FUNCTION followers_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (TG_OP = 'INSERT' AND NEW.state <> 'asked') OR (TG_OP = 'UPDATE' AND (OLD.state = 'ending' AND NEW.state <> 'ending'
        OR OLD.state = 'confirmed' AND NEW.state = 'asked' OR NEW.told_seq < OLD.told_seq OR NEW.address_hash <> OLD.address_hash)) THEN
        RAISE EXCEPTION 'somebody follows because they asked and then confirmed it' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'followers_opted_in';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER followers_guard BEFORE INSERT OR UPDATE ON followers FOR EACH ROW EXECUTE FUNCTION followers_guard();
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OF state, claim_id OR DELETE ON followers
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();

CREATE TABLE mails (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('confirm', 'changed', 'merged', 'withdrawn', 'renew', 'tip_confirm', 'tip_published', 'tip_declined')),
    follower_id bigint REFERENCES followers (id) ON DELETE SET NULL,
    state       text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'dropped')),
    attempts    integer NOT NULL DEFAULT 0,
    error       text NOT NULL DEFAULT '', -- in words of the program's: no address, nothing a server said
    created_at  timestamptz NOT NULL,
    tried_at    timestamptz,
    ended_at    timestamptz,
    CONSTRAINT mails_end CHECK ((state = 'queued') = (ended_at IS NULL)),
    CONSTRAINT mails_tell_no_address CHECK (position('@' IN error) = 0)
);
-- Many changes within minutes are one mail: the one that waits tells them all.
CREATE UNIQUE INDEX mails_one_waits ON mails (follower_id, kind) WHERE state = 'queued';
CREATE INDEX mails_follower_id ON mails (follower_id);
CREATE INDEX mails_state ON mails (state, created_at);

-- What was sent stays sent: a mail ends once.
-- +goose StatementBegin
CREATE FUNCTION mails_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'queued' AND (NEW.state <> OLD.state OR NEW.attempts <> OLD.attempts OR NEW.kind <> OLD.kind) THEN
        RAISE EXCEPTION 'this mail was ended' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'mails_end_once';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER mails_guard BEFORE UPDATE ON mails FOR EACH ROW EXECUTE FUNCTION mails_guard();

-- Addresses that nothing is sent to: nobody is there, or they asked never to be written to again.
CREATE TABLE mail_stops (
    address_hash bytea PRIMARY KEY CHECK (octet_length(address_hash) = 32),
    why          text NOT NULL CHECK (why IN ('dead', 'asked')),
    at           timestamptz NOT NULL
);
