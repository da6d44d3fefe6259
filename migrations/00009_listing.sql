-- What an import brings to a claim that others share belongs to its publisher, and is public while that publisher is allowed
-- (invariants 4 and 6): topics, listed addresses, and what was said of the articles there. And a redaction changes only what
-- belongs to the claim it was decided for.

-- +goose Up

-- Who filed a claim under a topic: a person (NULL), or the publishers whose imports did.
ALTER TABLE claim_topics ADD COLUMN publisher_id uuid REFERENCES publishers (id);
ALTER TABLE claim_topics ADD COLUMN dropped boolean NOT NULL DEFAULT false; -- a person took it off: no import puts it back
ALTER TABLE claim_topics DROP CONSTRAINT claim_topics_pkey;
ALTER TABLE claim_topics ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY; -- a person is no publisher: NULL is in no primary key
ALTER TABLE claim_topics ADD CONSTRAINT claim_topics_key UNIQUE NULLS NOT DISTINCT (claim_id, topic_id, publisher_id);
ALTER TABLE claim_topics ADD CONSTRAINT claim_topics_only_imports_drop CHECK (publisher_id IS NOT NULL OR NOT dropped);
CREATE INDEX claim_topics_publisher_id ON claim_topics (publisher_id);
-- What is there already: a claim that came by import (it was made in the moment of its first imported verdict) and that nobody
-- edited since has its topics from the publishers who have a verdict on it; all others are a person's.
WITH theirs AS (
    SELECT c.id FROM claims c WHERE c.edited_by = c.created_by
    AND EXISTS (SELECT FROM verdicts v WHERE v.claim_id = c.id AND v.origin <> 'house' AND v.created_at = c.created_at)
), noted AS (
    INSERT INTO claim_topics (claim_id, topic_id, publisher_id)
    SELECT ct.claim_id, ct.topic_id, v.publisher_id FROM theirs JOIN claim_topics ct ON ct.claim_id = theirs.id
    JOIN verdicts v ON v.claim_id = theirs.id AND v.origin <> 'house'
)
DELETE FROM claim_topics WHERE claim_id IN (SELECT id FROM theirs);

-- Whose imports listed an address for a claim, and what they said of the article there. appearances.listed_by is only the
-- first of them. Nothing of it is written into the article: that is for whoever takes the page in.
CREATE TABLE appearance_listings (
    appearance_id       uuid NOT NULL REFERENCES appearances (id),
    publisher_id        uuid NOT NULL REFERENCES publishers (id),
    title               text NOT NULL DEFAULT '',
    language            text NOT NULL DEFAULT '',
    published_at        timestamptz,
    published_precision text CHECK (published_precision IN ('year', 'month', 'day', 'instant')),
    first_seen_at       timestamptz,
    PRIMARY KEY (appearance_id, publisher_id),
    CONSTRAINT appearance_listings_published_has_precision CHECK ((published_at IS NULL) = (published_precision IS NULL))
);
CREATE INDEX appearance_listings_publisher_id ON appearance_listings (publisher_id);
-- What is there already: the one publisher that was remembered, and for an article that nobody took in what it said of it.
INSERT INTO appearance_listings (appearance_id, publisher_id, title, language, published_at, published_precision, first_seen_at)
SELECT ap.id, ap.listed_by, a.title, a.language, a.published_at, a.published_precision, ap.first_seen_at
FROM appearances ap JOIN articles a ON a.id = ap.article_id WHERE ap.listed_by IS NOT NULL;
UPDATE articles a SET title = '', language = '', published_at = NULL, published_precision = NULL, version = version + 1
WHERE a.text = '' AND a.author = '' AND a.outlet_id IS NULL AND NOT EXISTS (SELECT FROM snapshots s WHERE s.article_id = a.id)
AND EXISTS (SELECT FROM appearances ap WHERE ap.article_id = a.id AND ap.listed_by IS NOT NULL)
AND NOT EXISTS (SELECT FROM appearances ap WHERE ap.article_id = a.id AND ap.listed_by IS NULL);
-- Documents say the same as before: the day an address was first seen is read from its listings now.
ALTER TABLE appearances DISABLE TRIGGER USER;
UPDATE appearances SET first_seen_at = NULL WHERE listed_by IS NOT NULL;
ALTER TABLE appearances ENABLE TRIGGER USER;
CREATE TRIGGER appearance_listings_stay BEFORE DELETE OR TRUNCATE ON appearance_listings FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- Whether readers may see an appearance: a person judged it, or somebody who is allowed lists it.
-- +goose StatementBegin
CREATE FUNCTION appearance_is_shown(appearance uuid, set_by text) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT set_by = 'person' OR EXISTS (SELECT FROM appearance_listings l JOIN publishers p ON p.id = l.publisher_id AND p.allowed_at IS NOT NULL WHERE l.appearance_id = appearance)
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION public_rows_have_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = NEW.claim_id) AND NOT claim_moves_now(NEW.claim_id)
       AND ((TG_TABLE_NAME = 'verdicts' AND EXISTS (SELECT FROM public_verdicts v WHERE v.verdict_id = NEW.id))
            OR (TG_TABLE_NAME = 'appearances' AND appearance_is_shown(NEW.id, to_jsonb(NEW) ->> 'set_by'))) THEN
        RAISE EXCEPTION 'what is public moves only with an entry in the change feed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_have_change';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- An address does not become public by being listed, unseen by the feed, either.
