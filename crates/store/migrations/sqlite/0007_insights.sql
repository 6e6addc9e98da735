-- What is counted of sealed runs of events, so that a month is read in few rows. Never changed once it is there.
CREATE TABLE observation_chunk (
    first_number  INTEGER PRIMARY KEY,
    last_number   INTEGER NOT NULL,
    -- Of the events that are in it.
    first_at      INTEGER NOT NULL,
    last_at       INTEGER NOT NULL,
    observations  TEXT NOT NULL
) STRICT;

CREATE INDEX observation_chunk_by_time ON observation_chunk (last_at);
CREATE INDEX orders_by_date ON orders (date);

-- What the knowledge could learn from talk; a person decides.
CREATE TABLE suggestion (
    id          TEXT PRIMARY KEY,
    status      TEXT NOT NULL,
    -- Buyers who asked.
    buyers      INTEGER NOT NULL,
    record      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX suggestion_by_need ON suggestion (status, buyers, id);
