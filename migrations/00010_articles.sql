-- Articles in full: one article per canonical address, posts that have none, what was found where, contents of snapshots
-- kept once, passages that can be found again, the first known appearance, and links that can be taken back.

-- +goose Up

-- An article is known by its canonical address (url_key), which is not always the one to open (url). The keys of rows that
-- are there already are computed by the program right after the migrations (rekeyArticles): what makes two addresses one
-- is code. A post that nobody can open, or a text that was pasted, has no address, and is known by what it says.
ALTER TABLE articles
    ALTER COLUMN url DROP NOT NULL,
    ALTER COLUMN url_hash DROP NOT NULL,
    ADD COLUMN url_key       text CHECK (octet_length(url_key) <= 2600),
    ADD COLUMN post_key      bytea CHECK (length(post_key) = 32), -- of platform, handle, time and text
    ADD COLUMN platform      text NOT NULL DEFAULT '',            -- of a post; never public
    ADD COLUMN handle        text NOT NULL DEFAULT '',            -- of a post; never public by itself: it may be a private person's
    ADD COLUMN taken_in      text NOT NULL DEFAULT 'import' CHECK (taken_in IN ('url', 'file', 'text', 'post', 'import')),
    ADD COLUMN lead_image    text NOT NULL DEFAULT '',
    ADD COLUMN archive_url   text NOT NULL DEFAULT '',            -- a copy elsewhere, for readers
    ADD COLUMN found         jsonb NOT NULL DEFAULT '{}',         -- what was found where, for the editor
    ADD COLUMN fetched_at    timestamptz,
    ADD COLUMN etag          text NOT NULL DEFAULT '',            -- of the last answer, as is last_modified: to ask whether there is a newer one
    ADD COLUMN last_modified text NOT NULL DEFAULT '';
UPDATE articles SET url_key = url, taken_in = CASE WHEN text <> '' THEN 'text' ELSE 'import' END;
ALTER TABLE articles
    ADD CONSTRAINT articles_url_key_key UNIQUE (url_key),
    ADD CONSTRAINT articles_post_key_key UNIQUE (post_key),
    ADD CONSTRAINT articles_are_known CHECK ((url IS NULL) = (url_key IS NULL) AND (url IS NULL) = (url_hash IS NULL) AND (url IS NOT NULL OR post_key IS NOT NULL)),
    ADD CONSTRAINT articles_without_address_were_given CHECK (url IS NOT NULL OR kind = 'post' OR taken_in = 'text');
COMMENT ON COLUMN articles.url_hash IS 'SHA-256 of url_key, for look-up by prefix';
ALTER TABLE installation ADD COLUMN article_keys integer NOT NULL DEFAULT 0; -- by which rules the keys of all articles were computed

-- A program of the release before writes no key.
-- +goose StatementBegin
CREATE FUNCTION articles_default_key() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.url_key := coalesce(NEW.url_key, NEW.url);
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER articles_default_key BEFORE INSERT ON articles FOR EACH ROW EXECUTE FUNCTION articles_default_key();

