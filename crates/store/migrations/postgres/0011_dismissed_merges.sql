-- Pairs of contacts or companies that look like one and are not, as people said.

CREATE TABLE dismissed_merge (
    from_id   TEXT COLLATE "C" NOT NULL,
    into_id   TEXT COLLATE "C" NOT NULL,
    agent_id  TEXT COLLATE "C" NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (from_id, into_id)
);
