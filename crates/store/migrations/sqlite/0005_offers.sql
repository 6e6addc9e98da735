-- Moments at which something could be offered that nobody asked for, and what became of them.

CREATE TABLE offer (
    turn_id          TEXT PRIMARY KEY REFERENCES turn (id),
    conversation_id  TEXT NOT NULL REFERENCES conversation (id),
    contact_id       TEXT NOT NULL REFERENCES contact (id),
    -- What it looked like, what was done, and the chance that each action had.
    moment           TEXT NOT NULL,
    -- The turn's seed; the bits of an unsigned number.
    seed             INTEGER NOT NULL,
    outcome          TEXT,
    settled          INTEGER NOT NULL,
    at               INTEGER NOT NULL
) STRICT;

CREATE INDEX offer_by_time ON offer (at, turn_id);
CREATE INDEX offer_open ON offer (at, turn_id) WHERE settled = 0;
