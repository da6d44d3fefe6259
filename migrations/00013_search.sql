-- What the index in the process needs besides the change feed: which claims that are not public were touched, and by which
-- transaction. A follower asks for the transactions that could have committed since it looked last, so nothing is missed
-- whatever order they commit in.

-- +goose Up
CREATE TABLE claim_touches (
    claim_id uuid PRIMARY KEY,                         -- no reference: claims are for ever, and their guards are tried one by one
    xid      xid8 NOT NULL
);
CREATE INDEX claim_touches_xid ON claim_touches (xid);

-- +goose StatementBegin
CREATE FUNCTION claim_touched() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    touched uuid;
BEGIN
    IF TG_TABLE_NAME = 'claims' THEN
        touched := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        touched := OLD.claim_id;
    ELSE
        touched := NEW.claim_id;
    END IF;
    INSERT INTO claim_touches (claim_id, xid) VALUES (touched, pg_current_xact_id())
    ON CONFLICT (claim_id) DO UPDATE SET xid = excluded.xid WHERE claim_touches.xid <> excluded.xid;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER claims_touched AFTER INSERT OR UPDATE OF text, language, claimant_id, stage, stage_note, merged_into ON claims
    FOR EACH ROW EXECUTE FUNCTION claim_touched();
CREATE TRIGGER wordings_touched AFTER INSERT OR UPDATE OR DELETE ON wordings FOR EACH ROW EXECUTE FUNCTION claim_touched();
-- A claim leaves the private index when it becomes public, and comes back when it is withdrawn.
CREATE TRIGGER claim_documents_touched AFTER INSERT OR DELETE ON claim_documents FOR EACH ROW EXECUTE FUNCTION claim_touched();

-- +goose StatementBegin
CREATE FUNCTION claimant_touched() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO claim_touches (claim_id, xid) SELECT id, pg_current_xact_id() FROM claims WHERE claimant_id = NEW.id
    ON CONFLICT (claim_id) DO UPDATE SET xid = excluded.xid;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER claimants_touched AFTER UPDATE OF name ON claimants FOR EACH ROW WHEN (NEW.name <> OLD.name) EXECUTE FUNCTION claimant_touched();