-- An article keeps its id and address of its page. What a redaction takes out stays in no hash either.
-- +goose StatementBegin
CREATE FUNCTION articles_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF redacting() THEN
        IF NEW.url_key IS DISTINCT FROM OLD.url_key THEN NEW.url_hash := sha256(convert_to(NEW.url_key, 'UTF8')); END IF;
        IF NEW.post_key IS NOT NULL AND (NEW.platform, NEW.handle, NEW.text) <> (OLD.platform, OLD.handle, OLD.text) THEN
            NEW.post_key := sha256(uuid_send(gen_random_uuid()));
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.slug <> OLD.slug OR NEW.added_by <> OLD.added_by OR NEW.created_at <> OLD.created_at THEN
        RAISE EXCEPTION 'an article keeps its id and the address of its page' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'articles_stay';
    END IF;
    IF NEW.version <> OLD.version + 1 AND (NEW.title, NEW.author, NEW.language, NEW.text, NEW.published_at, NEW.outlet_id, NEW.archive_url)
       IS DISTINCT FROM (OLD.title, OLD.author, OLD.language, OLD.text, OLD.published_at, OLD.outlet_id, OLD.archive_url) THEN
        RAISE EXCEPTION 'an edit counts the version on, so that nobody overwrites it unseen' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'articles_no_lost_update';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER articles_guard BEFORE UPDATE ON articles FOR EACH ROW EXECUTE FUNCTION articles_guard();
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER UPDATE OF title, author, language, text, published_at, outlet_id, archive_url ON articles
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION redacted_stays_taken() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (TG_TABLE_NAME = 'claim_slugs' AND EXISTS (SELECT FROM claim_slugs s WHERE s.slug = hidden_key(to_jsonb(NEW) ->> 'slug')))
       OR (TG_TABLE_NAME <> 'claim_slugs' AND EXISTS (SELECT FROM article_urls u WHERE u.url IN (hidden_key(to_jsonb(NEW) ->> 'url'), hidden_key(to_jsonb(NEW) ->> 'url_key')))) THEN
        RETURN NULL; -- as ON CONFLICT DO NOTHING
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- Contents of snapshots are kept once, however often a page was found so. TOAST compresses them, so that a redaction can
-- still take a passage out by its place.
CREATE TABLE snapshot_contents (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256     bytea,                                             -- NULL once a passage was taken out: it would tell that it was there
    body       bytea NOT NULL,
    size       integer NOT NULL CHECK (size = length(body)),
    created_at timestamptz NOT NULL,
    CONSTRAINT snapshot_contents_are_their_hash CHECK (sha256 = sha256(body)),
    CONSTRAINT snapshot_contents_sha256_key UNIQUE (sha256)
);
CREATE INDEX snapshot_contents_created_at ON snapshot_contents (created_at);
-- +goose StatementBegin
DO $$
BEGIN
    ALTER TABLE snapshot_contents ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported OR undefined_object OR invalid_parameter_value THEN
    RAISE NOTICE 'this server is built without lz4: snapshots are stored with pglz';
END $$;
-- +goose StatementEnd
INSERT INTO snapshot_contents (sha256, body, size, created_at)
SELECT CASE WHEN s.sha256 = sha256(s.body) THEN s.sha256 END, s.body, length(s.body), s.taken_at
FROM snapshots s WHERE s.id IN (SELECT min(x.id) FROM snapshots x GROUP BY sha256(x.body)) ORDER BY s.id;
ALTER TABLE snapshots
    ADD COLUMN content_id    bigint REFERENCES snapshot_contents (id),
    ADD COLUMN url           text NOT NULL DEFAULT '',            -- that it was fetched from, after redirects
    ADD COLUMN status        integer CHECK (status BETWEEN 100 AND 599),
    ADD COLUMN headers       jsonb NOT NULL DEFAULT '{}',         -- of the answer: names to lists of values
    ADD COLUMN taken_down_at timestamptz,
    ADD COLUMN taken_down_by uuid REFERENCES actors (id);
UPDATE snapshots s SET content_id = c.id FROM snapshot_contents c WHERE sha256(c.body) = sha256(s.body);
ALTER TABLE snapshots
    DROP COLUMN sha256, DROP COLUMN body,
    ADD CONSTRAINT snapshots_have_content CHECK ((content_id IS NULL) = (taken_down_at IS NOT NULL) AND (taken_down_at IS NULL) = (taken_down_by IS NULL));
CREATE INDEX snapshots_content_id ON snapshots (content_id);
CREATE INDEX snapshots_taken_down_by ON snapshots (taken_down_by);