-- +goose StatementBegin
CREATE FUNCTION appearance_listings_have_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM publishers p WHERE p.id = NEW.publisher_id AND p.allowed_at IS NOT NULL)
       AND EXISTS (SELECT FROM appearances ap JOIN claim_documents d ON d.claim_id = ap.claim_id WHERE ap.id = NEW.appearance_id AND ap.set_by = 'import' AND NOT claim_moves_now(ap.claim_id))
       AND NOT EXISTS (SELECT FROM appearance_listings l JOIN publishers p ON p.id = l.publisher_id AND p.allowed_at IS NOT NULL
                       WHERE l.appearance_id = NEW.appearance_id AND l.publisher_id <> NEW.publisher_id) THEN
        RAISE EXCEPTION 'what is public moves only with an entry in the change feed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appearance_listings_have_change';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER appearance_listings_have_change AFTER INSERT OR UPDATE OF appearance_id, publisher_id ON appearance_listings
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION appearance_listings_have_change();

-- What publishers say of articles can be redacted like the rest.
ALTER FUNCTION redaction_places RENAME TO redaction_places_before_listings;
-- +goose StatementBegin
CREATE FUNCTION redaction_places() RETURNS TABLE (place text, kind text, key text, counts text) LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT * FROM redaction_places_before_listings()
    UNION ALL VALUES ('appearance_listings.title', 'text', 'appearance_id = split_part($1, ''/'', 1)::uuid AND publisher_id = split_part($1, ''/'', 2)::uuid', '')
$$;
-- +goose StatementEnd

-- What belongs to a claim, as far as a redaction reaches. A TypeID is a prefix and its uuid in Crockford's base32.
-- +goose StatementBegin
CREATE FUNCTION typeid_uuid(typeid text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
    SELECT string_agg(to_hex(substr(bits.b, 4 * i + 3, 4)::bit(4)::int), '' ORDER BY i)::uuid
    FROM (SELECT string_agg((strpos('0123456789abcdefghjkmnpqrstvwxyz', c) - 1)::bit(5)::text, '' ORDER BY n) AS b
          FROM string_to_table(substring(typeid FROM '[0-9a-z]{26}$'), NULL) WITH ORDINALITY AS x (c, n)) AS bits, generate_series(0, 31) AS i
$$;
-- +goose StatementEnd
-- The claim, the one it was merged into, and all that were merged into that.
-- +goose StatementBegin
CREATE FUNCTION redaction_family(claim uuid) RETURNS uuid[] LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT c.id, c.merged_into FROM claims c WHERE c.id = claim UNION ALL SELECT c.id, c.merged_into FROM up JOIN claims c ON c.id = up.merged_into),
    down AS (
        SELECT up.id FROM up WHERE up.merged_into IS NULL UNION ALL SELECT c.id FROM down JOIN claims c ON c.merged_into = down.id)
    SELECT coalesce(array_agg(down.id), '{}') FROM down
$$;
-- +goose StatementEnd
-- Whom the claims, or any text that was approved or imported for them, name.
-- +goose StatementBegin
CREATE FUNCTION redaction_claimants(family uuid[]) RETURNS uuid[] LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(x.id), '{}') FROM (
        SELECT c.claimant_id FROM claims c WHERE c.id = ANY (family)
        UNION SELECT typeid_uuid(substring(ver.approved FROM '"claimant":\{"id":"(claimant_[0-9a-z]{26})"'))
        FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id WHERE v.claim_id = ANY (family)) AS x (id) WHERE x.id IS NOT NULL
$$;
-- +goose StatementEnd

-- Whether a place belongs to a family of claims with these claimants. Articles and claimants may be shared: they are reached,
-- and of the other claims that show one of them the earlier states and approved texts, which say what it was called.
-- +goose StatementBegin
CREATE FUNCTION redaction_reaches(place text, row_id text, family uuid[], people uuid[]) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    tbl    text := split_part(place, '.', 1);
    key    text := split_part(row_id, '/', 1);
    theirs uuid; -- the claim that the row belongs to
    named  uuid;
    object text;
