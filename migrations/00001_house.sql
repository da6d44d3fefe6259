-- The house: who acts, whose verdicts these are, on which scales, and the log of every act.
-- Rule for all migrations: forward only, never edited once merged; a release runs before and after its own.

-- +goose Up
CREATE TABLE installation (
    id          smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    demo        boolean NOT NULL DEFAULT false, -- serve refuses a demonstration's database
    created_at  timestamptz NOT NULL DEFAULT now(),
    render_epoch bigint NOT NULL DEFAULT 1      -- counts what changes pages without a change entry: settings, names
);
INSERT INTO installation DEFAULT VALUES;

CREATE TABLE people (
    id            uuid PRIMARY KEY,
    email         text NOT NULL CHECK (email = lower(email) AND email <> ''),
    name          text NOT NULL CHECK (name <> ''),
    byline        text NOT NULL DEFAULT '',     -- what readers see; outside what is approved
    role          text NOT NULL CHECK (role IN ('checker', 'editor', 'admin')),
    password_hash text NOT NULL DEFAULT '',     -- argon2id, PHC string; '' means none is set yet
    disabled_at   timestamptz,                  -- people are disabled, never deleted
    created_at    timestamptz NOT NULL,
    version       integer NOT NULL DEFAULT 1,
    CONSTRAINT people_email_key UNIQUE (email)
);

CREATE TABLE publishers (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    site       text NOT NULL CHECK (site = lower(site) AND site <> ''), -- host without scheme and www.
    is_house   boolean NOT NULL DEFAULT false,
    allowed_at timestamptz,                     -- nothing of an imported publisher is public before
    licence    text NOT NULL DEFAULT '',
    language   text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    version    integer NOT NULL DEFAULT 1,
    CONSTRAINT publishers_site_key UNIQUE (site),
    CONSTRAINT publishers_house_is_allowed CHECK (NOT is_house OR allowed_at IS NOT NULL)
);
CREATE UNIQUE INDEX publishers_one_house ON publishers (is_house) WHERE is_house;

CREATE TABLE keys (
    id           uuid PRIMARY KEY,
    name         text NOT NULL CHECK (name <> ''),
    hash         bytea NOT NULL CHECK (length(hash) = 32), -- SHA-256 of the key; the key itself is shown once
    hint         text NOT NULL,                            -- its first characters, to recognise it by
    scopes       text[] NOT NULL CHECK (scopes <@ ARRAY['read', 'file', 'manage'] AND 'read' = ANY (scopes)),
    owner_id     uuid REFERENCES people (id),
    publisher_id uuid REFERENCES publishers (id),
    created_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    CONSTRAINT keys_hash_key UNIQUE (hash),
    CONSTRAINT keys_writer_has_owner CHECK (owner_id IS NOT NULL OR scopes = ARRAY['read'])
);
CREATE INDEX keys_owner_id ON keys (owner_id);
CREATE INDEX keys_publisher_id ON keys (publisher_id);

-- An actor is whoever an act is written down for. A key acts for its owner: person_id is then the owner.
CREATE TABLE actors (
    id        uuid PRIMARY KEY,
    kind      text NOT NULL CHECK (kind IN ('person', 'key', 'operator', 'system')),
    person_id uuid REFERENCES people (id),
    key_id    uuid REFERENCES keys (id),
    CONSTRAINT actors_shape CHECK (
        (kind = 'person' AND person_id IS NOT NULL AND key_id IS NULL)
        OR (kind = 'key' AND key_id IS NOT NULL)
        OR (kind IN ('operator', 'system') AND person_id IS NULL AND key_id IS NULL))
);
CREATE UNIQUE INDEX actors_person_id ON actors (person_id) WHERE kind = 'person';
CREATE INDEX actors_any_person_id ON actors (person_id);
CREATE UNIQUE INDEX actors_key_id ON actors (key_id);
CREATE UNIQUE INDEX actors_kind ON actors (kind) WHERE kind IN ('operator', 'system');
INSERT INTO actors (id, kind) VALUES
    ('00000000-0000-7000-8000-000000000001', 'operator'),
    ('00000000-0000-7000-8000-000000000002', 'system');

CREATE TABLE scales (
    id           uuid PRIMARY KEY,
    slug         text NOT NULL,
    version      integer NOT NULL CHECK (version > 0),
    name         text NOT NULL,
    site         text NOT NULL DEFAULT '',      -- whose scale; '' for the house's and shared ones
    created_at   timestamptz NOT NULL,
    CONSTRAINT scales_slug_version_key UNIQUE (slug, version)
);
CREATE TABLE scale_labels (
    scale_id   uuid NOT NULL REFERENCES scales (id),
    position   integer NOT NULL,
    label      text NOT NULL CHECK (label <> ''),
    truth      text NOT NULL DEFAULT '' CHECK (truth IN ('', 'true', 'mostly_true', 'mixed', 'mostly_false', 'false')),
    reasons    text[] NOT NULL DEFAULT '{}' CHECK (reasons <@ ARRAY['missing_context', 'altered', 'fabricated', 'misattributed', 'outdated', 'satire', 'scam', 'unsupported', 'unproven']),
    definition text NOT NULL DEFAULT '',
    value      integer NOT NULL DEFAULT 0 CHECK (value BETWEEN 0 AND 5),
    aliases    text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (scale_id, label),
    CONSTRAINT scale_labels_position_key UNIQUE (scale_id, position)
);

-- House rules and names; one row per setting, the value as JSON.
CREATE TABLE settings (
    name       text PRIMARY KEY,
    value      jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    version    integer NOT NULL DEFAULT 1
);

CREATE TABLE audit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor_id   uuid NOT NULL REFERENCES actors (id),
    action     text NOT NULL CHECK (action <> ''),
    object     text NOT NULL,                   -- TypeID of what was acted on; '' for the house itself
    details    jsonb NOT NULL DEFAULT '{}',     -- never the contents of tips or confidential sources
    request_id text NOT NULL DEFAULT '',
    xid        xid8 NOT NULL DEFAULT pg_current_xact_id() -- of the transaction that did it
);
CREATE INDEX audit_xid ON audit (xid);
CREATE INDEX audit_actor_id ON audit (actor_id, id);
CREATE INDEX audit_object ON audit (object, id);

-- +goose StatementBegin
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: this table only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_only_grows';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER scales_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON scales FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER people_are_never_deleted BEFORE DELETE OR TRUNCATE ON people FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- Labels come with their scale, in one transaction, and never change afterwards.
-- +goose StatementBegin
CREATE FUNCTION scale_labels_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM scales s WHERE s.id = NEW.scale_id AND s.xmin = pg_current_xact_id()::xid) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a scale is never edited: add a new version of it'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'scale_labels_only_grow';
END $$;
-- +goose StatementEnd
CREATE TRIGGER scale_labels_guard BEFORE INSERT OR UPDATE OR DELETE ON scale_labels FOR EACH ROW EXECUTE FUNCTION scale_labels_guard();
CREATE TRIGGER scale_labels_never_emptied BEFORE TRUNCATE ON scale_labels FOR EACH STATEMENT EXECUTE FUNCTION refuse();