-- +goose StatementBegin
CREATE FUNCTION snapshot_contents_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF redacting() AND NEW.id = OLD.id AND NEW.created_at = OLD.created_at THEN
        NEW.sha256 := NULL;
        NEW.size := length(NEW.body);
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was kept of a page never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'snapshot_contents_only_grow';
END $$;
-- +goose StatementEnd
CREATE TRIGGER snapshot_contents_guard BEFORE UPDATE ON snapshot_contents FOR EACH ROW EXECUTE FUNCTION snapshot_contents_guard();
CREATE TRIGGER snapshot_contents_never_emptied BEFORE TRUNCATE ON snapshot_contents FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- A snapshot says what it said when it was taken. Its content may be taken down, and one between the first and the last of
-- its kind may go when the house keeps no more.
-- +goose StatementBegin
CREATE FUNCTION snapshots_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM snapshots s WHERE s.article_id = OLD.article_id AND s.kind = OLD.kind AND (s.taken_at, s.id) < (OLD.taken_at, OLD.id))
           AND EXISTS (SELECT FROM snapshots s WHERE s.article_id = OLD.article_id AND s.kind = OLD.kind AND (s.taken_at, s.id) > (OLD.taken_at, OLD.id)) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the first and the last snapshot of an article stay' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'snapshots_keep_first_and_last';
    END IF;
    IF redacting() AND to_jsonb(OLD) - ARRAY['url', 'headers'] = to_jsonb(NEW) - ARRAY['url', 'headers'] THEN RETURN NEW; END IF;
    IF OLD.content_id IS NOT NULL AND NEW.content_id IS NULL
       AND to_jsonb(OLD) - ARRAY['content_id', 'taken_down_at', 'taken_down_by'] = to_jsonb(NEW) - ARRAY['content_id', 'taken_down_at', 'taken_down_by'] THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'a snapshot never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'snapshots_only_grow';
END $$;
-- +goose StatementEnd
CREATE TRIGGER snapshots_guard BEFORE UPDATE OR DELETE ON snapshots FOR EACH ROW EXECUTE FUNCTION snapshots_guard();
CREATE TRIGGER snapshots_never_emptied BEFORE TRUNCATE ON snapshots FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OR DELETE ON snapshots
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();

-- Where the quoted passage stands in the article's text, with what stands around it, so that it is found again when the
-- text is extracted anew; and since when the article carried it, which is not when we first saw it.
ALTER TABLE appearances
    ADD COLUMN quote_prefix       text NOT NULL DEFAULT '',
    ADD COLUMN quote_suffix       text NOT NULL DEFAULT '',
    ADD COLUMN quote_start        integer CHECK (quote_start >= 0),
    ADD COLUMN quote_end          integer CHECK (quote_end > quote_start),
    ADD COLUMN appeared_at        timestamptz,
    ADD COLUMN appeared_precision text CHECK (appeared_precision IN ('year', 'month', 'day', 'instant')),
    ADD COLUMN is_first           boolean NOT NULL DEFAULT false, -- the first known appearance of the claim, set by a person
    ADD CONSTRAINT appearances_passage_has_end CHECK ((quote_start IS NULL) = (quote_end IS NULL)),
    ADD CONSTRAINT appearances_appeared_has_precision CHECK ((appeared_at IS NULL) = (appeared_precision IS NULL)),
    ADD CONSTRAINT appearances_first_asserts CHECK (NOT is_first OR (stance IN ('makes', 'repeats') AND set_by = 'person'));
CREATE UNIQUE INDEX appearances_one_first ON appearances (claim_id) WHERE is_first;

-- A link that was a mistake goes, and what happened stays: an event knows its article and claim by itself, and what the
-- appearance was before it, which is what undoing it brings back. The feed, and who listed an address, name appearances
-- that are gone too.
ALTER TABLE changes DROP CONSTRAINT changes_appearance_id_fkey;
ALTER TABLE appearance_listings DROP CONSTRAINT appearance_listings_appearance_id_fkey;
ALTER TABLE appearance_events DISABLE TRIGGER appearance_events_guard;
ALTER TABLE appearance_events
    DROP CONSTRAINT appearance_events_appearance_id_fkey,
    DROP CONSTRAINT appearance_events_kind_check,
    ADD CONSTRAINT appearance_events_kind_check CHECK (kind IN ('linked', 'stance', 'standing', 'corrected', 'removed', 'moved', 'first', 'not_first', 'unlinked', 'relinked', 'undone')),
    ADD COLUMN article_id uuid REFERENCES articles (id),
    ADD COLUMN claim_id   uuid REFERENCES claims (id),
    ADD COLUMN before     jsonb,                                  -- the appearance before it; NULL where that is not known, or there was none
    ADD COLUMN undoes     bigint REFERENCES appearance_events (id),
    ADD CONSTRAINT appearance_events_undoes_key UNIQUE (undoes),
    ADD CONSTRAINT appearance_events_undo_something CHECK (kind NOT IN ('relinked', 'undone') OR undoes IS NOT NULL);
