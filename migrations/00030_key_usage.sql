-- How each API key is used: calls by hour and operation, what became of them, and how long the answers took. Counted in each
-- process and added up here in batches, over all of them; after 90 days the hours are summed up to days. No address, no query
-- and no id of a claim is here: which address somebody looked up privately is no business of ours, and not even how often they did
-- so stands apart from other calls.

-- +goose Up
CREATE TABLE key_usage (
    key_id    uuid NOT NULL REFERENCES keys (id),
    step      text NOT NULL CHECK (step IN ('hour', 'day')),
    at        timestamptz NOT NULL, -- when it begins, in UTC
    operation text NOT NULL CHECK (operation IN ('search', 'claim', 'article', 'lookup', 'changes', 'stream', 'export', 'write', 'google', 'mcp', 'other')),
    calls     bigint NOT NULL CHECK (calls > 0),
    refused   bigint NOT NULL CHECK (refused >= 0), -- for a mistake of the client's: 4xx but 429
    limited   bigint NOT NULL CHECK (limited >= 0), -- for asking too much: 429
    failed    bigint NOT NULL CHECK (failed >= 0),  -- by a mistake of ours: 5xx
    latency   bigint[] NOT NULL CHECK (cardinality(latency) = 20), -- answers by how long they took; the bounds are factcheck.LatencyBounds
    burst     smallint NOT NULL CHECK (burst BETWEEN 0 AND 1000),  -- how near the limit of a minute they came, in thousandths of it
    daily     smallint NOT NULL CHECK (daily BETWEEN 0 AND 1000),  -- and that of a day
    PRIMARY KEY (key_id, step, at, operation),
    CONSTRAINT key_usage_counts CHECK (refused + limited + failed <= calls),
    CONSTRAINT key_usage_begins CHECK (at = date_trunc(step, at, 'UTC'))
);
CREATE INDEX key_usage_hours ON key_usage (at) WHERE step = 'hour';

-- What one keeps of answers by how long they took, and another, together.
CREATE FUNCTION add_latency(a bigint[], b bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT array_agg(x.a + x.b ORDER BY x.i) FROM unnest(a, b) WITH ORDINALITY AS x (a, b, i)
$$;
CREATE AGGREGATE sum_latency (bigint[]) (SFUNC = add_latency, STYPE = bigint[], PARALLEL = SAFE);

-- What a key took last of each claim is bounded for each key: those of long ago go first.
CREATE INDEX claim_pulls_by_age ON claim_pulls (actor_id, at) WHERE actor_id IS NOT NULL;
