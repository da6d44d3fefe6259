-- Claims and what they are filed under.

-- +goose Up
CREATE TABLE claimants (
    id                 uuid PRIMARY KEY,
    slug               text NOT NULL,
    name               text NOT NULL CHECK (name <> ''),
    kind               text NOT NULL CHECK (kind IN ('person', 'organisation', 'anonymous')),
    description        text NOT NULL DEFAULT '',  -- who they are; for a private person what readers see instead of the name
    same_as            text NOT NULL DEFAULT '',  -- an address that says who they are; people are merged by it, never by name
    private            boolean NOT NULL DEFAULT false, -- a private person is unnamed on every public way out
    named_reason       text NOT NULL DEFAULT '',  -- why a private person is named all the same
    named_proposed_by  uuid REFERENCES people (id),
    named_approved_by  uuid REFERENCES people (id),
    publisher_id       uuid REFERENCES publishers (id), -- whose import named them; NULL for the house's own
    created_at         timestamptz NOT NULL,
    version            integer NOT NULL DEFAULT 1,
    CONSTRAINT claimants_slug_key UNIQUE (slug),
    CONSTRAINT claimants_private_is_person CHECK (NOT private OR kind = 'person'),
    CONSTRAINT claimants_naming_needs_two CHECK (
        named_approved_by IS NULL
        OR (named_reason <> '' AND named_proposed_by IS NOT NULL AND named_proposed_by <> named_approved_by))
);
CREATE UNIQUE INDEX claimants_same_as ON claimants (same_as) WHERE same_as <> '';
CREATE INDEX claimants_name ON claimants (lower(name));
CREATE INDEX claimants_named_proposed_by ON claimants (named_proposed_by);
CREATE INDEX claimants_named_approved_by ON claimants (named_approved_by);
CREATE INDEX claimants_publisher_id ON claimants (publisher_id);

CREATE TABLE topics (
    id         uuid PRIMARY KEY,
    slug       text NOT NULL,
    name       text NOT NULL CHECK (name <> ''),
    names      jsonb NOT NULL DEFAULT '{}',       -- the name in other languages, by BCP 47 tag
    created_at timestamptz NOT NULL,
    version    integer NOT NULL DEFAULT 1,
    CONSTRAINT topics_slug_key UNIQUE (slug)
);

CREATE TABLE claims (
    id             uuid PRIMARY KEY,
    slug           text NOT NULL,
    text           text NOT NULL CHECK (text <> ''),
    text_key       bytea NOT NULL CHECK (length(text_key) = 32), -- SHA-256 of the normalised text and language
    language       text NOT NULL CHECK (language <> ''),
    claimant_id    uuid REFERENCES claimants (id),
    date           timestamptz,
    date_precision text CHECK (date_precision IN ('year', 'month', 'day', 'instant')),
    place          text NOT NULL DEFAULT '',
    why            text NOT NULL DEFAULT '',       -- why this claim is checked; shown
    stage          text NOT NULL CHECK (stage IN ('tip', 'triage', 'checking', 'in_review', 'published', 'declined', 'merged')),
    stage_note     text NOT NULL DEFAULT '',       -- why declined or merged
    assignee_id    uuid REFERENCES people (id),
    merged_into    uuid REFERENCES claims (id),
    created_by     uuid NOT NULL REFERENCES actors (id),
    edited_by      uuid NOT NULL REFERENCES actors (id),
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    version        integer NOT NULL DEFAULT 1,
    CONSTRAINT claims_slug_key UNIQUE (slug),
    CONSTRAINT claims_date_has_precision CHECK ((date IS NULL) = (date_precision IS NULL)),
    CONSTRAINT claims_merged_says_where CHECK ((stage = 'merged') = (merged_into IS NOT NULL)),
    CONSTRAINT claims_not_into_itself CHECK (merged_into <> id)
);
CREATE INDEX claims_text_key ON claims (text_key);
CREATE INDEX claims_claimant_id ON claims (claimant_id);
CREATE INDEX claims_assignee_id ON claims (assignee_id);
CREATE INDEX claims_merged_into ON claims (merged_into);
CREATE INDEX claims_created_by ON claims (created_by);
CREATE INDEX claims_edited_by ON claims (edited_by);
CREATE INDEX claims_stage ON claims (stage, id);

-- Every slug a claim ever had. Addresses are for ever: an old slug redirects, and is never given to another claim.
CREATE TABLE claim_slugs (
    slug       text COLLATE "C" PRIMARY KEY,
    claim_id   uuid NOT NULL REFERENCES claims (id) DEFERRABLE INITIALLY DEFERRED, -- the slug is taken first
    created_at timestamptz NOT NULL
);
CREATE INDEX claim_slugs_claim_id ON claim_slugs (claim_id);
CREATE TRIGGER claim_slugs_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON claim_slugs FOR EACH STATEMENT EXECUTE FUNCTION refuse();
ALTER TABLE claims ADD CONSTRAINT claims_slug_is_kept FOREIGN KEY (slug) REFERENCES claim_slugs (slug) DEFERRABLE INITIALLY DEFERRED;
CREATE TRIGGER claims_are_for_ever BEFORE DELETE OR TRUNCATE ON claims FOR EACH STATEMENT EXECUTE FUNCTION refuse();

CREATE TABLE claim_topics (
    claim_id uuid NOT NULL REFERENCES claims (id),
    topic_id uuid NOT NULL REFERENCES topics (id),
    PRIMARY KEY (claim_id, topic_id)
);
CREATE INDEX claim_topics_topic_id ON claim_topics (topic_id, claim_id);

-- The claim in other languages and variants.
-- No key over the text: an index row takes 2,704 bytes, and a redaction names rows, never their text.
CREATE TABLE wordings (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim_id  uuid NOT NULL REFERENCES claims (id),
    language  text NOT NULL CHECK (language <> ''),
    text      text NOT NULL CHECK (text <> ''),
    edited_by uuid NOT NULL REFERENCES actors (id)
);
CREATE INDEX wordings_claim_id ON wordings (claim_id);
CREATE INDEX wordings_edited_by ON wordings (edited_by);

CREATE TABLE media (
    id         uuid PRIMARY KEY,
    claim_id   uuid NOT NULL REFERENCES claims (id),
    url        text NOT NULL CHECK (url ~ '^https?://'),
    kind       text NOT NULL CHECK (kind IN ('image', 'video', 'audio')),
    hash       bytea,                              -- perceptual hash
    category   text NOT NULL DEFAULT '' CHECK (category IN ('', 'OriginalMediaContent', 'DecontextualizedContent', 'EditedOrCroppedContent', 'TransformedContent', 'StagedContent', 'SatireOrParodyContent')),
    alt        text NOT NULL DEFAULT '',
    edited_by  uuid NOT NULL REFERENCES actors (id),
    created_at timestamptz NOT NULL
);
CREATE INDEX media_claim_id ON media (claim_id);
CREATE INDEX media_edited_by ON media (edited_by);