UPDATE appearance_events e SET article_id = ap.article_id, claim_id = ap.claim_id FROM appearances ap WHERE ap.id = e.appearance_id;
ALTER TABLE appearance_events
    ALTER COLUMN article_id SET NOT NULL,
    ALTER COLUMN claim_id SET NOT NULL,
    ENABLE TRIGGER appearance_events_guard;
CREATE INDEX appearance_events_article_id ON appearance_events (article_id, id);
CREATE INDEX appearance_events_claim_id ON appearance_events (claim_id);
CREATE INDEX appearance_events_unlinked ON appearance_events (article_id, claim_id) WHERE kind = 'unlinked';

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION appearance_events_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND redacting() AND to_jsonb(OLD) - ARRAY['quote', 'note', 'before'] = to_jsonb(NEW) - ARRAY['quote', 'note', 'before'] THEN RETURN NEW; END IF;
    RAISE EXCEPTION '% on appearance_events is refused: this table only grows', TG_OP USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appearance_events_only_grows';
END $$;
-- +goose StatementEnd

-- An event is of an appearance that is there, and keeps whose it was.
-- +goose StatementBegin
CREATE FUNCTION appearance_events_are_true() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT ap.article_id, ap.claim_id INTO NEW.article_id, NEW.claim_id FROM appearances ap WHERE ap.id = NEW.appearance_id;
    IF NOT FOUND OR (NEW.undoes IS NOT NULL AND NOT EXISTS (SELECT FROM appearance_events e WHERE e.id = NEW.undoes AND e.appearance_id = NEW.appearance_id AND e.undoes IS NULL)) THEN
        RAISE EXCEPTION 'an event is of an appearance, and undoes one of its own' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appearance_events_are_true';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER appearance_events_are_true BEFORE INSERT ON appearance_events FOR EACH ROW EXECUTE FUNCTION appearance_events_are_true();
-- +goose StatementBegin
CREATE FUNCTION unlinked_is_gone() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM appearances ap WHERE ap.id = NEW.appearance_id) THEN
        RAISE EXCEPTION 'what was unlinked is gone' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appearance_events_are_true';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER unlinked_is_gone AFTER INSERT ON appearance_events
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'unlinked') EXECUTE FUNCTION unlinked_is_gone();

-- An appearance stays, unless its link was a mistake: then it goes in the transaction that notes so, with all it was. A
-- person's stance is never taken back by an import; the person who set it may take it back.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION appearances_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM (SELECT e.kind, e.before, e.xmin FROM appearance_events e WHERE e.appearance_id = OLD.id ORDER BY e.id DESC LIMIT 1) x
                   WHERE x.kind = 'unlinked' AND written_now(x.xmin) AND x.before = to_jsonb(OLD)) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'an appearance stays; a mistaken link is undone, which is noted' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appearances_only_grow';
    END IF;
    IF NEW.id = OLD.id AND NEW.article_id = OLD.article_id
       AND (NEW.claim_id = OLD.claim_id OR EXISTS (SELECT FROM claims c WHERE c.id = OLD.claim_id AND c.merged_into = NEW.claim_id))
       AND (NOT (OLD.set_by = 'person' AND NEW.set_by = 'import')
            OR EXISTS (SELECT FROM appearance_events e JOIN appearance_events a ON a.id = e.undoes
                       WHERE e.appearance_id = OLD.id AND e.kind = 'undone' AND written_now(e.xmin) AND a.before ->> 'set_by' = 'import')) THEN
        IF NEW.version <> OLD.version + 1 AND NOT redacting()
           AND (NEW.stance, NEW.quote, NEW.correction_state, NEW.corrected_at, NEW.appeared_at, NEW.is_first) IS DISTINCT FROM (OLD.stance, OLD.quote, OLD.correction_state, OLD.corrected_at, OLD.appeared_at, OLD.is_first) THEN
            RAISE EXCEPTION 'an edit counts the version on, so that nobody overwrites it unseen' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appearances_no_lost_update';
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an appearance stays, and a person''s stance is not overruled by an import' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appearances_only_grow';
END $$;
-- +goose StatementEnd

