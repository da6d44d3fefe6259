-- The desk: which claim comes first, and why. And what the house says of itself, tips that are answered, keys that end,
-- imports in the browser.

-- +goose Up

-- What the desk orders and filters claims by: one narrow row per claim, derived from the claim, its articles and its tips,
-- but for harm and checkability, which people judge. rank is a sum that no passing of time reorders, so it stands in an
-- index: a claim loses points with the days since it was last heard of, all claims at the same pace.
CREATE TABLE claim_desk (
    claim_id     uuid PRIMARY KEY,                -- no reference: claims are for ever, and their guards are tried one by one
    stage        text NOT NULL,
    open         boolean NOT NULL GENERATED ALWAYS AS (stage IN ('tip', 'triage', 'checking', 'in_review')) STORED,
    language     text NOT NULL,
    assignee_id  uuid,
    claimant_id  uuid,
    filed_at     timestamptz NOT NULL,
    harm         smallint NOT NULL DEFAULT 0 CHECK (harm BETWEEN 0 AND 3),          -- 0: nobody judged yet
    checkability smallint NOT NULL DEFAULT 0 CHECK (checkability BETWEEN 0 AND 3),
    outlets      integer NOT NULL DEFAULT 0,  -- that make or repeat it and let it stand; what has no outlet counts by itself
    pace         integer NOT NULL DEFAULT 0,  -- of them, those that did in the week before it was last heard of
    tips         integer NOT NULL DEFAULT 0,
    heard_at     timestamptz NOT NULL,        -- when it was filed, an article carried it or a tip came, whichever is last
    rank         double precision NOT NULL DEFAULT 0,
    xid          xid8 NOT NULL                -- that moved it last
);
CREATE INDEX claim_desk_open ON claim_desk (rank, claim_id) WHERE open;
CREATE INDEX claim_desk_open_filed ON claim_desk (claim_id) WHERE open;
CREATE INDEX claim_desk_stage ON claim_desk (stage, rank, claim_id);
CREATE INDEX claim_desk_rank ON claim_desk (rank, claim_id);
CREATE INDEX claim_desk_assignee_id ON claim_desk (assignee_id, rank, claim_id) WHERE assignee_id IS NOT NULL;
CREATE INDEX claim_desk_claimant_id ON claim_desk (claimant_id, rank, claim_id) WHERE claimant_id IS NOT NULL;
CREATE INDEX claim_desk_language ON claim_desk (language, rank, claim_id);
CREATE INDEX claim_desk_xid ON claim_desk (xid);

-- The house weighs the factors in the setting desk_weights; without it these are the weights.
-- +goose StatementBegin
CREATE FUNCTION claim_rank(d claim_desk) RETURNS double precision LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce((w ->> 'outlet')::float8, 1) * least(d.outlets, 10) + coalesce((w ->> 'pace')::float8, 1) * least(d.pace, 10)
         + coalesce((w ->> 'tip')::float8, 1) * least(d.tips, 10) + coalesce((w ->> 'harm')::float8, 3) * d.harm
         + coalesce((w ->> 'checkability')::float8, 2) * d.checkability
         + extract(epoch FROM d.heard_at - timestamptz '2020-01-01 00:00:00Z') / 86400 / coalesce((w ->> 'days')::float8, 2)
    FROM (SELECT coalesce((SELECT value FROM settings WHERE name = 'desk_weights'), '{}') AS w) AS x
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION claim_desk_ranked() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.rank := claim_rank(NEW);
    NEW.xid := pg_current_xact_id();
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER claim_desk_ranked BEFORE INSERT OR UPDATE ON claim_desk FOR EACH ROW EXECUTE FUNCTION claim_desk_ranked();

