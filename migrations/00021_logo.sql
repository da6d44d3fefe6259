-- The logo of the house: one picture, or none. It was written anew from what was uploaded (internal/logo), and is served to
-- everybody at an address made of its hash.

-- +goose Up
CREATE TABLE house_logo (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    sha256 bytea NOT NULL,
    type   text NOT NULL CHECK (type IN ('image/png', 'image/jpeg')), -- what it is sent as: nothing that can carry a program
    width  integer NOT NULL CHECK (width BETWEEN 112 AND 4096),
    height integer NOT NULL CHECK (height BETWEEN 112 AND 4096),
    body   bytea NOT NULL CHECK (length(body) BETWEEN 1 AND 1048576),
    set_at timestamptz NOT NULL,
    CONSTRAINT house_logo_is_its_hash CHECK (sha256 = sha256(body)),
    CONSTRAINT house_logo_is_its_type CHECK (CASE type
        WHEN 'image/png' THEN substr(body, 1, 8) = '\x89504e470d0a1a0a'::bytea
        ELSE substr(body, 1, 3) = '\xffd8ff'::bytea END)
);
CREATE CONSTRAINT TRIGGER acts_are_audited AFTER INSERT OR UPDATE OR DELETE ON house_logo
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts_are_audited();
CREATE TRIGGER house_logo_is_not_emptied BEFORE TRUNCATE ON house_logo FOR EACH STATEMENT EXECUTE FUNCTION refuse();
