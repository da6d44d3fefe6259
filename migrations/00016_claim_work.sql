-- The work on a claim besides the claim and its verdict: what colleagues say to each other, whose interest keeps them out of
-- it, which outlets were told, sources that are kept in confidence, files, and who has the claim open. All of it is the
-- newsroom's alone; what readers learn of it stands in the verdict.

-- +goose Up
CREATE TABLE comments (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim_id uuid NOT NULL REFERENCES claims (id),
    text     text NOT NULL,                            -- erased when it is taken back
    said_by  uuid NOT NULL REFERENCES people (id),
    said_at  timestamptz NOT NULL,
    back_at  timestamptz,                              -- taken back by who said it
    CONSTRAINT comments_say_something CHECK ((text = '') = (back_at IS NOT NULL))
);
CREATE INDEX comments_claim_id ON comments (claim_id, id);
CREATE INDEX comments_said_by ON comments (said_by);
CREATE TABLE comment_mentions (
    comment_id bigint NOT NULL REFERENCES comments (id),
    person_id  uuid NOT NULL REFERENCES people (id),
    seen_at    timestamptz,
    PRIMARY KEY (comment_id, person_id)
);
CREATE INDEX comment_mentions_unseen ON comment_mentions (person_id, comment_id) WHERE seen_at IS NULL;
CREATE INDEX comment_mentions_person_id ON comment_mentions (person_id);

-- A declared conflict of interest, of a claim, of all claims of a claimant, or of a topic. It ends; it is not deleted.
CREATE TABLE interests (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id   uuid NOT NULL REFERENCES people (id),
    claim_id    uuid REFERENCES claims (id),
    claimant_id uuid REFERENCES claimants (id),
    topic_id    uuid REFERENCES topics (id),
    reason      text NOT NULL CHECK (reason <> ''),
    declared_at timestamptz NOT NULL,
    ended_at    timestamptz,
    CONSTRAINT interests_are_in_one_thing CHECK (num_nonnulls(claim_id, claimant_id, topic_id) = 1)
);
CREATE INDEX interests_person_id ON interests (person_id);
CREATE INDEX interests_claim_id ON interests (claim_id);
CREATE INDEX interests_claimant_id ON interests (claimant_id);
CREATE INDEX interests_topic_id ON interests (topic_id);
CREATE UNIQUE INDEX interests_once ON interests (person_id, coalesce(claim_id, claimant_id, topic_id)) WHERE ended_at IS NULL;

-- +goose StatementBegin
CREATE FUNCTION has_interest(person uuid, claim uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM interests i WHERE i.person_id = person AND i.ended_at IS NULL AND (i.claim_id = claim
        OR i.claimant_id = (SELECT c.claimant_id FROM claims c WHERE c.id = claim)
        OR i.topic_id IN (SELECT ct.topic_id FROM claim_topics ct WHERE ct.claim_id = claim AND NOT ct.dropped)))
$$;
-- +goose StatementEnd
-- Nobody is given a claim they have an interest in, and nobody approves a verdict on one.
-- +goose StatementBegin
CREATE FUNCTION claims_assignee_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF has_interest(NEW.assignee_id, NEW.id) THEN
        RAISE EXCEPTION 'they have declared a conflict of interest, so this claim is not given to them' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claims_assignee_has_no_interest';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER claims_assignee_guard BEFORE UPDATE OF assignee_id ON claims FOR EACH ROW
    WHEN (NEW.assignee_id IS NOT NULL AND NEW.assignee_id IS DISTINCT FROM OLD.assignee_id) EXECUTE FUNCTION claims_assignee_guard();
-- +goose StatementBegin
CREATE FUNCTION verdict_versions_interest() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF has_interest(NEW.approved_by, (SELECT v.claim_id FROM verdicts v WHERE v.id = NEW.verdict_id)) THEN
        RAISE EXCEPTION 'you have declared a conflict of interest in this; ask a colleague to approve it' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verdict_versions_no_interest';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER verdict_versions_interest BEFORE UPDATE OF state ON verdict_versions FOR EACH ROW
    WHEN (NEW.state = 'published' AND OLD.state <> 'published' AND NEW.approved_by IS NOT NULL) EXECUTE FUNCTION verdict_versions_interest();