-- What was counted for a claim, counted anew. The row is locked first, so that the second of two who count at once sees what
-- the first wrote.
-- +goose StatementBegin
CREATE FUNCTION desk_recount(claim uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM claim_desk d WHERE d.claim_id = claim FOR NO KEY UPDATE;
    WITH seen AS (
        SELECT coalesce(a.outlet_id, a.id) AS who, least(coalesce(ap.appeared_at, a.published_at, ap.first_seen_at, ap.created_at), ap.created_at) AS at
        FROM appearances ap JOIN articles a ON a.id = ap.article_id
        WHERE ap.claim_id = claim AND ap.stance IN ('makes', 'repeats') AND ap.correction_state = 'standing'
    ), told AS (
        SELECT count(*)::int AS n, max(created_at) AS at FROM tips WHERE claim_id = claim
    ), heard AS (
        SELECT greatest(c.created_at, told.at, (SELECT max(at) FROM seen)) AS at, told.n FROM claims c, told WHERE c.id = claim
    ), counted AS (
        SELECT heard.at, heard.n, (SELECT count(DISTINCT who)::int FROM seen) AS outlets,
               (SELECT count(DISTINCT who)::int FROM seen WHERE seen.at > heard.at - interval '7 days') AS pace FROM heard
    )
    UPDATE claim_desk d SET outlets = x.outlets, pace = x.pace, tips = x.n, heard_at = x.at FROM counted x
    WHERE d.claim_id = claim AND (d.outlets, d.pace, d.tips, d.heard_at) IS DISTINCT FROM (x.outlets, x.pace, x.n, x.at);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION claims_on_desk() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO claim_desk (claim_id, stage, language, assignee_id, claimant_id, filed_at, heard_at, xid)
        VALUES (NEW.id, NEW.stage, NEW.language, NEW.assignee_id, NEW.claimant_id, NEW.created_at, NEW.created_at, pg_current_xact_id());
    ELSE
        UPDATE claim_desk SET stage = NEW.stage, language = NEW.language, assignee_id = NEW.assignee_id, claimant_id = NEW.claimant_id WHERE claim_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER claims_on_desk_new AFTER INSERT ON claims FOR EACH ROW EXECUTE FUNCTION claims_on_desk();
CREATE TRIGGER claims_on_desk AFTER UPDATE OF stage, language, assignee_id, claimant_id, text ON claims FOR EACH ROW
    WHEN ((OLD.stage, OLD.language, OLD.assignee_id, OLD.claimant_id, OLD.text) IS DISTINCT FROM (NEW.stage, NEW.language, NEW.assignee_id, NEW.claimant_id, NEW.text))
    EXECUTE FUNCTION claims_on_desk();

-- +goose StatementBegin
CREATE FUNCTION desk_counts() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'articles' THEN
        PERFORM desk_recount(ap.claim_id) FROM appearances ap WHERE ap.article_id = NEW.id AND ap.stance IN ('makes', 'repeats');
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        IF OLD.claim_id IS NOT NULL THEN PERFORM desk_recount(OLD.claim_id); END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.claim_id IS NOT NULL THEN PERFORM desk_recount(NEW.claim_id); END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF NEW.claim_id IS NOT NULL AND NEW.claim_id IS DISTINCT FROM OLD.claim_id THEN PERFORM desk_recount(NEW.claim_id); END IF;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- What an import lists is judged by nobody yet and counts for nothing, so large imports do not count.
CREATE TRIGGER appearances_on_desk_new AFTER INSERT ON appearances FOR EACH ROW WHEN (NEW.stance IN ('makes', 'repeats')) EXECUTE FUNCTION desk_counts();
CREATE TRIGGER appearances_on_desk AFTER UPDATE OF claim_id, article_id, stance, correction_state, appeared_at, first_seen_at ON appearances FOR EACH ROW
    WHEN (OLD.stance IN ('makes', 'repeats') OR NEW.stance IN ('makes', 'repeats')) EXECUTE FUNCTION desk_counts();
CREATE TRIGGER appearances_off_desk AFTER DELETE ON appearances FOR EACH ROW WHEN (OLD.stance IN ('makes', 'repeats')) EXECUTE FUNCTION desk_counts();
CREATE TRIGGER articles_on_desk AFTER UPDATE OF outlet_id, published_at ON articles FOR EACH ROW
    WHEN ((OLD.outlet_id, OLD.published_at) IS DISTINCT FROM (NEW.outlet_id, NEW.published_at)) EXECUTE FUNCTION desk_counts();
CREATE TRIGGER tips_on_desk_new AFTER INSERT ON tips FOR EACH ROW WHEN (NEW.claim_id IS NOT NULL) EXECUTE FUNCTION desk_counts();
CREATE TRIGGER tips_on_desk AFTER UPDATE OF claim_id ON tips FOR EACH ROW WHEN (OLD.claim_id IS DISTINCT FROM NEW.claim_id) EXECUTE FUNCTION desk_counts();

-- What is there already.
INSERT INTO claim_desk (claim_id, stage, language, assignee_id, claimant_id, filed_at, heard_at, xid)
SELECT id, stage, language, assignee_id, claimant_id, created_at, created_at, pg_current_xact_id() FROM claims;
SELECT count(desk_recount(x.claim_id)) FROM (SELECT claim_id FROM appearances WHERE stance IN ('makes', 'repeats') UNION SELECT claim_id FROM tips WHERE claim_id IS NOT NULL) AS x;

-- A tip is answered by somebody.
ALTER TABLE tips
    ADD COLUMN answer     text NOT NULL DEFAULT '',       -- what the tipster is to be told
    ADD COLUMN handled_by uuid REFERENCES actors (id),
    ADD COLUMN handled_at timestamptz;
CREATE INDEX tips_handled_by ON tips (handled_by);
ALTER FUNCTION redaction_places RENAME TO redaction_places_before_desk;
-- +goose StatementBegin
CREATE FUNCTION redaction_places() RETURNS TABLE (place text, kind text, key text, counts text) LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT * FROM redaction_places_before_desk()
    UNION ALL VALUES ('tips.answer', 'text', 'id = $1::uuid', 'version = version + 1')
$$;
-- +goose StatementEnd

-- A key may end by itself.
ALTER TABLE keys ADD COLUMN expires_at timestamptz CHECK (expires_at > created_at);

-- The house's own pages, such as its method and its policies: a new text is a new version, and all of them stay readable.
CREATE TABLE policies (
    id         uuid PRIMARY KEY,
    slug       text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    version    integer NOT NULL CHECK (version > 0),
    language   text NOT NULL CHECK (language <> ''),
    title      text NOT NULL CHECK (title <> ''),
    body       text NOT NULL,                              -- Markdown
    note       text NOT NULL DEFAULT '',                   -- what changed; public
    written_by uuid NOT NULL REFERENCES actors (id),
    created_at timestamptz NOT NULL,
    CONSTRAINT policies_slug_language_version_key UNIQUE (slug, language, version)
);
CREATE INDEX policies_written_by ON policies (written_by);
CREATE TRIGGER policies_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON policies FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT ON policies DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();

-- An import in the browser: the file as it was uploaded, how to read it, how far it is.
CREATE TABLE import_jobs (
    id          uuid PRIMARY KEY,
    import_id   uuid REFERENCES imports (id),               -- the run; NULL before it began and for a dry run
    name        text NOT NULL,
    state       text NOT NULL CHECK (state IN ('waiting', 'running', 'stopped', 'done', 'failed')),
    stop        boolean NOT NULL DEFAULT false,             -- somebody asked it to stop after the batch it is at
    options     jsonb NOT NULL,
    format      text NOT NULL DEFAULT '',                   -- as it was recognised
    content     bytea,                                      -- NULL once it is not needed any more
    size        bigint NOT NULL,
    place       bigint NOT NULL DEFAULT 0,                  -- bytes read
    read        bigint NOT NULL DEFAULT 0,
    created     bigint NOT NULL DEFAULT 0,
    updated     bigint NOT NULL DEFAULT 0,
    unchanged   bigint NOT NULL DEFAULT 0,
    rejected    bigint NOT NULL DEFAULT 0,
    problem     text NOT NULL DEFAULT '',                   -- why it failed, for a person
    actor_id    uuid NOT NULL REFERENCES actors (id),
    created_at  timestamptz NOT NULL,
    began_at    timestamptz,
    finished_at timestamptz,
    CONSTRAINT import_jobs_add_up CHECK (read = created + updated + unchanged + rejected)
);
CREATE INDEX import_jobs_import_id ON import_jobs (import_id);
CREATE INDEX import_jobs_actor_id ON import_jobs (actor_id);
CREATE INDEX import_jobs_kept ON import_jobs (finished_at) WHERE content IS NOT NULL;

-- What became of its records: all that were rejected or noted, and the first of the others.
CREATE TABLE import_outcomes (
    job_id  uuid NOT NULL REFERENCES import_jobs (id),
    n       bigint NOT NULL,                                -- the record's place among records and rejects, from 1
    line    bigint NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('created', 'updated', 'unchanged', 'rejected')),
    text    text NOT NULL DEFAULT '',                       -- the claim, cut short; erased with the file
    reason  text NOT NULL DEFAULT '',
    notes   text NOT NULL DEFAULT '',
    PRIMARY KEY (job_id, n)
);
-- What was taken out must not stay in a file that waits here, nor in what is shown of it.
-- +goose StatementBegin
CREATE FUNCTION import_files_go() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE import_jobs SET content = NULL WHERE content IS NOT NULL AND state NOT IN ('waiting', 'running');
    UPDATE import_outcomes SET text = '', reason = '', notes = '' WHERE text <> '' OR reason <> '' OR notes <> '';
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER import_files_go AFTER INSERT ON redactions FOR EACH STATEMENT EXECUTE FUNCTION import_files_go();

-- The audit log is searched by act and by time.
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_noun ON audit (split_part(action, '.', 1), id);
CREATE INDEX audit_at ON audit (at, id);
-- What waits for approval.
CREATE INDEX verdict_versions_waiting ON verdict_versions (submitted_at, id) WHERE state = 'submitted';
