-- Monthly editions: all that is public, as it stood at one moment of a month, frozen as files that anybody can cite by their
-- SHA-256. They stand in the database, so that all nodes serve the same bytes and a backup holds them. What must not be shown
-- any more is recalled from them in the transaction that decides it: from then on no file of such a month is served until it
-- was made again without, under another sum; the earlier sums stay listed.

-- +goose Up
CREATE TABLE editions (
    month   date PRIMARY KEY CHECK (month = date_trunc('month', month)),
    made_at timestamptz,           -- NULL while it is being made
    epoch   text NOT NULL DEFAULT '',
    seq     bigint CHECK (seq >= 0), -- what it is true at
    at      timestamptz,
    licence text NOT NULL DEFAULT '',
    package text NOT NULL DEFAULT '', -- the data dictionary of its files, as JSON
    CONSTRAINT editions_are_whole CHECK (made_at IS NULL OR (seq IS NOT NULL AND at IS NOT NULL AND epoch <> '' AND package <> ''))
);

-- A file is its pieces one after the other: gzip members of about a hundred claims, or of what comes before or behind all claims.
CREATE TABLE edition_pieces (
    month  date NOT NULL REFERENCES editions (month),
    format text NOT NULL CHECK (format IN ('ndjson', 'csv')),
    n      integer NOT NULL CHECK (n >= 0),
    claims uuid[] NOT NULL,
    ends   integer[] NOT NULL, -- where each claim ends in what is packed
    body   bytea NOT NULL,
    PRIMARY KEY (month, format, n),
    CONSTRAINT edition_pieces_are_indexed CHECK (cardinality(claims) = cardinality(ends))
);
ALTER TABLE edition_pieces ALTER COLUMN body SET STORAGE EXTERNAL; -- it is packed already

CREATE TABLE edition_files (
    month  date NOT NULL REFERENCES editions (month),
    format text NOT NULL CHECK (format IN ('ndjson', 'csv')),
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    size   bigint NOT NULL CHECK (size > 0),
    claims bigint NOT NULL CHECK (claims >= 0),
    PRIMARY KEY (month, format)
);

-- The sums that a file had before it was made again.
CREATE TABLE edition_earlier (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    month       date NOT NULL,
    format      text NOT NULL,
    sha256      bytea NOT NULL CHECK (octet_length(sha256) = 32), -- of the file that is no more
    size        bigint NOT NULL,
    replaced_at timestamptz NOT NULL,
    reasons     text[] NOT NULL CHECK (cardinality(reasons) > 0 AND reasons <@ ARRAY['redaction', 'withdrawal', 'suspension', 'restoration', 'name']),
    FOREIGN KEY (month, format) REFERENCES edition_files (month, format)
);
CREATE INDEX edition_earlier_file ON edition_earlier (month, format, id);

-- Claims whose lines in an edition may not be shown as they are. No REFERENCES to claims: nobody is held up.
CREATE TABLE edition_recalls (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    month    date NOT NULL REFERENCES editions (month),
    claim_id uuid NOT NULL,
    reason   text NOT NULL CHECK (reason IN ('redaction', 'withdrawal', 'suspension', 'restoration', 'name'))
);
CREATE INDEX edition_recalls_month ON edition_recalls (month, id);

-- Recalls claims from every edition that may hold them. An edition that is being made at this moment either sees the act that
-- calls this, or is there already and gets the recall: its maker waits between the two for all that hold the lock.
-- +goose StatementBegin
CREATE FUNCTION recall_editions(ids uuid[], why text) RETURNS integer LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    n integer;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7386251911);
    INSERT INTO edition_recalls (month, claim_id, reason)
    SELECT e.month, c.id, why FROM editions e CROSS JOIN (SELECT DISTINCT x FROM unnest(ids) x) AS c (id)
    WHERE e.seq IS NULL OR EXISTS (SELECT FROM changes x WHERE x.claim_id = c.id AND x.seq <= e.seq);
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
-- +goose StatementEnd

-- Whatever code publishes these changes, the editions follow. What else is recalled, names for one, the program says.
-- +goose StatementBegin
CREATE FUNCTION changes_recall() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM recall_editions(array_agg(a.claim_id), a.why) FROM (
        SELECT claim_id, CASE type WHEN 'verdict.suspended' THEN 'suspension' WHEN 'verdict.restored' THEN 'restoration' WHEN 'verdict.redacted' THEN 'redaction' ELSE 'withdrawal' END AS why
        FROM added WHERE type IN ('verdict.suspended', 'verdict.restored', 'verdict.redacted', 'claim.merged', 'claim.withdrawn')) a
    GROUP BY a.why;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER changes_recall AFTER INSERT ON changes REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION changes_recall();

-- Frozen: what was made changes only while something is recalled from it, and what it was before is written down.
-- +goose StatementBegin
CREATE FUNCTION editions_are_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    whose date := CASE TG_OP WHEN 'INSERT' THEN NEW.month ELSE OLD.month END;
BEGIN
    IF EXISTS (SELECT FROM editions e WHERE e.month = whose AND e.made_at IS NULL)
       OR (TG_OP = 'UPDATE' AND NEW.month = OLD.month AND EXISTS (SELECT FROM edition_recalls r WHERE r.month = whose)) THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'an edition is frozen' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'editions_are_frozen';
END $$;
-- +goose StatementEnd
CREATE TRIGGER editions_are_frozen BEFORE INSERT OR UPDATE OR DELETE ON edition_pieces FOR EACH ROW EXECUTE FUNCTION editions_are_frozen();
CREATE TRIGGER editions_are_frozen BEFORE INSERT OR UPDATE OR DELETE ON edition_files FOR EACH ROW EXECUTE FUNCTION editions_are_frozen();
CREATE TRIGGER edition_pieces_never_emptied BEFORE TRUNCATE ON edition_pieces FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER edition_files_never_emptied BEFORE TRUNCATE ON edition_files FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER edition_earlier_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON edition_earlier FOR EACH STATEMENT EXECUTE FUNCTION refuse();
-- +goose StatementBegin
CREATE FUNCTION editions_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.made_at IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'an edition is frozen' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'editions_are_frozen';
END $$;
-- +goose StatementEnd
CREATE TRIGGER editions_guard BEFORE UPDATE OR DELETE ON editions FOR EACH ROW EXECUTE FUNCTION editions_guard();
-- +goose StatementBegin
CREATE FUNCTION edition_files_note() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.sha256 <> OLD.sha256 AND NOT EXISTS (SELECT FROM edition_earlier r WHERE r.month = OLD.month AND r.format = OLD.format AND r.sha256 = OLD.sha256) THEN
        RAISE EXCEPTION 'the sum that a file had stays listed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'editions_are_frozen';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER edition_files_note BEFORE UPDATE ON edition_files FOR EACH ROW EXECUTE FUNCTION edition_files_note();
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OR DELETE ON edition_files
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();
