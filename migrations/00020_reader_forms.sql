-- What readers send about a claim that is published: where else they saw it, and errors of detail. And the list of corrections.

-- +goose Up
-- The claim that somebody saw somewhere. It is a tip like any other, open until somebody looked; claim_id says what became of it.
ALTER TABLE tips ADD COLUMN about_id uuid REFERENCES claims (id);
CREATE INDEX tips_about_id ON tips (about_id);

-- An error of detail is neither a dispute of the finding nor a complaint about the house's conduct.
ALTER TABLE complaints DROP CONSTRAINT complaints_kind_check;
ALTER TABLE complaints ADD CONSTRAINT complaints_kind_check CHECK (kind IN ('error', 'dispute', 'complaint'));

-- The public list of corrections, newest first.
CREATE INDEX verdict_versions_corrections ON verdict_versions (published_at DESC, id DESC) WHERE state = 'published' AND correction_kind <> '';

-- A redaction reaches what was sent about its claims.
ALTER FUNCTION redaction_reaches(text, text, uuid[], uuid[]) RENAME TO redaction_reaches_before_reader_forms;
-- +goose StatementBegin
CREATE FUNCTION redaction_reaches(place text, row_id text, family uuid[], people uuid[]) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    IF split_part(place, '.', 1) = 'tips' AND EXISTS (SELECT FROM tips x WHERE x.id = row_id::uuid AND x.about_id = ANY (family)) THEN
        RETURN true;
    END IF;
    RETURN redaction_reaches_before_reader_forms(place, row_id, family, people);
END $$;
-- +goose StatementEnd
