-- The guards of the ledger. Each refuses with a constraint name, so that the store can say which promise was at stake.
-- Every function names its search_path, pg_temp last: a role that may make temporary tables could otherwise put an empty
-- table in the place of one that a guard reads.

-- +goose Up

-- A redaction is the only way to touch what was published. A pass is open in one transaction only, and only for an
-- approved proposal, which took two people.
CREATE TABLE redaction_passes (
    xid         xid8 PRIMARY KEY DEFAULT pg_current_xact_id(),
    proposal_id uuid REFERENCES proposals (id) -- NULL: a replay, which only the owner's function opens
);
CREATE INDEX redaction_passes_proposal_id ON redaction_passes (proposal_id);

-- +goose StatementBegin
CREATE FUNCTION redaction_passes_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.xid := pg_current_xact_id();
    IF NEW.proposal_id IS NOT NULL AND NOT EXISTS (SELECT FROM proposals p WHERE p.id = NEW.proposal_id AND p.kind = 'redact' AND p.decision = 'approved'
        AND written_now(p.xmin)) THEN -- decided for this, and not used before
        RAISE EXCEPTION 'a redaction needs an approved proposal'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'redactions_need_two';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER redaction_passes_guard BEFORE INSERT OR UPDATE ON redaction_passes FOR EACH ROW EXECUTE FUNCTION redaction_passes_guard();

-- +goose StatementBegin
CREATE FUNCTION redacting() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM redaction_passes WHERE xid = pg_current_xact_id_if_assigned()) $$;
-- +goose StatementEnd

-- The person behind an actor: themselves, or the owner of the key. NULL for operator, system and ownerless keys.
-- +goose StatementBegin
CREATE FUNCTION person_behind(actor uuid) RETURNS uuid LANGUAGE sql STABLE SET search_path = public, pg_temp AS
$$ SELECT a.person_id FROM actors a WHERE a.id = actor $$;
-- +goose StatementEnd

-- Whether a row, by its xmin, was written by this transaction itself, not in a savepoint of it.
-- +goose StatementBegin
CREATE FUNCTION written_now(row_xmin xid) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS
$$ SELECT row_xmin = pg_current_xact_id()::xid $$;
-- +goose StatementEnd

-- Acts are written down for whom they were done by, for ever: an actor is never pointed at somebody else. A key acts for
-- its owner.
-- +goose StatementBegin
CREATE FUNCTION actors_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.kind <> 'key' OR EXISTS (SELECT FROM keys k WHERE k.id = NEW.key_id AND k.owner_id IS NOT DISTINCT FROM NEW.person_id)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an actor stays who it is, and a key acts for its owner' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'actors_only_grow';
END $$;
-- +goose StatementEnd
CREATE TRIGGER actors_guard BEFORE INSERT OR UPDATE OR DELETE ON actors FOR EACH ROW EXECUTE FUNCTION actors_guard();
CREATE TRIGGER actors_never_emptied BEFORE TRUNCATE ON actors FOR EACH STATEMENT EXECUTE FUNCTION refuse();
-- +goose StatementBegin
CREATE FUNCTION keys_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.owner_id IS DISTINCT FROM OLD.owner_id OR NEW.hash <> OLD.hash OR NOT NEW.scopes <@ OLD.scopes
       OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL) THEN
        RAISE EXCEPTION 'a key keeps its owner and gains no rights; make a new one' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'keys_keep_their_owner';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER keys_guard BEFORE UPDATE ON keys FOR EACH ROW EXECUTE FUNCTION keys_guard();
CREATE TRIGGER keys_stay BEFORE DELETE OR TRUNCATE ON keys FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- Which publisher is the house is decided once: every verdict's origin rests on it.
-- +goose StatementBegin
CREATE FUNCTION publishers_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.is_house <> OLD.is_house THEN
        RAISE EXCEPTION 'the house stays the house' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publishers_house_stays';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER publishers_guard BEFORE UPDATE ON publishers FOR EACH ROW EXECUTE FUNCTION publishers_guard();

-- What only an import brings stays out of the house's versions: it is outside of what is approved.
ALTER TABLE verdict_versions ADD CONSTRAINT verdict_versions_house_is_not_imported CHECK (
    import_id IS NOT NULL OR (review_url = '' AND import_hash IS NULL AND original_at IS NULL AND byline = ''));
