-- Redactions reach the work on a claim (00016). The lists of before stay as they are: this only adds to them.

-- +goose Up
ALTER FUNCTION redaction_places() RENAME TO redaction_places_before_claim_work;
-- +goose StatementBegin
CREATE FUNCTION redaction_places() RETURNS TABLE (place text, kind text, key text, counts text) LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT * FROM redaction_places_before_claim_work() UNION ALL
    SELECT t.name || '.' || c, 'text', 'id = $1::bigint', t.counts FROM (VALUES
        ('comments', 'text', ''),
        ('interests', 'reason', ''),
        ('outlet_notices', 'how answer', 'version = version + 1'),
        ('confidences', 'reason', ''),
        ('claim_files', 'name', '')
    ) AS t (name, cols, counts), unnest(string_to_array(t.cols, ' ')) AS c
$$;
-- +goose StatementEnd
ALTER FUNCTION redaction_reaches(text, text, uuid[], uuid[]) RENAME TO redaction_reaches_before_claim_work;
-- +goose StatementBegin
CREATE FUNCTION redaction_reaches(place text, row_id text, family uuid[], people uuid[]) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    CASE split_part(place, '.', 1)
    WHEN 'comments' THEN RETURN EXISTS (SELECT FROM comments x WHERE x.id = row_id::bigint AND x.claim_id = ANY (family));
    WHEN 'interests' THEN RETURN EXISTS (SELECT FROM interests x WHERE x.id = row_id::bigint AND (x.claim_id = ANY (family) OR x.claimant_id = ANY (people)));
    WHEN 'outlet_notices' THEN RETURN EXISTS (SELECT FROM outlet_notices x WHERE x.id = row_id::bigint AND x.claim_id = ANY (family));
    WHEN 'confidences' THEN RETURN EXISTS (SELECT FROM confidences x WHERE x.id = row_id::bigint AND x.claim_id = ANY (family));
    WHEN 'claim_files' THEN RETURN EXISTS (SELECT FROM claim_files x WHERE x.id = row_id::bigint AND x.claim_id = ANY (family));
    ELSE RETURN redaction_reaches_before_claim_work(place, row_id, family, people);
    END CASE;
END $$;
-- +goose StatementEnd
