-- Which claims an article may make: what the matcher suggests, and what people decided of it. A suggestion links nothing by
-- itself; a person's accepting does, and what was suggested stays beside it. All of it is the newsroom's alone.

-- +goose Up
CREATE TABLE suggestions (
    id            uuid PRIMARY KEY,
    article_id    uuid NOT NULL REFERENCES articles (id),
    claim_id      uuid NOT NULL REFERENCES claims (id),
    state         text NOT NULL CHECK (state IN ('open', 'accepted', 'rejected', 'superseded', 'withdrawn')),
    quote         text NOT NULL CHECK (quote <> ''),           -- the passage, and what stands around it
    quote_prefix  text NOT NULL DEFAULT '',
    quote_suffix  text NOT NULL DEFAULT '',
    quote_start   integer CHECK (quote_start >= 0),            -- where it stood in the text that text_hash is of
    quote_end     integer CHECK (quote_end > quote_start),
    stance        text NOT NULL CHECK (stance IN ('makes', 'repeats', 'reports', 'disputes')),
    stance_reason text NOT NULL,                               -- a code; its cue words are in why
    score         real NOT NULL,
    probability   real NOT NULL CHECK (probability BETWEEN 0 AND 1),
    reading       text NOT NULL CHECK (reading IN ('same', 'related')),
    why           jsonb NOT NULL DEFAULT '{}',                 -- shared words, names, numbers, cue words, other passages
    matcher       text NOT NULL,                               -- which matcher said so
    text_hash     bytea NOT NULL CHECK (length(text_hash) = 32),  -- SHA-256 of the article's text it was made from
    claim_key     bytea NOT NULL CHECK (length(claim_key) = 32),  -- claims.text_key it was made from
    seen          bytea NOT NULL DEFAULT '',                   -- of each passage of that text, eight bytes of its SHA-256
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    decided_by    uuid REFERENCES actors (id),
    decided_at    timestamptz,
    decision      uuid,                                        -- the act that decided it; many at once have the same
    chosen        text CHECK (chosen IN ('makes', 'repeats', 'reports', 'disputes')),
    appearance_id uuid,                                        -- what it became; the appearance may have been unlinked since
    version       integer NOT NULL DEFAULT 1,
    CONSTRAINT suggestions_article_id_claim_id_key UNIQUE (article_id, claim_id),
    CONSTRAINT suggestions_passage_has_end CHECK ((quote_start IS NULL) = (quote_end IS NULL)),
    CONSTRAINT suggestions_are_decided_by_somebody CHECK ((state IN ('accepted', 'rejected')) = (decided_by IS NOT NULL)
        AND (decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decision IS NULL)),
    CONSTRAINT suggestions_accepted_are_linked CHECK ((state = 'accepted') = (chosen IS NOT NULL) AND (state = 'accepted') = (appearance_id IS NOT NULL))
);
CREATE INDEX suggestions_claim_id ON suggestions (claim_id);
CREATE INDEX suggestions_decided_by ON suggestions (decided_by);
CREATE INDEX suggestions_appearance_id ON suggestions (appearance_id) WHERE appearance_id IS NOT NULL;
CREATE INDEX suggestions_open ON suggestions (article_id) WHERE state = 'open';
COMMENT ON TABLE suggestions IS 'One per article and claim, whatever became of it: a rejected one is remembered';

-- That a text was looked at, also when nothing was found.
CREATE TABLE suggestion_looks (
    article_id uuid PRIMARY KEY REFERENCES articles (id),
    text_hash  bytea NOT NULL CHECK (length(text_hash) = 32),
    matcher    text NOT NULL,
    at         timestamptz NOT NULL
);

