-- Requests beyond the assistant's authority, and the ledger of what was offered.

CREATE TABLE approval (
    id               TEXT COLLATE "C" PRIMARY KEY,
    conversation_id  TEXT COLLATE "C" NOT NULL REFERENCES conversation (id),
    contact_id       TEXT COLLATE "C" NOT NULL REFERENCES contact (id),
    -- The same request in the same conversation has the same key.
    request_key      TEXT COLLATE "C" NOT NULL,
    status           TEXT COLLATE "C" NOT NULL,
    record           TEXT NOT NULL,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL
);

CREATE UNIQUE INDEX approval_pending ON approval (request_key) WHERE status = 'pending';
CREATE INDEX approval_due ON approval (expires_at) WHERE status = 'pending';
CREATE INDEX approval_by_time ON approval (created_at, id);

CREATE TABLE promise (
    id               TEXT COLLATE "C" PRIMARY KEY,
    contact_id       TEXT COLLATE "C" NOT NULL REFERENCES contact (id),
    -- Set where the contact's link to it was verified.
    company_id       TEXT COLLATE "C" REFERENCES company (id),
    conversation_id  TEXT COLLATE "C" NOT NULL REFERENCES conversation (id),
    offer            TEXT NOT NULL,
    at               BIGINT NOT NULL
);

CREATE INDEX promise_by_contact ON promise (contact_id, at);
CREATE INDEX promise_by_company ON promise (company_id, at) WHERE company_id IS NOT NULL;
CREATE INDEX promise_by_time ON promise (at, id);

-- When the contact was promised something last: most never are, and their turns need not look.
ALTER TABLE contact ADD COLUMN last_promise_at BIGINT;
