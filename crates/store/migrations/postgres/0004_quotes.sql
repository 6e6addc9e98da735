-- Quotes in numbered versions. What stands on the paper is one JSON text that is never changed.

CREATE TABLE quote (
    id               TEXT COLLATE "C" PRIMARY KEY,
    -- The same for all versions of one quote.
    number           TEXT COLLATE "C" NOT NULL,
    version          BIGINT NOT NULL,
    status           TEXT COLLATE "C" NOT NULL,
    conversation_id  TEXT COLLATE "C" NOT NULL REFERENCES conversation (id),
    contact_id       TEXT COLLATE "C" NOT NULL REFERENCES contact (id),
    company_id       TEXT COLLATE "C" REFERENCES company (id),
    turn_id          TEXT COLLATE "C",
    -- Whoever has it may read the quote. The buyer's message holds it as well.
    token            TEXT COLLATE "C" NOT NULL UNIQUE,
    supersedes       TEXT COLLATE "C" REFERENCES quote (id),
    sealed           BIGINT NOT NULL,
    -- It cannot be accepted at and after this instant.
    expires_at       BIGINT NOT NULL,
    content          TEXT NOT NULL,
    reason           TEXT,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL
);

CREATE INDEX quote_by_activity ON quote (updated_at, id);
CREATE INDEX quote_of_conversation ON quote (conversation_id);
CREATE INDEX quote_of_contact ON quote (contact_id);
CREATE INDEX quote_after ON quote (supersedes) WHERE supersedes IS NOT NULL;
CREATE INDEX quote_open ON quote (expires_at) WHERE status IN ('draft', 'waiting_approval', 'sent');
