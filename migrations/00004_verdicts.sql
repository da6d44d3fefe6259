-- Verdicts: a chain of versions with their sources, and what moves afterwards in rows of its own.

-- +goose Up
CREATE TABLE imports (
    id          uuid PRIMARY KEY,
    name        text NOT NULL,                         -- file name as given
    format      text NOT NULL,
    actor_id    uuid NOT NULL REFERENCES actors (id),
    legacy      boolean NOT NULL DEFAULT false,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,
    read        bigint NOT NULL DEFAULT 0,
    created     bigint NOT NULL DEFAULT 0,
    updated     bigint NOT NULL DEFAULT 0,
    unchanged   bigint NOT NULL DEFAULT 0,
    rejected    bigint NOT NULL DEFAULT 0,
    CONSTRAINT imports_add_up CHECK (read = created + updated + unchanged + rejected)
);
CREATE INDEX imports_actor_id ON imports (actor_id);

CREATE TABLE verdicts (
    id                 uuid PRIMARY KEY,
    claim_id           uuid NOT NULL REFERENCES claims (id),
    publisher_id       uuid NOT NULL REFERENCES publishers (id),
    origin             text NOT NULL CHECK (origin IN ('house', 'legacy', 'imported')),
    state              text NOT NULL CHECK (state IN ('unpublished', 'current', 'suspended', 'retracted')),
    notice             text NOT NULL DEFAULT '',       -- public reason of a suspension or retraction
    current_version_id uuid,
    restored_by        uuid,                           -- the approved proposal that lifted the last suspension
    created_at         timestamptz NOT NULL,
    CONSTRAINT verdicts_one_per_claim_and_publisher UNIQUE (claim_id, publisher_id),
    CONSTRAINT verdicts_public_has_version CHECK ((state = 'unpublished') = (current_version_id IS NULL))
);
CREATE INDEX verdicts_publisher_id ON verdicts (publisher_id);
CREATE INDEX verdicts_current_version_id ON verdicts (current_version_id);
CREATE INDEX verdicts_restored_by ON verdicts (restored_by);

CREATE TABLE verdict_versions (
    id               uuid PRIMARY KEY,
    verdict_id       uuid NOT NULL REFERENCES verdicts (id),
    n                integer,                          -- counts published versions from 1; NULL before
    state            text NOT NULL CHECK (state IN ('draft', 'submitted', 'published')),
    -- what is approved
    scale_id         uuid,
    label            text NOT NULL DEFAULT '',
    truth            text NOT NULL DEFAULT '' CHECK (truth IN ('', 'true', 'mostly_true', 'mixed', 'mostly_false', 'false')),
    reasons          text[] NOT NULL DEFAULT '{}' CHECK (reasons <@ ARRAY['missing_context', 'altered', 'fabricated', 'misattributed', 'outdated', 'satire', 'scam', 'unsupported', 'unproven']),
    language         text NOT NULL DEFAULT '',
    headline         text NOT NULL DEFAULT '',
    answer           text NOT NULL DEFAULT '',
    body             text NOT NULL DEFAULT '',
    what_is_true     text NOT NULL DEFAULT '',
    what_is_false    text NOT NULL DEFAULT '',
    what_is_unknown  text NOT NULL DEFAULT '',
    how_checked      text NOT NULL DEFAULT '',
    replies          jsonb NOT NULL DEFAULT '[]',
    waivers          jsonb NOT NULL DEFAULT '[]',
    wordings         jsonb NOT NULL DEFAULT '[]',      -- headline and answer in other languages
    valid_from       timestamptz,
    valid_to         timestamptz,
    correction_kind  text NOT NULL DEFAULT '' CHECK (correction_kind IN ('', 'update', 'clarification', 'correction', 'retraction')),
    correction_note  text NOT NULL DEFAULT '',
    -- imported and legacy
    review_url       text NOT NULL DEFAULT '',
    import_id        uuid REFERENCES imports (id),
    import_hash      bytea,                            -- of the record it was made from: the same record changes nothing
    original_at      timestamptz,                      -- when the publisher published it
    original_precision text CHECK (original_precision IN ('year', 'month', 'day', 'instant')),
    byline           text NOT NULL DEFAULT '',         -- as imported; the house's come from people
    -- how it came about
    note             text NOT NULL DEFAULT '',         -- why it was sent back
    approved         text,                             -- canonical JSON (RFC 8785) of what was submitted
    approved_hash    bytea,
    created_by       uuid NOT NULL REFERENCES actors (id),
    edited_by        uuid NOT NULL REFERENCES actors (id),
    submitted_by     uuid REFERENCES people (id),
    submitted_at     timestamptz,
    approved_by      uuid REFERENCES people (id),
    published_at     timestamptz,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    version          integer NOT NULL DEFAULT 1,       -- guards edits
    CONSTRAINT verdict_versions_label FOREIGN KEY (scale_id, label) REFERENCES scale_labels (scale_id, label),
    CONSTRAINT verdict_versions_n UNIQUE (verdict_id, n),
    CONSTRAINT verdict_versions_published CHECK ((state = 'published') = (published_at IS NOT NULL) AND (state = 'published') = (n IS NOT NULL)),
    CONSTRAINT verdict_versions_submitted CHECK (state = 'draft' OR import_id IS NOT NULL OR (submitted_by IS NOT NULL AND submitted_at IS NOT NULL AND approved IS NOT NULL AND approved_hash IS NOT NULL)),
    CONSTRAINT verdict_versions_correction_says_why CHECK (correction_kind = '' OR correction_note <> ''),
    CONSTRAINT verdict_versions_original CHECK ((original_at IS NULL) = (original_precision IS NULL)),
    CONSTRAINT verdict_versions_valid CHECK (valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from)
);
CREATE UNIQUE INDEX verdict_versions_one_open ON verdict_versions (verdict_id) WHERE state IN ('draft', 'submitted');
CREATE INDEX verdict_versions_scale_id ON verdict_versions (scale_id, label);
CREATE INDEX verdict_versions_import_id ON verdict_versions (import_id);
CREATE INDEX verdict_versions_created_by ON verdict_versions (created_by);
CREATE INDEX verdict_versions_edited_by ON verdict_versions (edited_by);
CREATE INDEX verdict_versions_submitted_by ON verdict_versions (submitted_by);
CREATE INDEX verdict_versions_approved_by ON verdict_versions (approved_by);
-- Whom the approved text names: their documents are rebuilt when they become private or are renamed. In canonical JSON the
-- words are always spelled so, and never inside a text, where quotation marks are escaped.
CREATE INDEX verdict_versions_claimant ON verdict_versions (substring(approved FROM '"claimant":\{"id":"(claimant_[0-9a-z]{26})"'))
    WHERE approved IS NOT NULL;
