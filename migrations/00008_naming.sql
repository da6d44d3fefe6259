-- Naming a private person is guarded by the database as well as by the store (invariant 11).

-- +goose Up

-- Invariant 11: a private person is named by a decision of two on this person under this name, and stays private.
-- +goose StatementBegin
CREATE FUNCTION claimants_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.named_approved_by IS NULL THEN RETURN NEW; END IF;
    ELSIF redacting() THEN
        RETURN NEW;
    ELSIF OLD.private AND NOT NEW.private THEN
        RAISE EXCEPTION 'naming a private person needs a reason and a second person: propose it' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claimants_stay_private';
    ELSIF NEW.named_approved_by IS NULL THEN
        RETURN NEW;
    ELSIF (NEW.name, NEW.named_reason, NEW.named_proposed_by, NEW.named_approved_by) IS NOT DISTINCT FROM (OLD.name, OLD.named_reason, OLD.named_proposed_by, OLD.named_approved_by) THEN
        RETURN NEW;
    ELSIF NEW.name = OLD.name AND EXISTS (SELECT FROM proposals p WHERE p.claimant_id = NEW.id AND p.kind = 'name' AND p.decision = 'approved'
        AND p.proposed_by = NEW.named_proposed_by AND p.decided_by = NEW.named_approved_by AND written_now(p.xmin)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'naming a private person is decided by two' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claimants_naming_is_decided';
END $$;
-- +goose StatementEnd
CREATE TRIGGER claimants_guard BEFORE INSERT OR UPDATE ON claimants FOR EACH ROW EXECUTE FUNCTION claimants_guard();
