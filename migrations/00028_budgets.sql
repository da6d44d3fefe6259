-- How much was asked lately under a limit, over all nodes: a node takes a slice of a budget and gives it out itself, so this is
-- written about fifty times for a whole quota and not at all for who asks little. Whose a budget is stands here as a hash.

-- +goose Up
CREATE TABLE budgets (
    bucket bytea PRIMARY KEY CHECK (octet_length(bucket) = 32), -- SHA-256 of whose, and under which limit
    slot   bigint NOT NULL,    -- number of the newest slot: a thirtieth of the window
    taken  bigint[] NOT NULL CHECK (cardinality(taken) = 31), -- in each slot; the last is the newest
    at     timestamptz NOT NULL -- when it was last taken from
);

-- Takes from a budget what is left of the quota, at most as much as wanted, and notes what was used already. Beyond 31 slots
-- nothing counts, so what a window of any beginning holds never exceeds the quota but by what nodes hold in their hands.
-- Returned are what was granted, what is left, and the slots in which the oldest and the newest of what counts will not count.
-- +goose StatementBegin
CREATE FUNCTION take_budget(whose bytea, quota bigint, slot_now bigint, used bigint, want bigint, now_at timestamptz, OUT granted bigint, OUT remaining bigint, OUT frees bigint, OUT resets bigint)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    b budgets;
    total bigint;
    i integer;
BEGIN
    INSERT INTO budgets AS x VALUES (whose, slot_now, array_fill(0::bigint, ARRAY[31]), now_at) ON CONFLICT (bucket) DO UPDATE SET at = greatest(x.at, now_at) RETURNING * INTO b;
    IF slot_now - b.slot >= 31 THEN
        b.taken := array_fill(0::bigint, ARRAY[31]);
    ELSIF slot_now > b.slot THEN
        b.taken := b.taken[(slot_now - b.slot + 1)::integer : 31] || array_fill(0::bigint, ARRAY[(slot_now - b.slot)::integer]);
    END IF;
    b.slot := greatest(b.slot, slot_now); -- the clock of another node may be ahead
    SELECT sum(n) INTO total FROM unnest(b.taken) n;
    granted := greatest(0, least(want, quota - total - used));
    b.taken[31] := b.taken[31] + used + granted;
    remaining := greatest(0, quota - total - used - granted);
    frees := b.slot;
    resets := b.slot;
    FOR i IN 1..31 LOOP
        IF b.taken[i] > 0 THEN
            resets := b.slot + i;
            IF frees = b.slot THEN
                frees := b.slot + i;
            END IF;
        END IF;
    END LOOP;
    UPDATE budgets SET slot = b.slot, taken = b.taken WHERE bucket = whose;
END $$;
-- +goose StatementEnd