-- Nor is an interest ended by deleting it.
CREATE TRIGGER interests_stay BEFORE DELETE OR TRUNCATE ON interests FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- An outlet was told that what its article says was checked.
CREATE TABLE outlet_notices (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim_id    uuid NOT NULL REFERENCES claims (id),
    article_id  uuid NOT NULL REFERENCES articles (id),
    told_at     timestamptz NOT NULL,
    how         text NOT NULL CHECK (how <> ''),
    answer      text NOT NULL DEFAULT '',
    answered_at timestamptz,
    noted_by    uuid NOT NULL REFERENCES people (id),
    noted_at    timestamptz NOT NULL,
    version     integer NOT NULL DEFAULT 1,
    CONSTRAINT outlet_notices_answer CHECK ((answer = '') = (answered_at IS NULL))
);
CREATE INDEX outlet_notices_claim_id ON outlet_notices (claim_id, id);
CREATE INDEX outlet_notices_article_id ON outlet_notices (article_id);
CREATE INDEX outlet_notices_noted_by ON outlet_notices (noted_by);

-- Who a source is that is kept in confidence. Sealed with a key that is not in the database; readers get the reason alone.
CREATE TABLE confidences (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim_id     uuid NOT NULL REFERENCES claims (id),
    source_id    uuid,                                 -- of the draft it was written for; sources of drafts come and go
    reason       text NOT NULL CHECK (reason <> ''),   -- public
    sealed       bytea,                                -- AES-256-GCM; NULL once forgotten
    kept_by      uuid NOT NULL REFERENCES people (id),
    kept_at      timestamptz NOT NULL,
    forgotten_at timestamptz,
    CONSTRAINT confidences_are_kept_or_forgotten CHECK ((sealed IS NULL) = (forgotten_at IS NOT NULL))
);
CREATE INDEX confidences_claim_id ON confidences (claim_id);
CREATE INDEX confidences_kept_by ON confidences (kept_by);

-- Files of the newsroom's own: a letter, a scan, a table. They are only ever sent to be saved.
CREATE TABLE claim_files (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim_id uuid NOT NULL REFERENCES claims (id),
    name     text NOT NULL CHECK (name <> ''),
    type     text NOT NULL,                            -- told by the content
    size     bigint NOT NULL CHECK (size > 0),
    sha256   bytea NOT NULL CHECK (length(sha256) = 32),
    body     bytea,                                    -- NULL once it is taken down
    added_by uuid NOT NULL REFERENCES people (id),
    added_at timestamptz NOT NULL,
    down_by  uuid REFERENCES people (id),
    down_at  timestamptz,
    CONSTRAINT claim_files_are_there_or_down CHECK ((body IS NULL) = (down_at IS NOT NULL) AND (down_by IS NULL) = (down_at IS NULL))
);
CREATE INDEX claim_files_claim_id ON claim_files (claim_id);
CREATE INDEX claim_files_added_by ON claim_files (added_by);
CREATE INDEX claim_files_down_by ON claim_files (down_by);

-- Who has the claim open, and where in it. No act, and forgotten soon.
CREATE TABLE claim_visits (
    claim_id  uuid NOT NULL REFERENCES claims (id),
    person_id uuid NOT NULL REFERENCES people (id),
    part      text NOT NULL DEFAULT '',
    seen_at   timestamptz NOT NULL,
    PRIMARY KEY (claim_id, person_id)
);
CREATE INDEX claim_visits_person_id ON claim_visits (person_id);

-- +goose StatementBegin
DO $$
DECLARE
    acted text;
BEGIN
    FOREACH acted IN ARRAY ARRAY['comments', 'interests', 'outlet_notices', 'confidences', 'claim_files'] LOOP
        EXECUTE format('CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OR DELETE ON %I
                        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited()', acted);
    END LOOP;
END $$;
-- +goose StatementEnd
