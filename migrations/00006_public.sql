-- What is public: the document of each public claim, the states its page went through, and the change feed.

-- +goose Up
CREATE TABLE claim_documents (
    claim_id     uuid PRIMARY KEY REFERENCES claims (id),
    seq          bigint NOT NULL DEFAULT 0,          -- of the claim's newest change; set when the change is appended
    document     text NOT NULL,                      -- the claim as the API shows it, with seq 0 in its slot
    language     text NOT NULL,
    house        boolean NOT NULL,                   -- has a verdict of the house
    published_at timestamptz NOT NULL,               -- of the verdict published last
    updated_at   timestamptz NOT NULL
) WITH (fillfactor = 90);
CREATE INDEX claim_documents_house_published_at ON claim_documents (published_at DESC, claim_id DESC) WHERE house;
CREATE INDEX claim_documents_published_at ON claim_documents (published_at DESC, claim_id DESC);
CREATE INDEX claim_documents_updated_at ON claim_documents (updated_at DESC, claim_id DESC);
-- +goose StatementBegin
DO $$
BEGIN
    ALTER TABLE claim_documents ALTER COLUMN document SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported OR undefined_object OR invalid_parameter_value THEN
    RAISE NOTICE 'this server is built without lz4: documents are stored with pglz';
END $$;
-- +goose StatementEnd

-- No public document moves without a change entry: a rewritten document loses its number, and must have a new one at commit.
-- +goose StatementBegin
CREATE FUNCTION claim_documents_renumber() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.document <> OLD.document THEN NEW.seq := 0; END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER claim_documents_renumber BEFORE UPDATE OF document ON claim_documents FOR EACH ROW EXECUTE FUNCTION claim_documents_renumber();
-- +goose StatementBegin
CREATE FUNCTION claim_documents_have_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM claim_documents WHERE claim_id = OLD.claim_id)
           OR EXISTS (SELECT FROM changes WHERE claim_id = OLD.claim_id AND seq > OLD.seq AND type IN ('claim.merged', 'claim.withdrawn')) THEN
            RETURN NULL;
        END IF;
    ELSIF EXISTS (SELECT FROM claim_documents d JOIN changes c ON c.seq = d.seq AND c.claim_id = d.claim_id WHERE d.claim_id = NEW.claim_id)
       OR NOT EXISTS (SELECT FROM claim_documents WHERE claim_id = NEW.claim_id) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'a public document moves only with an entry in the change feed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_documents_have_change';
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER claim_documents_have_change AFTER INSERT OR DELETE OR UPDATE OF document ON claim_documents
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION claim_documents_have_change();

-- The public verdicts, flat, for lists and filters.
CREATE TABLE public_verdicts (
    claim_id     uuid NOT NULL REFERENCES claim_documents (claim_id) ON DELETE CASCADE,
    publisher_id uuid NOT NULL REFERENCES publishers (id),
    verdict_id   uuid NOT NULL REFERENCES verdicts (id),
    version_id   uuid NOT NULL REFERENCES verdict_versions (id),
    house        boolean NOT NULL,
    label        text NOT NULL,
    truth        text NOT NULL,
    reasons      text[] NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (claim_id, publisher_id)
);
CREATE INDEX public_verdicts_publisher_id ON public_verdicts (publisher_id, published_at DESC, claim_id DESC);
CREATE INDEX public_verdicts_truth ON public_verdicts (truth, published_at DESC, claim_id DESC);
CREATE INDEX public_verdicts_verdict_id ON public_verdicts (verdict_id);
CREATE INDEX public_verdicts_version_id ON public_verdicts (version_id);

-- Invariants 4 and 6: only a published version of the house or of an allowed publisher is public.
-- +goose StatementBegin
CREATE FUNCTION public_verdicts_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM verdicts v JOIN verdict_versions ver ON ver.id = v.current_version_id JOIN publishers p ON p.id = v.publisher_id
        WHERE v.id = NEW.verdict_id AND v.publisher_id = NEW.publisher_id AND v.claim_id = NEW.claim_id
          AND ver.id = NEW.version_id AND ver.state = 'published' AND p.allowed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'what is not published, or of a publisher not allowed, is not public' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_verdicts_are_published';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER public_verdicts_guard BEFORE INSERT OR UPDATE ON public_verdicts FOR EACH ROW EXECUTE FUNCTION public_verdicts_guard();

-- The n-th public state of a claim's page. Appearances move without making a new state.
CREATE TABLE claim_states (
    claim_id uuid NOT NULL REFERENCES claims (id),
    n        integer NOT NULL CHECK (n > 0),
    seq      bigint,                                  -- set when the change is appended
    at       timestamptz NOT NULL,
    type     text NOT NULL,
    note     text NOT NULL DEFAULT '',
    document text NOT NULL,
    PRIMARY KEY (claim_id, n)
);
CREATE INDEX claim_states_at ON claim_states (claim_id, at);
CREATE INDEX claim_states_unnumbered ON claim_states (claim_id) WHERE seq IS NULL;
-- +goose StatementBegin
DO $$
BEGIN
    ALTER TABLE claim_states ALTER COLUMN document SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported OR undefined_object OR invalid_parameter_value THEN
    NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION claim_states_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND to_jsonb(OLD) - 'seq' = to_jsonb(NEW) - 'seq' THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' AND redacting() AND to_jsonb(OLD) - ARRAY['document', 'note'] = to_jsonb(NEW) - ARRAY['document', 'note'] THEN RETURN NEW; END IF;
    RAISE EXCEPTION '% on claim_states is refused: this table only grows', TG_OP USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_states_only_grow';