-- An import brings no approval. Its text in approved is the claim as the publisher worded it.
ALTER TABLE verdict_versions ADD CONSTRAINT verdict_versions_import_is_not_approved CHECK (
    import_id IS NULL OR (submitted_by IS NULL AND submitted_at IS NULL AND approved_by IS NULL AND approved_hash IS NULL));

-- Invariants 1, 2 and 3 for versions.
-- +goose StatementBegin
CREATE FUNCTION verdict_versions_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v          verdicts%ROWTYPE;
    flow       text[] := ARRAY['state', 'n', 'note', 'approved_by', 'published_at', 'updated_at', 'version'];
    submission text[] := ARRAY['approved', 'approved_hash', 'submitted_by', 'submitted_at'];
    old_row    jsonb;
    new_row    jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'draft' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'a % version is not deleted', OLD.state USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_only_grow';
    END IF;

    SELECT * INTO v FROM verdicts WHERE id = NEW.verdict_id;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'draft' AND v.origin <> 'imported' AND NEW.import_id IS NULL THEN RETURN NEW; END IF;
        IF NEW.state <> 'published' OR NEW.import_id IS NULL OR NEW.review_url = '' OR v.origin = 'house'
           OR NOT EXISTS (SELECT FROM imports i WHERE i.id = NEW.import_id AND (i.legacy OR v.origin = 'imported')) THEN
            RAISE EXCEPTION 'a verdict of the house begins as a draft; an imported one carries its review address and import run'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_begin_as_draft';
        END IF;
        PERFORM check_count(NEW);
        RETURN NEW;
    END IF;

    old_row := to_jsonb(OLD);
    new_row := to_jsonb(NEW);
    IF OLD.state = 'published' THEN
        IF redacting() AND old_row - ARRAY['headline', 'answer', 'body', 'what_is_true', 'what_is_false', 'what_is_unknown', 'how_checked', 'replies', 'waivers', 'wordings', 'correction_note', 'byline', 'approved', 'review_url', 'note']
                         = new_row - ARRAY['headline', 'answer', 'body', 'what_is_true', 'what_is_false', 'what_is_unknown', 'how_checked', 'replies', 'waivers', 'wordings', 'correction_note', 'byline', 'approved', 'review_url', 'note'] THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_only_grow';
    END IF;
    IF NEW.id <> OLD.id OR NEW.verdict_id <> OLD.verdict_id OR NEW.created_by <> OLD.created_by OR NEW.import_id IS NOT NULL THEN
        RAISE EXCEPTION 'a version stays where it was drafted' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_begin_as_draft';
    END IF;

    IF old_row - flow - submission <> new_row - flow - submission AND NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'an edit counts the version on, so that nobody overwrites it unseen' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_no_lost_update';
    END IF;
    -- Nothing may change between submission and publication: what is published is what was approved.
    IF OLD.state = 'submitted' AND NEW.state <> 'draft' AND old_row - flow <> new_row - flow THEN
        RAISE EXCEPTION 'a submitted version was edited' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_what_was_approved';
    END IF;
    IF NEW.state <> 'draft' AND (NEW.approved_hash IS DISTINCT FROM sha256(convert_to(NEW.approved, 'UTF8')) OR NOT approved_covers(NEW, v.claim_id)) THEN
        RAISE EXCEPTION 'what stands here is not what would be approved; reload it' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_what_was_approved';
    END IF;
    IF NEW.state = 'published' THEN
        PERFORM check_count(NEW);
        PERFORM check_publishable(NEW, v, OLD.state);
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- Published versions are counted from 1 without a gap.
-- +goose StatementBegin
CREATE FUNCTION check_count(nv verdict_versions) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF nv.n <> (SELECT coalesce(max(o.n), 0) + 1 FROM verdict_versions o WHERE o.verdict_id = nv.verdict_id) THEN
        RAISE EXCEPTION 'published versions are counted without a gap' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_count';
    END IF;
END $$;
-- +goose StatementEnd