-- What a person unlinked is not listed again by the next import. A link that is taken up again has counted its version on.
-- +goose StatementBegin
CREATE FUNCTION appearances_stay_unlinked() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.set_by = 'import' AND NEW.version = 1
       AND EXISTS (SELECT FROM appearance_events e WHERE e.article_id = NEW.article_id AND e.claim_id = NEW.claim_id AND e.kind = 'unlinked')
       AND NOT EXISTS (SELECT FROM appearances ap WHERE ap.article_id = NEW.article_id AND ap.claim_id = NEW.claim_id) THEN
        RETURN NULL; -- as ON CONFLICT DO NOTHING
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER appearances_stay_unlinked BEFORE INSERT ON appearances FOR EACH ROW EXECUTE FUNCTION appearances_stay_unlinked();

CREATE CONSTRAINT TRIGGER appearances_have_change_of_first AFTER UPDATE OF appeared_at, appeared_precision, is_first ON appearances
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public_rows_have_change();
-- +goose StatementBegin
CREATE FUNCTION unlinked_have_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = OLD.claim_id) AND NOT claim_moves_now(OLD.claim_id)
       AND appearance_is_shown(OLD.id, OLD.set_by) THEN
        RAISE EXCEPTION 'what is public moves only with an entry in the change feed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appearances_have_change';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER unlinked_have_change AFTER DELETE ON appearances
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION unlinked_have_change();

-- Redactions reach what is new.
DROP FUNCTION redaction_places;
DROP FUNCTION redaction_places_before_listings;
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
        ('appearance_listings', 'title', '', 'appearance_id = split_part($1, ''/'', 1)::uuid AND publisher_id = split_part($1, ''/'', 2)::uuid', ''),
        ('appearances', 'quote quote_prefix quote_suffix', '', 'id = $1::uuid', 'version = version + 1'),
        ('appearance_events', 'quote note', '', 'id = $1::bigint', ''),
        ('appearance_events', 'before', 'json', 'id = $1::bigint', ''),
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
CREATE OR REPLACE FUNCTION redact_field(place text, row_id text, was bytea, spans int4[], notice text) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    p     record;
    tbl   text;
    col   text;
    field text;
    bytes bytea;
    typ   regtype;
    n     bigint;
BEGIN
    IF place = 'snapshots.body' THEN -- a redaction from before contents were kept apart, done again after a restore
        place := 'snapshot_contents.body';
        row_id := (SELECT s.content_id::text FROM snapshots s WHERE s.id = row_id::bigint);
    END IF;
    tbl := split_part(place, '.', 1);
    col := split_part(place, '.', 2);
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
    IF place = 'articles.text' THEN -- what comes after it stands elsewhere now
        UPDATE appearances SET quote_start = NULL, quote_end = NULL WHERE article_id = row_id::uuid AND quote_start IS NOT NULL;
    END IF;
    IF place = 'claims.slug' THEN
        INSERT INTO claim_slugs (slug, claim_id, created_at) VALUES (notice, row_id::uuid, now()) ON CONFLICT DO NOTHING;
    END IF;
    EXECUTE format('UPDATE %I SET %I = $2::%s%s WHERE %s', tbl, col, typ, CASE p.counts WHEN '' THEN '' ELSE ', ' || p.counts END, p.key) USING row_id, field;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n > 0;
END $$;
-- +goose StatementEnd
-- What belongs to a claim now: an event, and what was listed, by itself; a content by its snapshots.
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
