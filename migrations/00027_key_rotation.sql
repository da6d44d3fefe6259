-- Keys change their secret without a gap: a new one is given out, and the one before it stays valid until a moment that was
-- chosen. And a key may have limits of its own.

-- +goose Up
ALTER TABLE keys
    ADD COLUMN rotated_at       timestamptz, -- when the secret of now was made, if it is not the first
    ADD COLUMN previous_hash    bytea CHECK (length(previous_hash) = 32), -- SHA-256 of the secret before it
    ADD COLUMN previous_hint    text,        -- its first characters
    ADD COLUMN previous_until   timestamptz, -- it is valid before this moment
    ADD COLUMN previous_used_at timestamptz, -- when it was last used since: who waits for this to stop may end it
    ADD COLUMN burst            integer CHECK (burst BETWEEN 1 AND 10000000),   -- calls in a minute; NULL: as the house allows
    ADD COLUMN daily            integer CHECK (daily BETWEEN 1 AND 1000000000), -- calls in a day; NULL: as the house allows
    ADD CONSTRAINT keys_previous_is_whole CHECK (num_nonnulls(previous_hash, previous_hint, previous_until) IN (0, 3)
        AND (previous_hash IS NULL OR rotated_at IS NOT NULL AND previous_hash <> hash AND previous_until >= rotated_at)
        AND (previous_used_at IS NULL OR previous_hash IS NOT NULL));
CREATE UNIQUE INDEX keys_previous_hash_key ON keys (previous_hash);

-- A secret is replaced by a fresh one alone, and then the replaced one is what was valid before: nothing that ended comes back,
-- and no moment that was chosen for its end moves away.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keys_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.owner_id IS DISTINCT FROM OLD.owner_id OR NOT NEW.scopes <@ OLD.scopes
       OR (OLD.revoked_at IS NOT NULL AND (NEW.revoked_at IS NULL OR NEW.hash <> OLD.hash)) THEN
        RAISE EXCEPTION 'a key keeps its owner and gains no rights; make a new one' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'keys_keep_their_owner';
    END IF;
    IF NEW.hash = OLD.hash AND (NEW.rotated_at IS DISTINCT FROM OLD.rotated_at OR NEW.previous_hash IS DISTINCT FROM OLD.previous_hash OR NEW.previous_until > OLD.previous_until)
       OR NEW.hash <> OLD.hash AND (NEW.previous_hash IS DISTINCT FROM OLD.hash OR NEW.rotated_at IS NOT DISTINCT FROM OLD.rotated_at OR NEW.hash = OLD.previous_hash) THEN
        RAISE EXCEPTION 'the secret of a key is replaced by a fresh one, and what ended stays so' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'keys_are_rotated';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
-- When a key was last used is no act.
DROP TRIGGER acts_are_audited ON keys;
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OF name, hash, scopes, owner_id, publisher_id, revoked_at, expires_at, rotated_at, previous_hash, previous_until, burst, daily OR DELETE ON keys
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();