-- Whether the text that is approved says what the rows say. The store builds it; this holds whoever else might write it.
-- +goose StatementBegin
CREATE FUNCTION approved_covers(nv verdict_versions, claim uuid) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    a       jsonb := nv.approved;
    rating  jsonb := jsonb_build_object('label', nv.label, 'truth', nullif(nv.truth, ''), 'reasons', to_jsonb(nv.reasons));
    texts   jsonb := jsonb_build_object('language', nv.language, 'headline', nv.headline, 'answer', nv.answer, 'body', nv.body, 'what_is_true', nv.what_is_true,
                 'what_is_false', nv.what_is_false, 'what_is_unknown', nv.what_is_unknown, 'how_checked', nv.how_checked);
    said    jsonb;
    said_by jsonb;
    wording jsonb;
BEGIN
    SELECT jsonb_build_object('text', c.text, 'language', c.language, 'place', c.place, 'why', c.why) INTO said FROM claims c WHERE c.id = claim;
    SELECT coalesce(jsonb_agg(jsonb_build_object('url', s.url, 'document', s.document, 'title', s.title, 'origin', s.origin, 'kind', s.kind, 'bearing', s.bearing,
        'quote', s.quote, 'read_at', coalesce(to_char(s.read_at, 'YYYY-MM-DD'), ''), 'interest', s.interest) ORDER BY s.position), '[]')
        INTO said_by FROM sources s WHERE s.version_id = nv.id;
    SELECT coalesce(jsonb_agg(jsonb_build_object('language', w ->> 'language', 'headline', coalesce(w ->> 'headline', ''), 'answer', coalesce(w ->> 'answer', '')) ORDER BY i), '[]')
        INTO wording FROM jsonb_array_elements(a -> 'wordings') WITH ORDINALITY AS x (w, i);
    RETURN coalesce(a @> texts AND a -> 'rating' @> rating AND a -> 'claim' @> said
        AND a -> 'replies' = nv.replies AND a -> 'waivers' = nv.waivers AND a -> 'rating' -> 'reasons' = rating -> 'reasons'
        AND said_by = (SELECT coalesce(jsonb_agg(e - 'id' ORDER BY i), '[]') FROM jsonb_array_elements(a -> 'sources') WITH ORDINALITY AS x (e, i))
        AND wording = (SELECT coalesce(jsonb_agg(jsonb_build_object('language', w ->> 'language', 'headline', coalesce(w ->> 'headline', ''), 'answer', coalesce(w ->> 'answer', '')) ORDER BY i), '[]')
            FROM jsonb_array_elements(nv.wordings) WITH ORDINALITY AS x (w, i))
        AND (a ->> 'valid_from')::timestamptz IS NOT DISTINCT FROM nv.valid_from AND (a ->> 'valid_to')::timestamptz IS NOT DISTINCT FROM nv.valid_to
        AND coalesce(a -> 'correction' ->> 'kind', '') = nv.correction_kind
        AND (nv.correction_kind = '' OR a -> 'correction' ->> 'note' = nv.correction_note), false);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION check_publishable(nv verdict_versions, v verdicts, was text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF was <> 'submitted' OR nv.approved_by IS NULL THEN
        RAISE EXCEPTION 'a version is published by approving what was submitted' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_need_approval';
    END IF;
    IF nv.approved_by = nv.submitted_by OR EXISTS (SELECT FROM version_authors a WHERE a.version_id = nv.id AND a.person_id = nv.approved_by) THEN
        RAISE EXCEPTION 'nobody approves their own work' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_own_work';
    END IF;
    -- Locked, so that whoever is disabled while this goes on is disabled after it.
    PERFORM FROM people p WHERE p.id = nv.approved_by AND p.role IN ('editor', 'admin') AND p.disabled_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'an editor approves' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_need_approval';
    END IF;
    IF v.state = 'retracted' THEN
        RAISE EXCEPTION 'a retraction ends the chain' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_retraction_ends';
    END IF;
    IF nv.correction_kind = 'retraction' THEN RETURN; END IF;
    IF nv.label = '' OR nv.scale_id IS NULL OR nv.answer = '' THEN
        RAISE EXCEPTION 'a verdict needs a rating and an answer' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_need_evidence';
    END IF;
    IF NOT EXISTS (SELECT FROM scale_labels l WHERE l.scale_id = nv.scale_id AND l.label = nv.label AND l.truth = nv.truth AND l.reasons <@ nv.reasons) THEN
        RAISE EXCEPTION 'a label reads as its scale says' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_need_evidence';
    END IF;
    IF NOT EXISTS (SELECT FROM sources s WHERE s.version_id = nv.id AND (s.url <> '' OR s.document <> '') AND s.quote <> '' AND s.read_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a verdict needs a source with a locator, a quoted passage and the day it was read' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_need_evidence';
    END IF;
    IF nv.truth = 'false' AND NOT EXISTS (SELECT FROM sources s WHERE s.version_id = nv.id AND s.bearing = 'against' AND (s.url <> '' OR s.document <> '') AND s.quote <> '' AND s.read_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a false rests on evidence against the claim' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_need_evidence';
    END IF;
END $$;
-- +goose StatementEnd
CREATE TRIGGER verdict_versions_guard BEFORE INSERT OR UPDATE OR DELETE ON verdict_versions FOR EACH ROW EXECUTE FUNCTION verdict_versions_guard();
CREATE TRIGGER verdict_versions_never_emptied BEFORE TRUNCATE ON verdict_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- Authorship is noted by the database, so that no path can forget it. Flow columns (submit, send back, publish) leave edited_by alone.
-- +goose StatementBegin
CREATE FUNCTION verdict_versions_authors() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO version_authors (version_id, person_id)
    SELECT NEW.id, p FROM (SELECT person_behind(NEW.created_by) UNION SELECT person_behind(NEW.edited_by) UNION SELECT NEW.submitted_by) AS x(p)
    WHERE p IS NOT NULL ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER verdict_versions_authors AFTER INSERT OR UPDATE OF edited_by, submitted_by ON verdict_versions FOR EACH ROW EXECUTE FUNCTION verdict_versions_authors();

-- Authors are noted while a version is open, and unwritten only together with their draft.
-- +goose StatementBegin
CREATE FUNCTION version_authors_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM verdict_versions v WHERE v.id = NEW.version_id AND v.state = 'published' AND v.import_id IS NULL) THEN RETURN NEW; END IF;
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM verdict_versions v WHERE v.id = OLD.version_id AND v.state <> 'draft') THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'authorship is not unwritten' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'version_authors_only_grow';
END $$;
-- +goose StatementEnd
CREATE TRIGGER version_authors_guard BEFORE INSERT OR UPDATE OR DELETE ON version_authors FOR EACH ROW EXECUTE FUNCTION version_authors_guard();
-- +goose StatementBegin
CREATE FUNCTION version_authors_go_with_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM verdict_versions v WHERE v.id = OLD.version_id)
       AND NOT EXISTS (SELECT FROM version_authors a WHERE a.version_id = OLD.version_id AND a.person_id = OLD.person_id) THEN
        RAISE EXCEPTION 'authorship is not unwritten' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'version_authors_only_grow';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER version_authors_go_with_draft AFTER DELETE ON version_authors
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION version_authors_go_with_draft();
CREATE TRIGGER version_authors_never_emptied BEFORE TRUNCATE ON version_authors FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- Sources change with their draft only. The sources of an imported version come with it, in one transaction.
-- +goose StatementBegin
CREATE FUNCTION sources_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    ver record;
BEGIN
    IF TG_OP = 'UPDATE' AND redacting() AND to_jsonb(OLD) - ARRAY['url', 'document', 'title', 'origin', 'quote', 'interest'] = to_jsonb(NEW) - ARRAY['url', 'document', 'title', 'origin', 'quote', 'interest'] THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT state, import_id, xmin INTO ver FROM verdict_versions WHERE id = OLD.version_id FOR UPDATE;
        IF ver.state <> 'draft' THEN
            RAISE EXCEPTION 'the sources of a % version never change', ver.state USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sources_only_grow';
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT state, import_id, xmin INTO ver FROM verdict_versions WHERE id = NEW.version_id FOR UPDATE;
        IF ver.state <> 'draft' AND NOT (TG_OP = 'INSERT' AND ver.import_id IS NOT NULL AND written_now(ver.xmin)) THEN
            RAISE EXCEPTION 'the sources of a % version never change', ver.state USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sources_only_grow';
        END IF;
        INSERT INTO version_authors (version_id, person_id)
        SELECT NEW.version_id, p FROM (SELECT person_behind(NEW.edited_by)) AS x(p) WHERE p IS NOT NULL ON CONFLICT DO NOTHING;
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;
-- +goose StatementEnd
CREATE TRIGGER sources_guard BEFORE INSERT OR UPDATE OR DELETE ON sources FOR EACH ROW EXECUTE FUNCTION sources_guard();
CREATE TRIGGER sources_never_emptied BEFORE TRUNCATE ON sources FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- What was archived of a published source stays: only a newer copy is added.
-- +goose StatementBegin
CREATE FUNCTION source_archives_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM sources s JOIN verdict_versions v ON v.id = s.version_id WHERE s.id = OLD.source_id AND v.state <> 'draft') THEN RETURN OLD; END IF;
    IF TG_OP = 'UPDATE' AND redacting() AND to_jsonb(OLD) - 'url' = to_jsonb(NEW) - 'url' THEN RETURN NEW; END IF;
    IF TG_OP = 'DELETE' AND redacting() THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'the archived copies of a published source stay' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'source_archives_only_grow';
