-- Approval and what comes after it: each submission with who read it, who approved it and what was noted, sensitive claims
-- that two approve, publication at a time, notices to colleagues, reminders, complaints. All of it is the newsroom's alone.

-- +goose Up

-- What needs two approvals: a claim, or every claim under a topic.
CREATE TABLE sensitive_claims (
    claim_id  uuid PRIMARY KEY REFERENCES claims (id),
    marked_by uuid NOT NULL REFERENCES people (id),
    marked_at timestamptz NOT NULL
);
CREATE INDEX sensitive_claims_marked_by ON sensitive_claims (marked_by);
CREATE TABLE sensitive_topics (
    topic_id  uuid PRIMARY KEY REFERENCES topics (id),
    marked_by uuid NOT NULL REFERENCES people (id),
    marked_at timestamptz NOT NULL
);
CREATE INDEX sensitive_topics_marked_by ON sensitive_topics (marked_by);
-- +goose StatementBegin
CREATE FUNCTION is_sensitive(claim uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM sensitive_claims s WHERE s.claim_id = claim)
       OR EXISTS (SELECT FROM claim_topics ct JOIN sensitive_topics s ON s.topic_id = ct.topic_id WHERE ct.claim_id = claim AND NOT ct.dropped) $$;
-- +goose StatementEnd

-- Each time a version is submitted: the text as it stood, and what became of it. Triggers write it, so that no path forgets.
CREATE TABLE verdict_submissions (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version_id    uuid NOT NULL REFERENCES verdict_versions (id) ON DELETE CASCADE,
    n             integer NOT NULL,                    -- counts the submissions of a version from 1
    approved      text NOT NULL,                       -- canonical JSON of what was submitted
    approved_hash bytea NOT NULL,
    submitted_by  uuid NOT NULL REFERENCES people (id),
    submitted_at  timestamptz NOT NULL,
    needed        integer NOT NULL CHECK (needed IN (1, 2)), -- approvals, as marked when it was submitted
    outcome       text NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'sent_back', 'taken_back', 'published')),
    ended_by      uuid REFERENCES people (id),         -- who sent it back
    ended_at      timestamptz,
    notes         jsonb NOT NULL DEFAULT '[]',         -- on passages, with which it was sent back
    publish_at    timestamptz,                         -- approved for this moment; NULL: at once
    scheduled_by  uuid REFERENCES people (id),         -- who gave the last approval for it
    CONSTRAINT verdict_submissions_n UNIQUE (version_id, n),
    CONSTRAINT verdict_submissions_ended CHECK ((outcome = 'open') = (ended_at IS NULL)),
    CONSTRAINT verdict_submissions_scheduled CHECK ((publish_at IS NULL) = (scheduled_by IS NULL))
);
CREATE UNIQUE INDEX verdict_submissions_one_open ON verdict_submissions (version_id) WHERE outcome = 'open';
CREATE INDEX verdict_submissions_submitted_by ON verdict_submissions (submitted_by);
CREATE INDEX verdict_submissions_ended_by ON verdict_submissions (ended_by);
CREATE INDEX verdict_submissions_scheduled_by ON verdict_submissions (scheduled_by);
CREATE INDEX verdict_submissions_publish_at ON verdict_submissions (publish_at) WHERE outcome = 'open' AND publish_at IS NOT NULL;

-- Who approved which submission. An edit ends the submission, and its approvals with it: they never count for another.
CREATE TABLE approvals (
    submission_id bigint NOT NULL REFERENCES verdict_submissions (id) ON DELETE CASCADE,
    person_id     uuid NOT NULL REFERENCES people (id),
    approved_at   timestamptz NOT NULL,
    PRIMARY KEY (submission_id, person_id)
);
CREATE INDEX approvals_person_id ON approvals (person_id);
-- Who had which submission before their eyes, so that they are shown what changed since.
CREATE TABLE submission_looks (
    submission_id bigint NOT NULL REFERENCES verdict_submissions (id) ON DELETE CASCADE,
    person_id     uuid NOT NULL REFERENCES people (id),
    looked_at     timestamptz NOT NULL,
    PRIMARY KEY (submission_id, person_id)
);
CREATE INDEX submission_looks_person_id ON submission_looks (person_id);

