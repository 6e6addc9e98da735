-- Moments at which something could be offered that nobody asked for, and what became of them.

CREATE TABLE offer (
    turn_id          TEXT COLLATE "C" PRIMARY KEY REFERENCES turn (id),
    conversation_id  TEXT COLLATE "C" NOT NULL REFERENCES conversation (id),
    contact_id       TEXT COLLATE "C" NOT NULL REFERENCES contact (id),
    -- What it looked like, what was done, and the chance that each action had.
    moment           TEXT NOT NULL,
    -- The turn's seed; the bits of an unsigned number.
    seed             BIGINT NOT NULL,
    outcome          TEXT,
    settled          BIGINT NOT NULL,
    at               BIGINT NOT NULL
);

CREATE INDEX offer_by_time ON offer (at, turn_id);
CREATE INDEX offer_open ON offer (at, turn_id) WHERE settled = 0;