END $$;
-- +goose StatementEnd
CREATE TRIGGER source_archives_guard BEFORE UPDATE OR DELETE ON source_archives FOR EACH ROW EXECUTE FUNCTION source_archives_guard();
CREATE TRIGGER source_archives_never_emptied BEFORE TRUNCATE ON source_archives FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- The claim, its wordings and its media are part of what is approved: an edit makes the editor an author of the open
-- version, and takes a submitted one back to draft.
-- +goose StatementBegin
CREATE FUNCTION reopen_versions(claim uuid, editor uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE verdict_versions ver SET state = 'draft', version = ver.version + 1, note = 'The claim was edited after this was submitted.'
    FROM verdicts v WHERE v.id = ver.verdict_id AND v.claim_id = claim AND ver.state = 'submitted';
    INSERT INTO version_authors (version_id, person_id)
    SELECT ver.id, person_behind(editor) FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id
    WHERE v.claim_id = claim AND ver.state = 'draft' AND person_behind(editor) IS NOT NULL ON CONFLICT DO NOTHING;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION claims_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.slug <> OLD.slug THEN
        PERFORM FROM claim_slugs s WHERE s.slug = NEW.slug AND s.claim_id = NEW.id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'this address belongs to another claim' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claims_slug_is_their_own';
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.merged_into IS NULL THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'a claim does not begin merged' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claims_merge_ends';
    END IF;
    IF NEW.id <> OLD.id OR (OLD.merged_into IS NOT NULL AND NEW.merged_into IS DISTINCT FROM OLD.merged_into) THEN
        RAISE EXCEPTION 'a claim keeps its id, and a merged claim stays merged' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claims_are_for_ever';
    END IF;
    IF NEW.merged_into IS NOT NULL AND OLD.merged_into IS NULL THEN
        -- Locked, so that two claims are not merged into each other at once: every chain ends.
        PERFORM FROM claims c WHERE c.id = NEW.merged_into AND c.merged_into IS NULL FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a claim is merged into one that stands' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claims_merge_ends';
        END IF;
    END IF;
    IF (NEW.text, NEW.language, NEW.claimant_id, NEW.date, NEW.date_precision, NEW.place, NEW.why)
       IS DISTINCT FROM (OLD.text, OLD.language, OLD.claimant_id, OLD.date, OLD.date_precision, OLD.place, OLD.why) AND NOT redacting() THEN
        IF NEW.version <> OLD.version + 1 THEN
            RAISE EXCEPTION 'an edit counts the version on, so that nobody overwrites it unseen' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claims_no_lost_update';
        END IF;
        PERFORM reopen_versions(NEW.id, NEW.edited_by);
        IF NEW.stage = 'in_review' AND OLD.stage = 'in_review' THEN NEW.stage := 'checking'; END IF;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER claims_guard BEFORE INSERT OR UPDATE ON claims FOR EACH ROW EXECUTE FUNCTION claims_guard();
-- +goose StatementBegin
CREATE FUNCTION claim_parts_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF redacting() THEN RETURN NULL; END IF;
    IF TG_OP <> 'INSERT' THEN PERFORM reopen_versions(OLD.claim_id, OLD.edited_by); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM reopen_versions(NEW.claim_id, NEW.edited_by); END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER wordings_guard AFTER INSERT OR UPDATE OR DELETE ON wordings FOR EACH ROW EXECUTE FUNCTION claim_parts_guard();
CREATE TRIGGER media_guard AFTER INSERT OR UPDATE OR DELETE ON media FOR EACH ROW EXECUTE FUNCTION claim_parts_guard();
CREATE TRIGGER wordings_never_emptied BEFORE TRUNCATE ON wordings FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER media_never_emptied BEFORE TRUNCATE ON media FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- Invariant 4, the life of a verdict, and the second person for restoring.
-- +goose StatementBegin
CREATE FUNCTION verdicts_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    cur   verdict_versions%ROWTYPE;
    house boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a verdict is never deleted' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_only_grow';
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT is_house INTO house FROM publishers WHERE id = NEW.publisher_id;
        IF house <> (NEW.origin IN ('house', 'legacy')) THEN
            RAISE EXCEPTION 'house and legacy verdicts are the house''s, imported ones are not' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_origin';
        END IF;
        IF NEW.state <> 'unpublished' THEN
            RAISE EXCEPTION 'a verdict begins unpublished' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_state';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.publisher_id <> OLD.publisher_id
       OR (NEW.origin <> OLD.origin AND NOT (OLD.origin = 'legacy' AND NEW.origin = 'house'))
       OR (NEW.claim_id <> OLD.claim_id AND NOT EXISTS (SELECT FROM claims c WHERE c.id = OLD.claim_id AND c.merged_into = NEW.claim_id AND OLD.origin = 'imported')) THEN
        RAISE EXCEPTION 'a verdict stays with its claim and publisher' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_only_grow';
    END IF;
    IF NEW.current_version_id IS DISTINCT FROM OLD.current_version_id THEN
        SELECT * INTO cur FROM verdict_versions WHERE id = NEW.current_version_id;
        IF cur.id IS NULL OR cur.verdict_id <> NEW.id OR cur.state <> 'published'
           OR cur.n < (SELECT max(n) FROM verdict_versions WHERE verdict_id = NEW.id) THEN
            RAISE EXCEPTION 'the current version is the newest published one of this verdict' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_current_is_published';
        END IF;
        IF cur.correction_kind = 'retraction' AND NEW.state <> 'retracted' THEN
            RAISE EXCEPTION 'a retracted verdict says so' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_state';
        END IF;
    END IF;
    IF NEW.origin <> OLD.origin AND EXISTS (SELECT FROM verdict_versions o WHERE o.id = NEW.current_version_id AND o.import_id IS NOT NULL) THEN
        RAISE EXCEPTION 'what nobody approved here is not a verdict of the house' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_origin';
    END IF;
    IF OLD.state = 'retracted' AND (NEW.state <> 'retracted' OR NEW.current_version_id <> OLD.current_version_id) THEN
        RAISE EXCEPTION 'a retraction ends the chain' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_retraction_ends';
    END IF;
    IF NEW.state = 'retracted' AND OLD.state <> 'retracted' AND (cur.correction_kind IS DISTINCT FROM 'retraction') THEN
        RAISE EXCEPTION 'a retraction is an approved version' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_state';
    END IF;
    IF OLD.state = 'suspended' AND NEW.state = 'current' AND NEW.current_version_id = OLD.current_version_id
       AND NOT EXISTS (SELECT FROM proposals p WHERE p.id = NEW.restored_by AND p.kind = 'restore' AND p.verdict_id = NEW.id AND p.decision = 'approved'
                       AND written_now(p.xmin)) THEN -- decided for this, and not used before
        RAISE EXCEPTION 'restoring needs a second person' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_restoring_needs_two';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER verdicts_guard BEFORE INSERT OR UPDATE OR DELETE ON verdicts FOR EACH ROW EXECUTE FUNCTION verdicts_guard();
CREATE TRIGGER verdicts_never_emptied BEFORE TRUNCATE ON verdicts FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- A version does not become public beside its verdict: at commit the newest published one is current.
-- +goose StatementBegin
CREATE FUNCTION published_is_current() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT v.current_version_id FROM verdicts v WHERE v.id = NEW.verdict_id)
       IS DISTINCT FROM (SELECT o.id FROM verdict_versions o WHERE o.verdict_id = NEW.verdict_id AND o.n IS NOT NULL ORDER BY o.n DESC LIMIT 1) THEN
        RAISE EXCEPTION 'the newest published version is the current one' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_current_is_published';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER published_is_current AFTER INSERT OR UPDATE OF state ON verdict_versions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'published') EXECUTE FUNCTION published_is_current();

