-- Why tips are declined and why claims are taken up, and the public counts of both by month. A count below five is kept nowhere:
-- readers learn only that it is below, and no sum over cells is made, so that none can be worked out from the others. A month is
-- counted once, when it is over, and stays.

-- +goose Up
ALTER TABLE tips ADD COLUMN decline_reason text NOT NULL DEFAULT ''
    CHECK (decline_reason IN ('', 'opinion', 'prediction', 'satire', 'unclear', 'unverifiable', 'minor', 'scope', 'checked', 'private', 'abuse', 'other'));
ALTER TABLE tips ADD CONSTRAINT tips_decline_reason_declined CHECK (decline_reason = '' OR state = 'declined');
CREATE INDEX tips_handled_at ON tips (handled_at) WHERE handled_at IS NOT NULL;

ALTER TABLE claims ADD COLUMN selection text NOT NULL DEFAULT ''
    CHECK (selection IN ('', 'spread', 'harm', 'power', 'election', 'asked', 'partner', 'explains', 'returns', 'other'));
CREATE INDEX claims_selection ON claims (created_at) WHERE selection <> '';

CREATE TABLE counted_months (
    month      date PRIMARY KEY CHECK (month = date_trunc('month', month)),
    counted_at timestamptz NOT NULL
);
CREATE TABLE month_counts (
    month date NOT NULL REFERENCES counted_months (month),
    kind  text NOT NULL CHECK (kind IN ('tips', 'declines', 'selection')),
    cell  text NOT NULL CHECK (cell <> ''),
    n     bigint CHECK (n >= 5), -- NULL: fewer than five
    PRIMARY KEY (month, kind, cell)
);
CREATE TRIGGER counted_months_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON counted_months FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER month_counts_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON month_counts FOR EACH STATEMENT EXECUTE FUNCTION refuse();