BEGIN
    CASE tbl
    WHEN 'claims', 'claim_slugs', 'claim_states' THEN theirs := key::uuid;
    WHEN 'wordings' THEN theirs := (SELECT x.claim_id FROM wordings x WHERE x.id = key::bigint);
    WHEN 'media' THEN theirs := (SELECT x.claim_id FROM media x WHERE x.id = key::uuid);
    WHEN 'verdicts', 'import_records' THEN theirs := (SELECT x.claim_id FROM verdicts x WHERE x.id = key::uuid);
    WHEN 'verdict_versions' THEN theirs := (SELECT v.claim_id FROM verdict_versions x JOIN verdicts v ON v.id = x.verdict_id WHERE x.id = key::uuid);
    WHEN 'sources' THEN
        theirs := (SELECT v.claim_id FROM sources x JOIN verdict_versions ver ON ver.id = x.version_id JOIN verdicts v ON v.id = ver.verdict_id WHERE x.id = key::uuid);
    WHEN 'source_archives' THEN RETURN redaction_reaches('sources.', (SELECT x.source_id::text FROM source_archives x WHERE x.id = key::bigint), family, people);
    WHEN 'source_checks' THEN RETURN redaction_reaches('sources.', (SELECT x.source_id::text FROM source_checks x WHERE x.id = key::bigint), family, people);
    WHEN 'appearance_listings' THEN RETURN redaction_reaches('articles.', (SELECT x.article_id::text FROM appearances x WHERE x.id = key::uuid), family, people);
    WHEN 'appearances' THEN theirs := (SELECT x.claim_id FROM appearances x WHERE x.id = key::uuid);
    WHEN 'appearance_events' THEN theirs := (SELECT ap.claim_id FROM appearance_events x JOIN appearances ap ON ap.id = x.appearance_id WHERE x.id = key::bigint);
    WHEN 'tips' THEN theirs := (SELECT x.claim_id FROM tips x WHERE x.id = key::uuid);
    WHEN 'articles', 'article_urls' THEN RETURN EXISTS (SELECT FROM appearances ap WHERE ap.article_id = key::uuid AND ap.claim_id = ANY (family));
    WHEN 'snapshots' THEN RETURN redaction_reaches('articles.', (SELECT x.article_id::text FROM snapshots x WHERE x.id = key::bigint), family, people);
    WHEN 'claimants' THEN RETURN key::uuid = ANY (people);
    WHEN 'proposals' THEN
        SELECT coalesce(x.claim_id, v.claim_id), x.claimant_id INTO theirs, named FROM proposals x LEFT JOIN verdicts v ON v.id = x.verdict_id WHERE x.id = key::uuid;
        RETURN coalesce(theirs = ANY (family), false) OR coalesce(named = ANY (people), false);
    WHEN 'audit' THEN
        object := (SELECT x.object FROM audit x WHERE x.id = key::bigint);
        RETURN redaction_reaches(CASE split_part(object, '_', 1) WHEN 'claim' THEN 'claims.' WHEN 'verdict' THEN 'verdicts.' WHEN 'version' THEN 'verdict_versions.'
            WHEN 'appearance' THEN 'appearances.' WHEN 'article' THEN 'articles.' WHEN 'media' THEN 'media.' WHEN 'tip' THEN 'tips.'
            WHEN 'proposal' THEN 'proposals.' WHEN 'claimant' THEN 'claimants.' ELSE '' END, typeid_uuid(object)::text, family, people);
    ELSE RETURN false;
    END CASE;
    IF theirs = ANY (family) THEN RETURN true; END IF;
    RETURN theirs IS NOT NULL AND place IN ('claim_states.document', 'verdict_versions.approved') AND (
        redaction_claimants(ARRAY[theirs]) && people
        OR EXISTS (SELECT FROM appearances o JOIN appearances ap ON ap.article_id = o.article_id WHERE o.claim_id = theirs AND ap.claim_id = ANY (family)));
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION apply_redaction(proposal uuid, happened timestamptz, ids uuid[], places text[], row_ids text[], was bytea[], spans text[], notices text[])
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p      proposals%ROWTYPE;
    family uuid[];
    people uuid[];
BEGIN
    INSERT INTO redaction_passes (proposal_id) VALUES (apply_redaction.proposal);
    SELECT * INTO p FROM proposals x WHERE x.id = apply_redaction.proposal;
    IF p.id IS NULL THEN
        RAISE EXCEPTION 'a redaction needs an approved proposal' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'redactions_need_two';
    END IF;
    family := redaction_family(p.claim_id);
    people := redaction_claimants(family);
    FOR i IN 1 .. cardinality(places) LOOP
        IF NOT redact_field(places[i], row_ids[i], was[i], spans[i]::int4[], notices[i]) THEN
            RAISE EXCEPTION 'somebody changed a text meanwhile; try again' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'redactions_no_lost_update';
        END IF;
        IF redaction_reaches(places[i], row_ids[i], family, people) IS NOT TRUE THEN
            RAISE EXCEPTION 'this text does not belong to the claim that the redaction was decided for' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'redactions_reach_their_claim';
        END IF;
        INSERT INTO redactions (id, proposal_id, claim_id, position, reason, notice, place, row_id, was, spans, applied_at)
        VALUES (ids[i], p.id, p.claim_id, i, p.class, notices[i], places[i], row_ids[i], was[i], spans[i]::int4[], happened);
    END LOOP;
    DELETE FROM redaction_passes x WHERE x.xid = pg_current_xact_id();
    RETURN cardinality(places);
END $$;
-- +goose StatementEnd
