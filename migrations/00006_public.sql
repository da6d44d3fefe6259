-- What is public: the document of each public claim, the states its page went through, and the change feed.

-- +goose Up
CREATE TABLE claim_documents (
    claim_id     uuid PRIMARY KEY REFERENCES claims (id),
    seq          bigint NOT NULL DEFAULT 0,          -- of the claim's newest change; set when the change is appended
    document     text NOT NULL,                      -- the claim as the API shows it, with seq 0 in its slot
    language     text NOT NULL,
    house        boolean NOT NULL,                   -- has a verdict of the house
    claimant_id  uuid REFERENCES claimants (id),     -- whom the document names; NULL for a private person
    published_at timestamptz NOT NULL,               -- of the verdict published last
    updated_at   timestamptz NOT NULL
) WITH (fillfactor = 90);
CREATE INDEX claim_documents_claimant_id ON claim_documents (claimant_id, published_at DESC, claim_id DESC);
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
CREATE FUNCTION claim_states_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND to_jsonb(OLD) - 'seq' = to_jsonb(NEW) - 'seq' THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' AND redacting() AND to_jsonb(OLD) - ARRAY['document', 'note'] = to_jsonb(NEW) - ARRAY['document', 'note'] THEN RETURN NEW; END IF;
    IF TG_OP = 'INSERT' AND NEW.seq IS NULL AND NEW.n = (SELECT coalesce(max(s.n), 0) + 1 FROM claim_states s WHERE s.claim_id = NEW.claim_id) THEN RETURN NEW; END IF;
    RAISE EXCEPTION '% on claim_states is refused: this table only grows', TG_OP USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_states_only_grow';
END $$;
-- +goose StatementEnd
CREATE TRIGGER claim_states_guard BEFORE INSERT OR UPDATE OR DELETE ON claim_states FOR EACH ROW EXECUTE FUNCTION claim_states_guard();
CREATE TRIGGER claim_states_never_emptied BEFORE TRUNCATE ON claim_states FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- The head of the feed: one row, locked by whoever appends, until their commit. A restore starts a new epoch.
CREATE TABLE feed (
    id    smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    epoch text NOT NULL,
    seq   bigint NOT NULL DEFAULT 0
);
INSERT INTO feed (epoch) VALUES (substr(md5(random()::text || clock_timestamp()::text), 1, 12));

CREATE TABLE changes (
    seq           bigint PRIMARY KEY CHECK (seq > 0),
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
CREATE FUNCTION changes_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    low bigint; high bigint; n bigint;
BEGIN
    SELECT min(seq), max(seq), count(*) INTO low, high, n FROM added;
    IF n > 0 AND (n <> high - low + 1 OR high <> (SELECT seq FROM feed) OR (low > 1 AND NOT EXISTS (SELECT FROM changes WHERE seq = low - 1))) THEN
        RAISE EXCEPTION 'the change sequence has no gaps and is taken from the feed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'changes_are_gapless';
    END IF;
    -- The feed is a public way out: it speaks of what is public, and of what was when it goes.
    IF EXISTS (SELECT FROM added a WHERE CASE WHEN a.type IN ('claim.merged', 'claim.withdrawn')
            THEN NOT EXISTS (SELECT FROM changes c WHERE c.claim_id = a.claim_id AND c.seq < low)
            ELSE NOT EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = a.claim_id) END)
       OR EXISTS (SELECT FROM added a WHERE a.verdict_id IS NOT NULL AND NOT EXISTS (SELECT FROM public_verdicts v WHERE v.verdict_id = a.verdict_id)
                  AND NOT EXISTS (SELECT FROM changes c WHERE c.verdict_id = a.verdict_id AND c.seq < low)) THEN
        RAISE EXCEPTION 'the change feed speaks of what is public' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'changes_are_public';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER changes_guard AFTER INSERT ON changes REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION changes_guard();
-- +goose StatementBegin
CREATE FUNCTION feed_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
CREATE FUNCTION feed_matches_changes() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT seq FROM feed) <> coalesce((SELECT max(seq) FROM changes), 0) THEN
        RAISE EXCEPTION 'the head of the feed is its newest change' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'changes_are_gapless';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER feed_matches_changes AFTER UPDATE ON feed DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION feed_matches_changes();

-- Whether this transaction tells followers of the feed that the claim moved.
-- +goose StatementBegin
CREATE FUNCTION claim_moves_now(claim uuid) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN coalesce((SELECT c.xmin = pg_current_xact_id()::xid FROM changes c WHERE c.claim_id = claim ORDER BY c.seq DESC LIMIT 1), false);
END $$;
-- +goose StatementEnd