-- What a person said, filing a claim, is not the same as one that is there: the text is not asked about that claim again.
CREATE TABLE claim_distinctions (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    text_key bytea NOT NULL CHECK (length(text_key) = 32),        -- as claims.text_key, of what was filed
    claim_id uuid NOT NULL REFERENCES claims (id),                -- which it is not
    filed_as uuid NOT NULL REFERENCES claims (id),
    reason   text NOT NULL,
    said_by  uuid NOT NULL REFERENCES actors (id),
    said_at  timestamptz NOT NULL,
    CONSTRAINT claim_distinctions_text_key_claim_id_key UNIQUE (text_key, claim_id)
);
CREATE INDEX claim_distinctions_claim_id ON claim_distinctions (claim_id);
CREATE INDEX claim_distinctions_filed_as ON claim_distinctions (filed_as);
CREATE INDEX claim_distinctions_said_by ON claim_distinctions (said_by);

-- A suggestion stays: it is decided, taken back and remembered, and its claim is another only when that was merged. Only
-- people decide. What a redaction takes out stays in no hash either.
-- +goose StatementBegin
CREATE FUNCTION suggestions_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a suggestion stays: what was decided is remembered' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'suggestions_only_grow';
    END IF;
    IF redacting() THEN
        IF (NEW.quote, NEW.quote_prefix, NEW.quote_suffix) IS DISTINCT FROM (OLD.quote, OLD.quote_prefix, OLD.quote_suffix) THEN
            NEW.quote_start := NULL;
            NEW.quote_end := NULL;
            NEW.text_hash := sha256(uuid_send(gen_random_uuid()));
            NEW.seen := '';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.article_id <> OLD.article_id OR NEW.created_at <> OLD.created_at
       OR (NEW.claim_id <> OLD.claim_id AND NOT EXISTS (SELECT FROM claims c WHERE c.id = OLD.claim_id AND c.merged_into = NEW.claim_id)) THEN
        RAISE EXCEPTION 'a suggestion is of one article and one claim' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'suggestions_stay';
    END IF;
    IF NEW.version <> OLD.version + 1 AND (NEW.state, NEW.claim_id, NEW.quote, NEW.stance, NEW.chosen, NEW.decision) IS DISTINCT FROM (OLD.state, OLD.claim_id, OLD.quote, OLD.stance, OLD.chosen, OLD.decision) THEN
        RAISE EXCEPTION 'an edit counts the version on, so that nobody overwrites it unseen' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'suggestions_no_lost_update';
    END IF;
    IF NEW.decided_by IS DISTINCT FROM OLD.decided_by AND NEW.decided_by IS NOT NULL AND person_behind(NEW.decided_by) IS NULL THEN
        RAISE EXCEPTION 'a person decides what an article says' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'suggestions_are_decided_by_people';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER suggestions_guard BEFORE UPDATE OR DELETE ON suggestions FOR EACH ROW EXECUTE FUNCTION suggestions_guard();
CREATE TRIGGER suggestions_never_emptied BEFORE TRUNCATE ON suggestions FOR EACH STATEMENT EXECUTE FUNCTION refuse();
-- A new one is open: nothing comes decided.
-- +goose StatementBegin
CREATE FUNCTION suggestions_begin_open() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> 'open' THEN
        RAISE EXCEPTION 'a suggestion begins open' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'suggestions_begin_open';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER suggestions_begin_open BEFORE INSERT ON suggestions FOR EACH ROW EXECUTE FUNCTION suggestions_begin_open();
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE ON suggestions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OR DELETE ON claim_distinctions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();

-- What comes after a redacted passage stands elsewhere now, and the text has another hash.
-- +goose StatementBegin
CREATE FUNCTION articles_redacted() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF redacting() THEN
        UPDATE suggestions SET quote_start = NULL, quote_end = NULL, text_hash = sha256(uuid_send(gen_random_uuid())), seen = '' WHERE article_id = NEW.id;
        DELETE FROM suggestion_looks WHERE article_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER articles_redacted AFTER UPDATE OF text ON articles FOR EACH ROW WHEN (OLD.text <> NEW.text) EXECUTE FUNCTION articles_redacted();