-- What a colleague is told. Ids and a kind, never a text: what it is about is read where it stands.
CREATE TABLE notices (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people (id),
    kind      text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
    claim_id  uuid REFERENCES claims (id),
    from_id   uuid REFERENCES people (id),             -- whose act it tells of; NULL: the program's
    at        timestamptz NOT NULL,
    read_at   timestamptz
);
CREATE INDEX notices_person_id ON notices (person_id, id DESC);
CREATE INDEX notices_unread ON notices (person_id) WHERE read_at IS NULL;
CREATE INDEX notices_claim_id ON notices (claim_id);
CREATE INDEX notices_from_id ON notices (from_id);

-- When to look at a published verdict again.
CREATE TABLE verdict_reviews (
    verdict_id uuid PRIMARY KEY REFERENCES verdicts (id),
    due_on     date NOT NULL,
    note       text NOT NULL DEFAULT '',
    set_by     uuid NOT NULL REFERENCES people (id),
    set_at     timestamptz NOT NULL
);
CREATE INDEX verdict_reviews_due_on ON verdict_reviews (due_on);
CREATE INDEX verdict_reviews_set_by ON verdict_reviews (set_by);
CREATE INDEX verdict_versions_valid_to ON verdict_versions (valid_to) WHERE valid_to IS NOT NULL AND state = 'published';

-- Disputes of a verdict and complaints about the house's work. How to reach who complained expires, as with tips.
CREATE TABLE complaints (
    id          uuid PRIMARY KEY,
    claim_id    uuid REFERENCES claims (id),
    kind        text NOT NULL CHECK (kind IN ('dispute', 'complaint')),
    from_kind   text NOT NULL CHECK (from_kind IN ('reader', 'outlet', 'claimant')),
    text        text NOT NULL CHECK (text <> ''),
    url         text NOT NULL DEFAULT '' CHECK (url = '' OR url ~ '^https?://'),
    contact     text NOT NULL DEFAULT '',
    state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'upheld', 'partly', 'rejected', 'withdrawn')),
    answer      text NOT NULL DEFAULT '',              -- what was found, and told to whoever complained
    received_at timestamptz NOT NULL,
    due_on      date NOT NULL,
    expires_at  timestamptz NOT NULL,                  -- the contact is erased then
    created_by  uuid NOT NULL REFERENCES actors (id),
    decided_by  uuid REFERENCES people (id),
    decided_at  timestamptz,
    version     integer NOT NULL DEFAULT 1,
    CONSTRAINT complaints_decided CHECK ((state = 'open') = (decided_at IS NULL) AND (state = 'open') = (decided_by IS NULL)),
    CONSTRAINT complaints_say_why CHECK (state IN ('open', 'withdrawn') OR answer <> '')
);
CREATE INDEX complaints_open ON complaints (due_on, id) WHERE state = 'open';
CREATE INDEX complaints_state ON complaints (state, id DESC);
CREATE INDEX complaints_claim_id ON complaints (claim_id);
CREATE INDEX complaints_created_by ON complaints (created_by);
CREATE INDEX complaints_decided_by ON complaints (decided_by);
CREATE INDEX complaints_expires_at ON complaints (expires_at) WHERE contact <> '';

-- What is submitted now.
INSERT INTO verdict_submissions (version_id, n, approved, approved_hash, submitted_by, submitted_at, needed)
SELECT id, 1, approved, approved_hash, submitted_by, submitted_at, 1 FROM verdict_versions WHERE state = 'submitted';

-- A submission begins and ends with the state of its version, whatever path moved it. What voids an approval tells the
-- author and whoever had approved.
-- +goose StatementBegin
CREATE FUNCTION versions_submitted() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    claim uuid := (SELECT v.claim_id FROM verdicts v WHERE v.id = NEW.verdict_id);
    ended record;