-- Invariant 5 for documents: no public document moves without a change entry. A new or rewritten one has no number, the
-- only number it can get is that of a change of its own transaction, and it must have one at commit.
-- +goose StatementBegin
CREATE FUNCTION claim_documents_renumber() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR to_jsonb(NEW) - 'seq' <> to_jsonb(OLD) - 'seq' THEN
        NEW.seq := 0;
    ELSIF NEW.seq <> OLD.seq AND NOT EXISTS (SELECT FROM changes c WHERE c.seq = NEW.seq AND c.claim_id = NEW.claim_id AND c.xmin = pg_current_xact_id()::xid) THEN
        RAISE EXCEPTION 'a public document moves only with an entry in the change feed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_documents_have_change';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER claim_documents_renumber BEFORE INSERT OR UPDATE ON claim_documents FOR EACH ROW EXECUTE FUNCTION claim_documents_renumber();
-- +goose StatementBegin
CREATE FUNCTION claim_documents_have_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    id uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.claim_id ELSE NEW.claim_id END;
    n  bigint := (SELECT d.seq FROM claim_documents d WHERE d.claim_id = id);
BEGIN
    IF n = 0 OR (n IS NULL AND NOT (claim_moves_now(id)
        AND (SELECT c.type IN ('claim.merged', 'claim.withdrawn') FROM changes c WHERE c.claim_id = id ORDER BY c.seq DESC LIMIT 1))) THEN
        RAISE EXCEPTION 'a public document moves only with an entry in the change feed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_documents_have_change';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER claim_documents_have_change AFTER INSERT OR DELETE OR UPDATE OF document, language, house, published_at, updated_at ON claim_documents
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION claim_documents_have_change();
CREATE TRIGGER claim_documents_never_emptied BEFORE TRUNCATE ON claim_documents FOR EACH STATEMENT EXECUTE FUNCTION refuse();
-- +goose StatementBegin
CREATE FUNCTION claim_states_have_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM claim_states s JOIN changes c ON c.seq = s.seq AND c.claim_id = s.claim_id
                   WHERE s.claim_id = NEW.claim_id AND s.n = NEW.n AND c.xmin = pg_current_xact_id()::xid) THEN
        RAISE EXCEPTION 'a page has a new state only with an entry in the change feed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_states_have_change';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER claim_states_have_change AFTER INSERT OR UPDATE OF seq ON claim_states
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION claim_states_have_change();
-- What readers see of a verdict or an appearance does not move by itself either.
-- +goose StatementBegin
CREATE FUNCTION public_rows_have_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = NEW.claim_id) AND NOT claim_moves_now(NEW.claim_id)
       AND ((TG_TABLE_NAME = 'verdicts' AND EXISTS (SELECT FROM public_verdicts v WHERE v.verdict_id = NEW.id))
            OR (TG_TABLE_NAME = 'appearances' AND NOT EXISTS (SELECT FROM publishers p -- what a hidden publisher lists is not public
                WHERE p.id = (to_jsonb(NEW) ->> 'listed_by')::uuid AND p.allowed_at IS NULL AND to_jsonb(NEW) ->> 'set_by' = 'import'))) THEN
        RAISE EXCEPTION 'what is public moves only with an entry in the change feed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_have_change';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER verdicts_have_change AFTER UPDATE OF state, notice, current_version_id, claim_id, origin ON verdicts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public_rows_have_change();
CREATE CONSTRAINT TRIGGER appearances_have_change AFTER INSERT OR UPDATE OF claim_id, stance, set_by, quote, first_seen_at, correction_state, corrected_at ON appearances
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public_rows_have_change();

-- Invariants 4 and 6: only a published version of the house or of an allowed publisher is public, and lists say what it says.
-- +goose StatementBegin
CREATE FUNCTION public_verdicts_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v   verdicts%ROWTYPE;
    ver verdict_versions%ROWTYPE;