-- Redactions reach what is new.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION redaction_places() RETURNS TABLE (place text, kind text, key text, counts text) LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
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
        ('appearance_listings', 'title', '', 'appearance_id = split_part($1, ''/'', 1)::uuid AND publisher_id = split_part($1, ''/'', 2)::uuid', ''),
        ('appearances', 'quote quote_prefix quote_suffix', '', 'id = $1::uuid', 'version = version + 1'),
        ('appearance_events', 'quote note', '', 'id = $1::bigint', ''),
        ('appearance_events', 'before', 'json', 'id = $1::bigint', ''),
        ('suggestions', 'quote quote_prefix quote_suffix', '', 'id = $1::uuid', 'version = version + 1'),
        ('suggestions', 'why', 'json', 'id = $1::uuid', 'version = version + 1'),
        ('claim_distinctions', 'reason', '', 'id = $1::bigint', ''),
        ('articles', 'title author text platform handle etag last_modified', '', 'id = $1::uuid', 'version = version + 1'),
        ('articles', 'url url_key lead_image archive_url', 'address', 'id = $1::uuid', 'version = version + 1'),
        ('articles', 'found', 'json', 'id = $1::uuid', 'version = version + 1'),
        ('articles', 'slug', 'slug', 'id = $1::uuid', 'version = version + 1'),
        ('article_urls', 'url', 'hidden', 'article_id = split_part($1, ''/'', 1)::uuid AND hidden_key(url) = split_part($1, ''/'', 2)', ''),
        ('snapshots', 'url', 'address', 'id = $1::bigint', ''),
        ('snapshots', 'headers', 'json', 'id = $1::bigint', ''),
        ('snapshot_contents', 'body', 'bytes', 'id = $1::bigint', ''),
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
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION redaction_reaches(place text, row_id text, family uuid[], people uuid[]) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
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
    WHEN 'appearance_listings' THEN
        RETURN EXISTS (SELECT FROM appearances x WHERE x.id = key::uuid AND redaction_reaches('articles.', x.article_id::text, family, people))
            OR EXISTS (SELECT FROM appearance_events x WHERE x.appearance_id = key::uuid AND x.claim_id = ANY (family));
    WHEN 'appearances' THEN
        theirs := coalesce((SELECT x.claim_id FROM appearances x WHERE x.id = key::uuid),
            (SELECT x.claim_id FROM appearance_events x WHERE x.appearance_id = key::uuid ORDER BY x.id DESC LIMIT 1));
    WHEN 'appearance_events' THEN
        theirs := (SELECT coalesce(ap.claim_id, x.claim_id) FROM appearance_events x LEFT JOIN appearances ap ON ap.id = x.appearance_id WHERE x.id = key::bigint);
    WHEN 'suggestions' THEN
        RETURN EXISTS (SELECT FROM suggestions x WHERE x.id = key::uuid AND (x.claim_id = ANY (family) OR redaction_reaches('articles.', x.article_id::text, family, people)));
    WHEN 'claim_distinctions' THEN
        RETURN EXISTS (SELECT FROM claim_distinctions x WHERE x.id = key::bigint AND (x.claim_id = ANY (family) OR x.filed_as = ANY (family)));
    WHEN 'tips' THEN theirs := (SELECT x.claim_id FROM tips x WHERE x.id = key::uuid);
    WHEN 'articles', 'article_urls' THEN RETURN EXISTS (SELECT FROM appearances ap WHERE ap.article_id = key::uuid AND ap.claim_id = ANY (family));
    WHEN 'snapshots' THEN RETURN redaction_reaches('articles.', (SELECT x.article_id::text FROM snapshots x WHERE x.id = key::bigint), family, people);
    WHEN 'snapshot_contents' THEN
        RETURN EXISTS (SELECT FROM snapshots x JOIN appearances ap ON ap.article_id = x.article_id WHERE x.content_id = key::bigint AND ap.claim_id = ANY (family));
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