-- A proposal begins open, is decided once by an editor, and is decided as it was proposed.
-- +goose StatementBegin
CREATE FUNCTION proposals_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.decision = 'open' THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' AND redacting() AND to_jsonb(OLD) - 'reason' = to_jsonb(NEW) - 'reason' THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' AND OLD.decision = 'open' AND NEW.decision <> 'open'
       AND to_jsonb(OLD) - ARRAY['decision', 'decided_by', 'decided_at', 'passage'] = to_jsonb(NEW) - ARRAY['decision', 'decided_by', 'decided_at', 'passage'] THEN
        IF NEW.decision = 'refused' THEN RETURN NEW; END IF;
        PERFORM FROM people p WHERE p.id = NEW.decided_by AND p.role IN ('editor', 'admin') AND p.disabled_at IS NULL FOR SHARE;
        IF FOUND THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'an editor decides' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'proposals_need_two';
    END IF;
    RAISE EXCEPTION 'a proposal is decided once, as it was proposed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'proposals_only_grow';
END $$;
-- +goose StatementEnd
CREATE TRIGGER proposals_guard BEFORE INSERT OR UPDATE OR DELETE ON proposals FOR EACH ROW EXECUTE FUNCTION proposals_guard();
CREATE TRIGGER proposals_never_emptied BEFORE TRUNCATE ON proposals FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- Appearances are never deleted, a person's stance is never taken back by an import, and what happened to them is kept.
-- +goose StatementBegin
CREATE FUNCTION appearances_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.article_id = OLD.article_id AND NOT (OLD.set_by = 'person' AND NEW.set_by = 'import')
       AND (NEW.claim_id = OLD.claim_id OR EXISTS (SELECT FROM claims c WHERE c.id = OLD.claim_id AND c.merged_into = NEW.claim_id)) THEN
        IF NEW.version <> OLD.version + 1 AND NOT redacting() AND (NEW.stance, NEW.quote, NEW.correction_state, NEW.corrected_at) IS DISTINCT FROM (OLD.stance, OLD.quote, OLD.correction_state, OLD.corrected_at) THEN
            RAISE EXCEPTION 'an edit counts the version on, so that nobody overwrites it unseen' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appearances_no_lost_update';
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an appearance stays, and a person''s stance is not overruled by an import' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appearances_only_grow';
END $$;
-- +goose StatementEnd
CREATE TRIGGER appearances_guard BEFORE UPDATE OR DELETE ON appearances FOR EACH ROW EXECUTE FUNCTION appearances_guard();
CREATE TRIGGER appearances_never_emptied BEFORE TRUNCATE ON appearances FOR EACH STATEMENT EXECUTE FUNCTION refuse();
-- +goose StatementBegin
CREATE FUNCTION appearance_events_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND redacting() AND to_jsonb(OLD) - ARRAY['quote', 'note'] = to_jsonb(NEW) - ARRAY['quote', 'note'] THEN RETURN NEW; END IF;
    RAISE EXCEPTION '% on appearance_events is refused: this table only grows', TG_OP USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appearance_events_only_grows';