BEGIN
    PERFORM FROM publishers p WHERE p.id = NEW.publisher_id AND p.allowed_at IS NOT NULL;
    IF FOUND THEN
        SELECT x.* INTO v FROM verdicts x JOIN claims c ON c.id = x.claim_id AND c.merged_into IS NULL WHERE x.id = NEW.verdict_id;
        SELECT * INTO ver FROM verdict_versions x WHERE x.id = v.current_version_id AND x.state = 'published';
    END IF;
    IF ver.id IS DISTINCT FROM NEW.version_id OR v.publisher_id <> NEW.publisher_id OR v.claim_id <> NEW.claim_id THEN
        RAISE EXCEPTION 'what is not published, or of a publisher not allowed, is not public' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_verdicts_are_published';
    END IF;
    IF v.state <> 'current' THEN
        ver.label := '';
        ver.truth := '';
        ver.reasons := '{}';
    END IF;
    IF (NEW.label, NEW.truth, NEW.reasons, NEW.house, NEW.published_at)
       IS DISTINCT FROM (ver.label, ver.truth, ver.reasons, v.origin <> 'imported', coalesce(ver.original_at, ver.published_at)) THEN
        RAISE EXCEPTION 'lists say what the verdict says' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_verdicts_are_true';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER public_verdicts_guard BEFORE INSERT OR UPDATE ON public_verdicts FOR EACH ROW EXECUTE FUNCTION public_verdicts_guard();
CREATE TRIGGER public_verdicts_never_emptied BEFORE TRUNCATE ON public_verdicts FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- A verdict is public at commit if and only if it may be, as the version and in the state it is in: suspended means
-- suspended on every way out, and hiding a publisher hides all of it.
-- +goose StatementBegin
CREATE FUNCTION check_shown(verdict uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    shown  public_verdicts%ROWTYPE;
    v      verdicts%ROWTYPE;
    public boolean;
BEGIN
    SELECT * INTO v FROM verdicts x WHERE x.id = verdict;
    SELECT p.allowed_at IS NOT NULL AND c.merged_into IS NULL AND v.current_version_id IS NOT NULL INTO public
    FROM publishers p, claims c WHERE p.id = v.publisher_id AND c.id = v.claim_id;
    SELECT * INTO shown FROM public_verdicts x WHERE x.verdict_id = verdict;
    IF public <> (shown.verdict_id IS NOT NULL) OR (public AND (shown.claim_id <> v.claim_id OR shown.version_id <> v.current_version_id
        OR (v.state <> 'current' AND (shown.label, shown.truth, shown.reasons) <> ('', '', '{}'::text[])))) THEN
        RAISE EXCEPTION 'what is public of a verdict is what it is now' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_are_shown';
    END IF;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION verdicts_are_shown() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'verdicts' THEN
        PERFORM check_shown(NEW.id);
    ELSIF TG_TABLE_NAME = 'public_verdicts' THEN
        PERFORM check_shown(OLD.verdict_id);
    ELSIF TG_TABLE_NAME = 'publishers' THEN
        PERFORM check_shown(v.verdict_id) FROM public_verdicts v WHERE v.publisher_id = NEW.id AND NEW.allowed_at IS NULL LIMIT 1;
    ELSIF EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = NEW.id) THEN
        RAISE EXCEPTION 'a merged claim is read where it went' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdicts_are_shown';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER verdicts_are_shown AFTER UPDATE OF state, current_version_id, claim_id ON verdicts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION verdicts_are_shown();
CREATE CONSTRAINT TRIGGER verdicts_are_shown_still AFTER DELETE ON public_verdicts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION verdicts_are_shown();
CREATE CONSTRAINT TRIGGER verdicts_of_hidden_are_not AFTER UPDATE OF allowed_at ON publishers
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION verdicts_are_shown();
CREATE CONSTRAINT TRIGGER verdicts_of_merged_are_not AFTER UPDATE OF merged_into ON claims
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.merged_into IS NOT NULL) EXECUTE FUNCTION verdicts_are_shown();
-- +goose StatementBegin
CREATE FUNCTION claim_documents_are_published() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = NEW.claim_id) AND NOT EXISTS (SELECT FROM public_verdicts v WHERE v.claim_id = NEW.claim_id) THEN
        RAISE EXCEPTION 'what is not published, or of a publisher not allowed, is not public' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_verdicts_are_published';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER claim_documents_are_published AFTER INSERT OR UPDATE OF document ON claim_documents
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION claim_documents_are_published();

-- append_changes takes the next numbers, last in its transaction, and stamps the documents and states with them. The row
-- lock on feed is held until the commit, so commit order and sequence agree. It returns the highest number taken.
-- +goose StatementBegin
CREATE FUNCTION append_changes(types text[], happened timestamptz, claim_ids uuid[], verdict_ids uuid[], appearance_ids uuid[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n    integer := cardinality(types);
    head bigint;
BEGIN
    -- Whatever can be checked before the lock is.
    SET CONSTRAINTS acts_are_audited, published_is_current, verdicts_are_shown, verdicts_are_shown_still, verdicts_of_merged_are_not, claim_documents_are_published IMMEDIATE;
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
REVOKE EXECUTE ON FUNCTION append_changes FROM PUBLIC; -- it writes as the owner; grants.sql lets the program's role

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
