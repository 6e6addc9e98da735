-- Pairs of contacts or companies that look like one and are not, as people said.

CREATE TABLE dismissed_merge (
    from_id   TEXT NOT NULL,
    into_id   TEXT NOT NULL,
    agent_id  TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (from_id, into_id)
) STRICT;
