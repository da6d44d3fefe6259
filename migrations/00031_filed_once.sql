-- What a request to file came to, for who sends it again under the same Idempotency-Key: kept in the transaction that filed it, so
-- that after a crash there are both or neither, for 24 hours. The answer is sealed with the request itself, which is not here: of a
-- table with text nobody would know which passages a redaction has to look for in it.

-- +goose Up
CREATE TABLE filed_once (
    actor_id uuid NOT NULL REFERENCES actors (id), -- whose request: of a key
    name     bytea NOT NULL CHECK (octet_length(name) = 32), -- SHA-256 of the Idempotency-Key
    request  bytea NOT NULL CHECK (octet_length(request) = 32), -- SHA-256 of method, address, conditions and body
    answer   bytea NOT NULL, -- sealed
    at       timestamptz NOT NULL,
    PRIMARY KEY (actor_id, name)
);
CREATE INDEX filed_once_at ON filed_once (at);