CREATE INDEX verdict_versions_unmapped ON verdict_versions (label) WHERE scale_id IS NULL;
ALTER TABLE verdicts ADD CONSTRAINT verdicts_current_version FOREIGN KEY (current_version_id) REFERENCES verdict_versions (id);

-- Whoever had a hand in a version: its editors, those of its sources, and those of the claim while the version was open.
CREATE TABLE version_authors (
    version_id uuid NOT NULL REFERENCES verdict_versions (id),
    person_id  uuid NOT NULL REFERENCES people (id),
    PRIMARY KEY (version_id, person_id)
);
CREATE INDEX version_authors_person_id ON version_authors (person_id);

CREATE TABLE sources (
    id         uuid PRIMARY KEY,
    version_id uuid NOT NULL REFERENCES verdict_versions (id),
    position   integer NOT NULL,
    url        text NOT NULL DEFAULT '' CHECK (url = '' OR url ~ '^https?://'),
    document   text NOT NULL DEFAULT '',               -- locator of a source without an address
    title      text NOT NULL DEFAULT '',
    origin     text NOT NULL DEFAULT '',
    kind       text NOT NULL CHECK (kind IN ('primary', 'secondary')),
    bearing    text NOT NULL CHECK (bearing IN ('for', 'against', 'context')),
    quote      text NOT NULL DEFAULT '',
    read_at    date,
    interest   text NOT NULL DEFAULT '',
    edited_by  uuid NOT NULL REFERENCES actors (id),
    CONSTRAINT sources_position_key UNIQUE (version_id, position) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX sources_edited_by ON sources (edited_by);

-- What moves after publication: archived copies and link health.
CREATE TABLE source_archives (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id   uuid NOT NULL REFERENCES sources (id),
    url         text NOT NULL CHECK (url ~ '^https?://'),
    archived_at timestamptz NOT NULL,
    added_by    uuid NOT NULL REFERENCES actors (id)
);
CREATE INDEX source_archives_source_id ON source_archives (source_id, id);
CREATE INDEX source_archives_added_by ON source_archives (added_by);
CREATE TABLE source_checks (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id  uuid NOT NULL REFERENCES sources (id),
    health     text NOT NULL CHECK (health IN ('alive', 'dead', 'drifted')),
    status     integer,                                -- HTTP status, if there was an answer
    detail     text NOT NULL DEFAULT '',
    checked_at timestamptz NOT NULL
);
CREATE INDEX source_checks_source_id ON source_checks (source_id, id);

-- The identity of an imported check: publisher, review address, claim text.
CREATE TABLE import_records (
    publisher_id uuid NOT NULL REFERENCES publishers (id),
    review_url   text NOT NULL,
    text_key     bytea NOT NULL CHECK (length(text_key) = 32),
    claim_id     uuid NOT NULL REFERENCES claims (id),
    verdict_id   uuid NOT NULL REFERENCES verdicts (id),
    hash         bytea NOT NULL CHECK (length(hash) = 32),
    import_id    uuid NOT NULL REFERENCES imports (id),
    PRIMARY KEY (publisher_id, review_url, text_key)
);
CREATE INDEX import_records_claim_id ON import_records (claim_id);
CREATE INDEX import_records_verdict_id ON import_records (verdict_id);
CREATE INDEX import_records_import_id ON import_records (import_id);

-- Acts that need a second person besides the approval of a version: restoring, redacting, naming a private person.
CREATE TABLE proposals (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('restore', 'redact', 'name')),
    claim_id    uuid REFERENCES claims (id),
    verdict_id  uuid REFERENCES verdicts (id),
    claimant_id uuid REFERENCES claimants (id),
    reason      text NOT NULL CHECK (reason <> ''),    -- public for a restoration, else the newsroom's own
    class       text NOT NULL DEFAULT '' CHECK (class IN ('', 'court_order', 'private_data', 'safety', 'copyright')), -- of a redaction
    passage     text NOT NULL DEFAULT '',              -- of a redaction, until it is decided; then erased
    proposed_by uuid NOT NULL REFERENCES people (id),
    proposed_at timestamptz NOT NULL,
    decision    text NOT NULL DEFAULT 'open' CHECK (decision IN ('open', 'approved', 'refused')),
    decided_by  uuid REFERENCES people (id),
    decided_at  timestamptz,
    CONSTRAINT proposals_decided CHECK ((decision = 'open') = (decided_by IS NULL) AND (decision = 'open') = (decided_at IS NULL)),
    CONSTRAINT proposals_need_two CHECK (decision <> 'approved' OR decided_by <> proposed_by),
    CONSTRAINT proposals_forget CHECK (decision = 'open' OR passage = ''),
    CONSTRAINT proposals_object CHECK (
        (kind = 'restore' AND verdict_id IS NOT NULL) OR (kind = 'redact' AND claim_id IS NOT NULL) OR (kind = 'name' AND claimant_id IS NOT NULL))
);
CREATE UNIQUE INDEX proposals_one_open_restore ON proposals (verdict_id) WHERE kind = 'restore' AND decision = 'open';
CREATE UNIQUE INDEX proposals_one_open_name ON proposals (claimant_id) WHERE kind = 'name' AND decision = 'open';
CREATE INDEX proposals_decision ON proposals (decision, id);
CREATE INDEX proposals_claim_id ON proposals (claim_id);
CREATE INDEX proposals_verdict_id ON proposals (verdict_id);
CREATE INDEX proposals_claimant_id ON proposals (claimant_id);
CREATE INDEX proposals_proposed_by ON proposals (proposed_by);
CREATE INDEX proposals_decided_by ON proposals (decided_by);
ALTER TABLE verdicts ADD CONSTRAINT verdicts_restored_by FOREIGN KEY (restored_by) REFERENCES proposals (id);

-- What was redacted, by place and never by text, so that it can be replayed on a restored backup.
CREATE TABLE redactions (
    id          uuid PRIMARY KEY,
    proposal_id uuid REFERENCES proposals (id),        -- NULL: replayed on a backup from before the proposal
    claim_id    uuid NOT NULL REFERENCES claims (id),
    position    integer NOT NULL,                      -- order within the proposal: one field may be changed by several
    reason      text NOT NULL CHECK (reason IN ('court_order', 'private_data', 'safety', 'copyright')),
    notice      text NOT NULL CHECK (notice <> ''),    -- what stands there now
    place       text NOT NULL,                         -- table.column
    row_id      text NOT NULL,                         -- as redaction_places says; holds no text either
    was         bytea NOT NULL,                        -- SHA-256 of the field before, to recognise it in a restored backup
    spans       int4[] NOT NULL,                       -- start (from 1) and length in characters, in bytes of a bytea, pairwise, from the end
    applied_at  timestamptz NOT NULL
);
CREATE INDEX redactions_proposal_id ON redactions (proposal_id);
CREATE INDEX redactions_claim_id ON redactions (claim_id);
CREATE TRIGGER redactions_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON redactions FOR EACH STATEMENT EXECUTE FUNCTION refuse();
