-- What is counted of sealed runs of events, so that a month is read in few rows. Never changed once it is there.
CREATE TABLE observation_chunk (
    first_number  BIGINT PRIMARY KEY,
    last_number   BIGINT NOT NULL,
    -- Of the events that are in it.
    first_at      BIGINT NOT NULL,
    last_at       BIGINT NOT NULL,
    observations  TEXT NOT NULL
);

CREATE INDEX observation_chunk_by_time ON observation_chunk (last_at);
CREATE INDEX orders_by_date ON orders (date);

-- What the knowledge could learn from talk; a person decides.
CREATE TABLE suggestion (
    id          TEXT COLLATE "C" PRIMARY KEY,
    status      TEXT COLLATE "C" NOT NULL,
    -- Buyers who asked.
    buyers      BIGINT NOT NULL,
    record      TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

CREATE INDEX suggestion_by_need ON suggestion (status, buyers, id);
