-- The static files of this version of the program and of those before it, for pages that were made by another version and are
-- kept by a browser, a cache in front, or another node while a new version is rolled out. Each address holds the hash of its
-- file, so a row can be nothing else than what its address says.

-- +goose Up
CREATE TABLE static_files (
    path    text PRIMARY KEY CHECK (path ~ '^/static/([a-z]+/)?[A-Za-z0-9-]+\.[0-9a-f]{12}\.(css|js|svg|txt|ico|png|woff2)$'),
    body    bytea NOT NULL CHECK (length(body) <= 4194304),
    seen_at timestamptz NOT NULL, -- when a node that serves this file last said so
    CONSTRAINT static_files_are_their_hash CHECK (left(encode(sha256(body), 'hex'), 12) = substring(path FROM '\.([0-9a-f]{12})\.[a-z0-9]+$'))
);
