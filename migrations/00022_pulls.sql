-- What partners took, so that a verdict knows who holds an earlier one of it: which API keys asked for a claim, which sites
-- show it in a frame, and how far a key has followed the feed. Counted in the program and written in batches, so the last
-- seconds before a crash may be missing. Nothing here refers to claims: it is about them, and holds nobody up.

-- +goose Up
CREATE TABLE claim_pulls (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim_id uuid NOT NULL,
    actor_id uuid REFERENCES actors (id), -- of an API key
    site     text CHECK (site ~ '^[a-z0-9.:-]{1,253}$'), -- whose page showed the embed, as the browser says
    seq      bigint NOT NULL CHECK (seq > 0), -- of the newest document that was taken
    at       timestamptz NOT NULL, -- when it was last taken
    CONSTRAINT claim_pulls_by_one CHECK ((actor_id IS NULL) <> (site IS NULL))
);
CREATE UNIQUE INDEX claim_pulls_by_key ON claim_pulls (claim_id, actor_id) WHERE actor_id IS NOT NULL;
CREATE UNIQUE INDEX claim_pulls_by_site ON claim_pulls (claim_id, site) WHERE site IS NOT NULL;

CREATE INDEX claim_pulls_actor_id ON claim_pulls (actor_id);

CREATE TABLE feed_pulls (
    actor_id uuid PRIMARY KEY REFERENCES actors (id),
    seq      bigint NOT NULL CHECK (seq > 0), -- everything up to here was taken
    at       timestamptz NOT NULL
);
