-- Redaction: for a court order or a doxxed person, a passage is replaced by a notice wherever it stands, and nothing else
-- is touched. Two people decide; the program finds the places; these functions replace the spans it names, in a list of
-- places and by a list of notices, so that no redaction can say anything but that something is gone. A pass is open inside
-- these functions only. What was done is kept by place and span, never by text, and is done again after a restore.

-- +goose Up

-- What stands for a text that may not stand here and must still be known again: an old address of a claim, which
-- redirects, or that of an article or imported check, which is not taken in anew.
-- +goose StatementBegin
CREATE FUNCTION hidden_key(text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS
$$ SELECT CASE WHEN $1 ~ '^~[0-9a-f]{64}$' THEN $1 ELSE '~' || encode(sha256(convert_to($1, 'UTF8')), 'hex') END $$;
-- +goose StatementEnd

-- The places that a redaction reaches. key finds the row by its row_id ($1); kind says what may stand there afterwards;
-- counts names tables whose version moves on, so that nobody who has the old text open saves it back.
-- +goose StatementBegin
CREATE FUNCTION redaction_places() RETURNS TABLE (place text, kind text, key text, counts text) LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT t.name || '.' || c, CASE t.kind WHEN '' THEN 'text' ELSE t.kind END, t.key, t.counts FROM (VALUES
        ('claims', 'text place why stage_note', '', 'id = $1::uuid', 'version = version + 1'),
        ('claims', 'slug', 'slug', 'id = $1::uuid', 'version = version + 1'),
        ('claim_slugs', 'slug', 'hidden', 'claim_id = split_part($1, ''/'', 1)::uuid AND hidden_key(slug) = split_part($1, ''/'', 2)', ''),
        ('wordings', 'text', '', 'id = $1::bigint', ''),
        ('media', 'url', 'address', 'id = $1::uuid', ''),
        ('media', 'alt', '', 'id = $1::uuid', ''),
        ('verdicts', 'notice', '', 'id = $1::uuid', ''),
        ('verdict_versions', 'headline answer body what_is_true what_is_false what_is_unknown how_checked correction_note byline note', '', 'id = $1::uuid', 'version = version + (state = ''draft'')::int'),
        ('verdict_versions', 'review_url', 'address', 'id = $1::uuid', 'version = version + (state = ''draft'')::int'),
        ('verdict_versions', 'replies waivers wordings approved', 'json', 'id = $1::uuid', 'version = version + (state = ''draft'')::int'),
        ('sources', 'url', 'address', 'id = $1::uuid', ''),
        ('sources', 'document title origin quote interest', '', 'id = $1::uuid', ''),
        ('source_archives', 'url', 'address', 'id = $1::bigint', ''),
        ('source_checks', 'detail', '', 'id = $1::bigint', ''),
        ('import_records', 'review_url', 'hidden', 'verdict_id = split_part($1, ''/'', 1)::uuid AND hidden_key(review_url) = split_part($1, ''/'', 2)', ''),
        ('appearances', 'quote', '', 'id = $1::uuid', 'version = version + 1'),
        ('appearance_events', 'quote note', '', 'id = $1::bigint', ''),
        ('articles', 'title author text', '', 'id = $1::uuid', 'version = version + 1'),
        ('articles', 'url', 'address', 'id = $1::uuid', 'version = version + 1'),
        ('articles', 'slug', 'slug', 'id = $1::uuid', 'version = version + 1'),
        ('article_urls', 'url', 'hidden', 'article_id = split_part($1, ''/'', 1)::uuid AND hidden_key(url) = split_part($1, ''/'', 2)', ''),
        ('snapshots', 'body', 'bytes', 'id = $1::bigint', ''),
        ('claimants', 'name description named_reason', '', 'id = $1::uuid', 'version = version + 1'),
        ('claimants', 'same_as', 'address', 'id = $1::uuid', 'version = version + 1'),
        ('claimants', 'slug', 'slug', 'id = $1::uuid', 'version = version + 1'),
        ('tips', 'text contact', '', 'id = $1::uuid', 'version = version + 1'),
        ('tips', 'url', 'address', 'id = $1::uuid', 'version = version + 1'),
        ('claim_states', 'document', 'json', 'claim_id = split_part($1, ''/'', 1)::uuid AND n = split_part($1, ''/'', 2)::int', ''),
        ('claim_states', 'note', '', 'claim_id = split_part($1, ''/'', 1)::uuid AND n = split_part($1, ''/'', 2)::int', ''),
        ('proposals', 'reason', '', 'id = $1::uuid', ''),
        ('audit', 'details', 'json', 'id = $1::bigint', '')
    ) AS t (name, cols, kind, key, counts), unnest(string_to_array(t.cols, ' ')) AS c
$$;
-- +goose StatementEnd

-- What may stand where something stood: one of four notices, an address where nothing is, a slug or key without words.
-- +goose StatementBegin
CREATE FUNCTION check_notice(kind text, notice text) RETURNS void LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
DECLARE
    removed constant text := '^\[removed: (court order|private data|safety|copyright)\]$';
    gone    constant text := '^https://redacted\.invalid/[0-9a-f]{0,32}$';
    slug    constant text := '^redacted-[0-9a-f]{12}$';
    fits    boolean;
BEGIN
    fits := CASE kind WHEN 'address' THEN notice ~ gone WHEN 'slug' THEN notice ~ slug WHEN 'hidden' THEN notice ~ '^~[0-9a-f]{64}$'
                      WHEN 'json' THEN notice ~ removed OR notice ~ gone OR notice ~ slug ELSE notice ~ removed END;
    IF fits THEN RETURN; END IF;
    RAISE EXCEPTION 'a redaction leaves a notice and nothing else' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'redactions_only_remove';
END $$;
-- +goose StatementEnd

-- A version that waits for approval goes back to draft when what was submitted loses a passage: nobody approves what nobody
-- submitted.
-- +goose StatementBegin
CREATE FUNCTION reopen_redacted(tbl text, row_id text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    WITH reopened AS (
        UPDATE verdict_versions ver SET state = 'draft', version = ver.version + 1, note = 'A passage was removed after this was submitted; read it again.'
        FROM verdicts v WHERE v.id = ver.verdict_id AND ver.state = 'submitted' AND CASE tbl
            WHEN 'verdict_versions' THEN ver.id = row_id::uuid
            WHEN 'sources' THEN ver.id = (SELECT s.version_id FROM sources s WHERE s.id = row_id::uuid)
            WHEN 'claims' THEN v.claim_id = row_id::uuid
            WHEN 'wordings' THEN v.claim_id = (SELECT w.claim_id FROM wordings w WHERE w.id = row_id::bigint)
            WHEN 'media' THEN v.claim_id = (SELECT m.claim_id FROM media m WHERE m.id = row_id::uuid)
            WHEN 'claimants' THEN v.claim_id IN (SELECT c.id FROM claims c WHERE c.claimant_id = row_id::uuid)
            ELSE false END
        RETURNING v.claim_id)
    UPDATE claims c SET stage = 'checking', version = c.version + 1 WHERE c.stage = 'in_review' AND c.id IN (SELECT claim_id FROM reopened);
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION reopen_redacted FROM PUBLIC;

-- redact_field replaces spans of one field by a notice and reports whether it did: not if the row is gone, or the field is
-- not what it was. Only the two functions below call it.
-- +goose StatementBegin
CREATE FUNCTION redact_field(place text, row_id text, was bytea, spans int4[], notice text) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    p     record;
    tbl   text := split_part(place, '.', 1);
    col   text := split_part(place, '.', 2);
    field text;
    bytes bytea;
    typ   regtype;
    n     bigint;
BEGIN
    SELECT * INTO p FROM redaction_places() x WHERE x.place = redact_field.place;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a redaction does not reach %', place USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'redactions_only_remove';
    END IF;
    PERFORM check_notice(p.kind, notice);
    IF cardinality(spans) < 2 OR cardinality(spans) % 2 <> 0 OR 1 > ANY (spans) THEN PERFORM check_notice(p.kind, ''); END IF; -- nothing is inserted
    typ := (SELECT a.atttypid::regtype FROM pg_attribute a WHERE a.attrelid = tbl::regclass AND a.attname = col);
    IF typ = 'bytea'::regtype THEN
        EXECUTE format('SELECT %I FROM %I WHERE %s', col, tbl, p.key) INTO bytes USING row_id;
        IF bytes IS NULL OR sha256(bytes) <> was THEN RETURN false; END IF;
        FOR i IN 1 .. cardinality(spans) / 2 LOOP
            bytes := overlay(bytes PLACING convert_to(notice, 'UTF8') FROM spans[2 * i - 1] FOR spans[2 * i]);
        END LOOP;
        EXECUTE format('UPDATE %I SET %I = $2 WHERE %s', tbl, col, p.key) USING row_id, bytes;
        RETURN true;
    END IF;
    EXECUTE format('SELECT %I::text FROM %I WHERE %s', col, tbl, p.key) INTO field USING row_id;
    IF field IS NULL OR sha256(convert_to(field, 'UTF8')) <> was THEN RETURN false; END IF;
    IF p.kind = 'hidden' AND notice <> hidden_key(field) THEN PERFORM check_notice('hidden', ''); END IF;
    FOR i IN 1 .. cardinality(spans) / 2 LOOP
        field := overlay(field PLACING notice FROM spans[2 * i - 1] FOR spans[2 * i]);
    END LOOP;
    IF p.kind = 'json' THEN PERFORM field::jsonb; END IF; -- it still is
    IF tbl IN ('verdict_versions', 'sources', 'claims', 'wordings', 'media', 'claimants') THEN PERFORM reopen_redacted(tbl, row_id); END IF;
    IF place = 'claims.slug' THEN
        INSERT INTO claim_slugs (slug, claim_id, created_at) VALUES (notice, row_id::uuid, now()) ON CONFLICT DO NOTHING;
    END IF;
    EXECUTE format('UPDATE %I SET %I = $2::%s%s WHERE %s', tbl, col, typ, CASE p.counts WHEN '' THEN '' ELSE ', ' || p.counts END, p.key) USING row_id, field;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n > 0;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION redact_field FROM PUBLIC;

-- apply_redaction does what two people decided in this transaction. A place that is no longer as it was found is a
-- conflict: then nothing is done. It returns how many replacements it made.
-- +goose StatementBegin
CREATE FUNCTION apply_redaction(proposal uuid, happened timestamptz, ids uuid[], places text[], row_ids text[], was bytea[], spans text[], notices text[])
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p proposals%ROWTYPE;
BEGIN
    INSERT INTO redaction_passes (proposal_id) VALUES (apply_redaction.proposal);
    SELECT * INTO p FROM proposals x WHERE x.id = apply_redaction.proposal;
    IF p.id IS NULL THEN
        RAISE EXCEPTION 'a redaction needs an approved proposal' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'redactions_need_two';
    END IF;
    FOR i IN 1 .. cardinality(places) LOOP
        IF NOT redact_field(places[i], row_ids[i], was[i], spans[i]::int4[], notices[i]) THEN
            RAISE EXCEPTION 'somebody changed a text meanwhile; try again' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'redactions_no_lost_update';
        END IF;
        INSERT INTO redactions (id, proposal_id, claim_id, position, reason, notice, place, row_id, was, spans, applied_at)
        VALUES (ids[i], p.id, p.claim_id, i, p.class, notices[i], places[i], row_ids[i], was[i], spans[i]::int4[], happened);
    END LOOP;
    DELETE FROM redaction_passes x WHERE x.xid = pg_current_xact_id();
    RETURN cardinality(places);
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION apply_redaction FROM PUBLIC;

-- replay_redactions does again, on a restored database, what was done before: where a field is what it was. Done again it
-- changes nothing. It is the owner's: whoever restores holds the whole ledger in their hands anyway. It returns the claims
-- whose rows it touched.
-- +goose StatementBegin
CREATE FUNCTION replay_redactions(ids uuid[], proposal_ids uuid[], claim_ids uuid[], positions int4[], reasons text[], happened timestamptz[], places text[], row_ids text[], was bytea[], spans text[], notices text[])
RETURNS uuid[] LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    touched uuid[] := '{}';
BEGIN
    INSERT INTO redaction_passes (proposal_id) VALUES (NULL);
    FOR i IN 1 .. cardinality(places) LOOP
        IF EXISTS (SELECT FROM claims c WHERE c.id = claim_ids[i]) AND redact_field(places[i], row_ids[i], was[i], spans[i]::int4[], notices[i]) THEN
            touched := touched || claim_ids[i];
            INSERT INTO redactions (id, proposal_id, claim_id, position, reason, notice, place, row_id, was, spans, applied_at)
            VALUES (ids[i], (SELECT p.id FROM proposals p WHERE p.id = proposal_ids[i]), claim_ids[i], positions[i], reasons[i], notices[i], places[i], row_ids[i], was[i], spans[i]::int4[], happened[i])
            ON CONFLICT (id) DO NOTHING;
        END IF;
    END LOOP;
    DELETE FROM redaction_passes x WHERE x.xid = pg_current_xact_id();
    RETURN touched;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION replay_redactions FROM PUBLIC;

-- Two tables that only grow may lose a passage, and nothing else.
DROP TRIGGER claim_slugs_only_grow ON claim_slugs;
DROP TRIGGER audit_only_grows ON audit;
-- +goose StatementBegin
CREATE FUNCTION only_grows_but_for_redaction() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    col text := TG_ARGV[0];
BEGIN
    IF TG_OP = 'UPDATE' AND redacting() AND to_jsonb(OLD) - col = to_jsonb(NEW) - col THEN RETURN NEW; END IF;
    RAISE EXCEPTION '% on % is refused: this table only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_only_grows';
END $$;
-- +goose StatementEnd
CREATE TRIGGER claim_slugs_only_grow BEFORE UPDATE OR DELETE ON claim_slugs FOR EACH ROW EXECUTE FUNCTION only_grows_but_for_redaction('slug');
CREATE TRIGGER claim_slugs_never_emptied BEFORE TRUNCATE ON claim_slugs FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION only_grows_but_for_redaction('details');
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- An address that was redacted is still taken: by the claim that had it, or by the article that is known without it.
-- +goose StatementBegin
CREATE FUNCTION redacted_stays_taken() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (TG_TABLE_NAME = 'claim_slugs' AND EXISTS (SELECT FROM claim_slugs s WHERE s.slug = hidden_key(to_jsonb(NEW) ->> 'slug')))
       OR (TG_TABLE_NAME <> 'claim_slugs' AND EXISTS (SELECT FROM article_urls u WHERE u.url = hidden_key(to_jsonb(NEW) ->> 'url'))) THEN
        RETURN NULL; -- as ON CONFLICT DO NOTHING
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER claim_slugs_stay_taken BEFORE INSERT ON claim_slugs FOR EACH ROW EXECUTE FUNCTION redacted_stays_taken();
CREATE TRIGGER articles_stay_taken BEFORE INSERT ON articles FOR EACH ROW EXECUTE FUNCTION redacted_stays_taken();
CREATE TRIGGER article_urls_stay_taken BEFORE INSERT ON article_urls FOR EACH ROW EXECUTE FUNCTION redacted_stays_taken();