BEGIN
    IF OLD.state = 'draft' AND NEW.state = 'submitted' THEN
        INSERT INTO verdict_submissions (version_id, n, approved, approved_hash, submitted_by, submitted_at, needed)
        SELECT NEW.id, coalesce(max(s.n), 0) + 1, NEW.approved, NEW.approved_hash, NEW.submitted_by, NEW.submitted_at, CASE WHEN is_sensitive(claim) THEN 2 ELSE 1 END
        FROM verdict_submissions s WHERE s.version_id = NEW.id;
    ELSIF OLD.state = 'submitted' THEN
        UPDATE verdict_submissions SET outcome = CASE NEW.state WHEN 'published' THEN 'published' ELSE 'taken_back' END, ended_at = NEW.updated_at
        WHERE version_id = NEW.id AND outcome = 'open' RETURNING id, submitted_by, outcome INTO ended;
        IF ended.outcome = 'taken_back' AND EXISTS (SELECT FROM approvals a WHERE a.submission_id = ended.id) THEN
            INSERT INTO notices (person_id, kind, claim_id, at)
            SELECT p, 'approval_void', claim, NEW.updated_at FROM (SELECT ended.submitted_by UNION SELECT a.person_id FROM approvals a WHERE a.submission_id = ended.id) AS x (p);
        END IF;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER versions_submitted AFTER UPDATE OF state ON verdict_versions FOR EACH ROW WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION versions_submitted();

-- What was submitted never changes, and it ends once.
-- +goose StatementBegin
CREATE FUNCTION verdict_submissions_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moves text[] := ARRAY['outcome', 'ended_by', 'ended_at', 'notes', 'publish_at', 'scheduled_by'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM verdict_versions v WHERE v.id = OLD.version_id) THEN RETURN OLD; END IF; -- with its draft
    ELSIF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM verdict_versions v WHERE v.id = NEW.version_id AND v.state = 'submitted' AND v.approved_hash = NEW.approved_hash AND v.submitted_by = NEW.submitted_by) THEN RETURN NEW; END IF;
    ELSIF redacting() AND to_jsonb(OLD) - ARRAY['approved', 'notes'] = to_jsonb(NEW) - ARRAY['approved', 'notes'] THEN
        RETURN NEW;
    ELSIF OLD.outcome = 'open' AND to_jsonb(OLD) - moves = to_jsonb(NEW) - moves THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was submitted stays as it was' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_submissions_stay';
END $$;
-- +goose StatementEnd
CREATE TRIGGER verdict_submissions_guard BEFORE INSERT OR UPDATE OR DELETE ON verdict_submissions FOR EACH ROW EXECUTE FUNCTION verdict_submissions_guard();
CREATE TRIGGER verdict_submissions_never_emptied BEFORE TRUNCATE ON verdict_submissions FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- An approval is given by an editor who had no hand in it, to what stands submitted, and is not unwritten.
-- +goose StatementBegin
CREATE FUNCTION approvals_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM verdict_submissions s JOIN verdict_versions v ON v.id = s.version_id WHERE s.id = OLD.submission_id) THEN RETURN OLD; END IF;
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM verdict_submissions s JOIN version_authors a ON a.version_id = s.version_id WHERE s.id = NEW.submission_id AND a.person_id = NEW.person_id) THEN
            RAISE EXCEPTION 'nobody approves their own work' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_own_work';
        END IF;
        IF has_interest(NEW.person_id, (SELECT v.claim_id FROM verdict_submissions s JOIN verdict_versions ver ON ver.id = s.version_id JOIN verdicts v ON v.id = ver.verdict_id WHERE s.id = NEW.submission_id)) THEN
            RAISE EXCEPTION 'you have declared a conflict of interest in this; ask a colleague to approve it' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_no_interest';
        END IF;
        PERFORM FROM people p WHERE p.id = NEW.person_id AND p.role IN ('editor', 'admin') AND p.disabled_at IS NULL FOR SHARE;
        IF FOUND AND EXISTS (SELECT FROM verdict_submissions s WHERE s.id = NEW.submission_id AND s.outcome = 'open') THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'an approval is given by an editor to what stands submitted, and stays' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'approvals_only_grow';