END $$;
-- +goose StatementEnd
CREATE TRIGGER claim_states_guard BEFORE UPDATE OR DELETE ON claim_states FOR EACH ROW EXECUTE FUNCTION claim_states_guard();
CREATE TRIGGER claim_states_never_emptied BEFORE TRUNCATE ON claim_states FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- The head of the feed: one row, locked by whoever appends, until their commit. A restore starts a new epoch.
CREATE TABLE feed (
    id    smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    epoch text NOT NULL,
    seq   bigint NOT NULL DEFAULT 0
);
INSERT INTO feed (epoch) VALUES (substr(md5(random()::text || clock_timestamp()::text), 1, 12));

CREATE TABLE changes (
    seq           bigint PRIMARY KEY,
    type          text NOT NULL CHECK (type IN (
        'verdict.published', 'verdict.updated', 'verdict.clarified', 'verdict.corrected', 'verdict.retracted',
        'verdict.suspended', 'verdict.restored', 'verdict.redacted', 'claim.merged', 'claim.withdrawn',
        'appearance.added', 'appearance.changed', 'appearance.corrected', 'appearance.removed', 'source.dead')),
    at            timestamptz NOT NULL,
    claim_id      uuid NOT NULL REFERENCES claims (id),
    verdict_id    uuid REFERENCES verdicts (id),
    appearance_id uuid REFERENCES appearances (id)
);
CREATE INDEX changes_claim_id ON changes (claim_id, seq);
CREATE INDEX changes_verdict_id ON changes (verdict_id);
CREATE INDEX changes_corrections ON changes (seq) WHERE type IN ('verdict.updated', 'verdict.clarified', 'verdict.corrected', 'verdict.retracted');
CREATE INDEX changes_appearance_id ON changes (appearance_id);
CREATE TRIGGER changes_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON changes FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- Invariant 5. Appends go through append_changes; this holds also for whoever may write the table directly.
-- +goose StatementBegin
CREATE FUNCTION changes_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    low bigint; high bigint; n bigint;
BEGIN
    SELECT min(seq), max(seq), count(*) INTO low, high, n FROM added;
    IF n > 0 AND (n <> high - low + 1 OR high <> (SELECT seq FROM feed) OR (low > 1 AND NOT EXISTS (SELECT FROM changes WHERE seq = low - 1))) THEN
        RAISE EXCEPTION 'the change sequence has no gaps and is taken from the feed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'changes_are_gapless';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER changes_guard AFTER INSERT ON changes REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION changes_guard();
-- +goose StatementBegin
CREATE FUNCTION feed_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.seq < OLD.seq THEN
        RAISE EXCEPTION 'the feed never goes back' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'changes_are_gapless';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER feed_guard BEFORE UPDATE ON feed FOR EACH ROW EXECUTE FUNCTION feed_guard();
CREATE TRIGGER feed_stays BEFORE DELETE OR TRUNCATE ON feed FOR EACH STATEMENT EXECUTE FUNCTION refuse();
-- +goose StatementBegin
CREATE FUNCTION feed_matches_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT seq FROM feed) <> coalesce((SELECT max(seq) FROM changes), 0) THEN
        RAISE EXCEPTION 'the head of the feed is its newest change' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'changes_are_gapless';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER feed_matches_changes AFTER UPDATE ON feed DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION feed_matches_changes();

-- append_changes takes the next numbers, last in its transaction, and stamps the documents and states with them. The row
-- lock on feed is held until the commit, so commit order and sequence agree. It returns the highest number taken.
-- +goose StatementBegin
CREATE FUNCTION append_changes(types text[], happened timestamptz, claim_ids uuid[], verdict_ids uuid[], appearance_ids uuid[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n    integer := cardinality(types);
    head bigint;
BEGIN
    UPDATE feed SET seq = seq + n RETURNING seq INTO head;
    INSERT INTO changes (seq, type, at, claim_id, verdict_id, appearance_id)
    SELECT head - n + i, t, happened, c, v, a
    FROM unnest(types, claim_ids, verdict_ids, appearance_ids) WITH ORDINALITY AS x (t, c, v, a, i);
    UPDATE claim_documents d SET seq = x.seq
    FROM (SELECT c, max(head - n + i) AS seq FROM unnest(claim_ids) WITH ORDINALITY AS y (c, i) GROUP BY c) AS x
    WHERE d.claim_id = x.c;
    UPDATE claim_states s SET seq = x.seq
    FROM (SELECT c, max(head - n + i) AS seq FROM unnest(claim_ids) WITH ORDINALITY AS y (c, i) GROUP BY c) AS x
    WHERE s.claim_id = x.c AND s.seq IS NULL;
    PERFORM pg_notify('touchstone_changes', head::text);
    RETURN head;
END $$;
-- +goose StatementEnd

-- Finished pages: rendered and compressed after the commit, valid while seq and epoch are the claim's and the house's.
CREATE TABLE claim_pages (
    claim_id uuid NOT NULL REFERENCES claims (id),
    language text NOT NULL,
    seq      bigint NOT NULL,
    epoch    text NOT NULL,                           -- render epoch and program version
    etag     text NOT NULL,
    html     bytea NOT NULL,
    gzip     bytea NOT NULL,
    brotli   bytea NOT NULL,
    PRIMARY KEY (claim_id, language)
);

-- Words of public documents, for the bounded search in SQL that answers while the index warms. In a table of its own: on
-- claims it made filing twice as dear.
CREATE TABLE claim_words (
    claim_id uuid PRIMARY KEY REFERENCES claim_documents (claim_id) ON DELETE CASCADE,
    words    tsvector NOT NULL
);
CREATE INDEX claim_words_words ON claim_words USING gin (words);