END $$;
-- +goose StatementEnd
CREATE TRIGGER appearance_events_guard BEFORE UPDATE OR DELETE ON appearance_events FOR EACH ROW EXECUTE FUNCTION appearance_events_guard();
CREATE TRIGGER appearance_events_never_emptied BEFORE TRUNCATE ON appearance_events FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- Invariant 7: what is done is written down in the transaction that does it. Who did it, and how, only the program knows.
-- +goose StatementBegin
CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.xid := pg_current_xact_id();
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_guard BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_guard();
-- +goose StatementBegin
CREATE FUNCTION acts_are_audited() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audit a WHERE a.xid = pg_current_xact_id()) THEN
        RAISE EXCEPTION '% on % without an entry in the audit log', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'acts_are_audited';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
DO $$
DECLARE
    acted text;
BEGIN
    FOREACH acted IN ARRAY ARRAY['appearances', 'claimants', 'claims', 'imports', 'media', 'outlets', 'people', 'proposals', 'publishers', 'redactions',
                                 'scales', 'settings', 'tips', 'topics', 'verdict_versions', 'verdicts', 'wordings'] LOOP
        EXECUTE format('CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OR DELETE ON %I
                        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited()', acted);
    END LOOP;
END $$;
-- +goose StatementEnd
-- When a key was last used is no act.
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OF name, hash, scopes, owner_id, publisher_id, revoked_at OR DELETE ON keys
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();
