-- Articles and their appearances: the many-to-many link of articles and claims, with stance, quote and correction state.

-- +goose Up
CREATE TABLE outlets (
    id         uuid PRIMARY KEY,
    slug       text NOT NULL,
    name       text NOT NULL CHECK (name <> ''),
    site       text NOT NULL CHECK (site = lower(site) AND site <> ''),
    language   text NOT NULL DEFAULT '',
    country    text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    version    integer NOT NULL DEFAULT 1,
    CONSTRAINT outlets_slug_key UNIQUE (slug),
    CONSTRAINT outlets_site_key UNIQUE (site)
);

CREATE TABLE articles (
    id                  uuid PRIMARY KEY,
    slug                text NOT NULL,
    url                 text NOT NULL CHECK (octet_length(url) <= 2600), -- canonical; an index row takes 2,704 bytes
    url_hash            bytea NOT NULL CHECK (length(url_hash) = 32), -- SHA-256 of url, for look-up by prefix
    kind                text NOT NULL CHECK (kind IN ('page', 'post', 'video')),
    outlet_id           uuid REFERENCES outlets (id),
    title               text NOT NULL DEFAULT '',
    author              text NOT NULL DEFAULT '',
    language            text NOT NULL DEFAULT '',
    published_at        timestamptz,
    published_precision text CHECK (published_precision IN ('year', 'month', 'day', 'instant')),
    modified_at         timestamptz,
    text                text NOT NULL DEFAULT '',      -- extracted; never public as a whole
    added_by            uuid NOT NULL REFERENCES actors (id),
    created_at          timestamptz NOT NULL,
    version             integer NOT NULL DEFAULT 1,
    CONSTRAINT articles_slug_key UNIQUE (slug),
    CONSTRAINT articles_url_key UNIQUE (url),
    CONSTRAINT articles_published_has_precision CHECK ((published_at IS NULL) = (published_precision IS NULL))
);
CREATE INDEX articles_outlet_id ON articles (outlet_id);
CREATE INDEX articles_added_by ON articles (added_by);
CREATE INDEX articles_url_hash ON articles (url_hash);

-- All spellings of an article's address that were seen.
CREATE TABLE article_urls (
    url        text PRIMARY KEY CHECK (octet_length(url) <= 2600),
    article_id uuid NOT NULL REFERENCES articles (id),
    seen_at    timestamptz NOT NULL
);
CREATE INDEX article_urls_article_id ON article_urls (article_id);

CREATE TABLE snapshots (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_id   uuid NOT NULL REFERENCES articles (id),
    taken_at     timestamptz NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('html', 'text', 'screenshot')),
    content_type text NOT NULL,
    sha256       bytea NOT NULL CHECK (length(sha256) = 32),
    body         bytea NOT NULL,
    added_by     uuid NOT NULL REFERENCES actors (id)
);
CREATE INDEX snapshots_article_id ON snapshots (article_id, taken_at);
CREATE INDEX snapshots_added_by ON snapshots (added_by);

CREATE TABLE appearances (
    id               uuid PRIMARY KEY,
    article_id       uuid NOT NULL REFERENCES articles (id),
    claim_id         uuid NOT NULL REFERENCES claims (id),
    stance           text NOT NULL CHECK (stance IN ('makes', 'repeats', 'reports', 'disputes', 'listed')),
    set_by           text NOT NULL CHECK (set_by IN ('person', 'import')),
    listed_by        uuid REFERENCES publishers (id), -- whose import listed it: shown while they are allowed, or once a person judged it
    quote            text NOT NULL DEFAULT '',
    first_seen_at    timestamptz,
    correction_state text NOT NULL DEFAULT 'standing' CHECK (correction_state IN ('standing', 'corrected', 'removed')),
    corrected_at     timestamptz,
    position         integer NOT NULL DEFAULT 0,      -- order in the document
    created_at       timestamptz NOT NULL,
    version          integer NOT NULL DEFAULT 1,
    CONSTRAINT appearances_one_per_article_and_claim UNIQUE (claim_id, article_id),
    CONSTRAINT appearances_import_only_lists CHECK (set_by = 'person' OR stance = 'listed'),
    CONSTRAINT appearances_correction_has_date CHECK ((correction_state = 'standing') = (corrected_at IS NULL))
);
CREATE INDEX appearances_article_id ON appearances (article_id);
CREATE INDEX appearances_listed_by ON appearances (listed_by);
CREATE INDEX appearances_spreading ON appearances (first_seen_at) WHERE stance IN ('makes', 'repeats') AND correction_state = 'standing';

-- What happened to an appearance, in order.
CREATE TABLE appearance_events (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    appearance_id uuid NOT NULL REFERENCES appearances (id),
    kind          text NOT NULL CHECK (kind IN ('linked', 'stance', 'standing', 'corrected', 'removed', 'moved')),
    stance        text NOT NULL,
    quote         text NOT NULL,
    note          text NOT NULL DEFAULT '',
    at            timestamptz NOT NULL,                -- when it happened out there
    recorded_at   timestamptz NOT NULL,
    actor_id      uuid NOT NULL REFERENCES actors (id)
);
CREATE INDEX appearance_events_appearance_id ON appearance_events (appearance_id, id);
CREATE INDEX appearance_events_actor_id ON appearance_events (actor_id);

CREATE TABLE tips (
    id         uuid PRIMARY KEY,
    text       text NOT NULL DEFAULT '',
    url        text NOT NULL DEFAULT '',
    language   text NOT NULL DEFAULT '',
    contact    text NOT NULL DEFAULT '',               -- erased when it expires; never in an export or a log
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'claim', 'declined')),
    claim_id   uuid REFERENCES claims (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    version    integer NOT NULL DEFAULT 1,
    CONSTRAINT tips_say_something CHECK (text <> '' OR url <> ''),
    CONSTRAINT tips_claim_is_named CHECK ((state = 'claim') = (claim_id IS NOT NULL))
);
CREATE INDEX tips_claim_id ON tips (claim_id);
CREATE INDEX tips_state ON tips (state, id);
CREATE INDEX tips_expires_at ON tips (expires_at) WHERE contact <> '';