END $$;
-- +goose StatementEnd
CREATE TRIGGER approvals_guard BEFORE INSERT OR UPDATE OR DELETE ON approvals FOR EACH ROW EXECUTE FUNCTION approvals_guard();
CREATE TRIGGER approvals_never_emptied BEFORE TRUNCATE ON approvals FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- A sensitive claim is published by two approvals of the very text, given by people who may approve now. What was sensitive
-- when it was submitted stays so, whoever takes the mark off meanwhile.
-- +goose StatementBegin
CREATE FUNCTION sensitive_needs_two() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    sub   verdict_submissions%ROWTYPE;
    given integer;
BEGIN
    SELECT * INTO sub FROM verdict_submissions WHERE version_id = NEW.id AND outcome = 'open';
    IF coalesce(sub.needed, 1) < 2 AND NOT is_sensitive((SELECT v.claim_id FROM verdicts v WHERE v.id = NEW.verdict_id)) THEN RETURN NEW; END IF;
    SELECT count(*) INTO given FROM approvals a JOIN people p ON p.id = a.person_id
    WHERE a.submission_id = sub.id AND p.role IN ('editor', 'admin') AND p.disabled_at IS NULL
      AND NOT EXISTS (SELECT FROM version_authors w WHERE w.version_id = NEW.id AND w.person_id = a.person_id);
    IF given < 2 THEN
        RAISE EXCEPTION 'this claim is marked sensitive: two people approve it' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_sensitive_need_two';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER verdict_versions_sensitive_needs_two BEFORE UPDATE OF state ON verdict_versions
    FOR EACH ROW WHEN (OLD.state = 'submitted' AND NEW.state = 'published') EXECUTE FUNCTION sensitive_needs_two();

-- +goose StatementBegin
DO $$
DECLARE
    acted text;
BEGIN
    FOREACH acted IN ARRAY ARRAY['sensitive_claims', 'sensitive_topics', 'approvals', 'verdict_reviews', 'complaints'] LOOP
        EXECUTE format('CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OR DELETE ON %I
                        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited()', acted);
    END LOOP;
END $$;
-- +goose StatementEnd

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
        ('verdict_submissions', 'approved notes', 'json', 'id = $1::bigint', ''),
        ('verdict_reviews', 'note', '', 'verdict_id = $1::uuid', ''),
        ('complaints', 'text contact answer', '', 'id = $1::uuid', 'version = version + 1'),
        ('complaints', 'url', 'address', 'id = $1::uuid', 'version = version + 1'),
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
    WHEN 'verdict_submissions' THEN
        theirs := (SELECT v.claim_id FROM verdict_submissions x JOIN verdict_versions ver ON ver.id = x.version_id JOIN verdicts v ON v.id = ver.verdict_id WHERE x.id = key::bigint);
    WHEN 'verdict_reviews' THEN theirs := (SELECT x.claim_id FROM verdicts x WHERE x.id = key::uuid);
    WHEN 'complaints' THEN theirs := (SELECT x.claim_id FROM complaints x WHERE x.id = key::uuid);
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
            WHEN 'proposal' THEN 'proposals.' WHEN 'complaint' THEN 'complaints.' WHEN 'claimant' THEN 'claimants.' ELSE '' END, typeid_uuid(object)::text, family, people);
    ELSE RETURN false;
    END CASE;
    IF theirs = ANY (family) THEN RETURN true; END IF;
    RETURN theirs IS NOT NULL AND place IN ('claim_states.document', 'verdict_versions.approved', 'verdict_submissions.approved') AND (
        redaction_claimants(ARRAY[theirs]) && people
        OR EXISTS (SELECT FROM appearances o JOIN appearances ap ON ap.article_id = o.article_id WHERE o.claim_id = theirs AND ap.claim_id = ANY (family)));
END $$;
-- +goose StatementEnd
