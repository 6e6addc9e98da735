-- The tables and columns are the same as in ../postgres; a test compares them.

CREATE TABLE inbox (
    id        TEXT PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE,
    kind      TEXT NOT NULL,
    autonomy  TEXT NOT NULL
) STRICT;

CREATE TABLE company (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    -- The name as it is compared: folded in Rust.
    name_key    TEXT NOT NULL UNIQUE,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE contact (
    id            TEXT PRIMARY KEY,
    name          TEXT,
    company_id    TEXT REFERENCES company (id),
    company_name  TEXT,
    company_link  TEXT,
    attributes    TEXT NOT NULL,
    profile       TEXT NOT NULL,
    requirement   TEXT NOT NULL,
    merged_into   TEXT REFERENCES contact (id),
    -- Name and company as they are searched: folded in Rust.
    search_key    TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX contact_by_target ON contact (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contact_by_company ON contact (company_id) WHERE company_id IS NOT NULL;

CREATE TABLE identity (
    id           TEXT PRIMARY KEY,
    inbox_id     TEXT NOT NULL REFERENCES inbox (id),
    external_id  TEXT NOT NULL,
    contact_id   TEXT NOT NULL REFERENCES contact (id),
    UNIQUE (inbox_id, external_id)
) STRICT;

CREATE INDEX identity_by_contact ON identity (contact_id);

CREATE TABLE conversation (
    id               TEXT PRIMARY KEY,
    inbox_id         TEXT NOT NULL REFERENCES inbox (id),
    identity_id      TEXT NOT NULL REFERENCES identity (id),
    contact_id       TEXT NOT NULL REFERENCES contact (id),
    status           TEXT NOT NULL,
    owner            TEXT NOT NULL,
    owner_epoch      INTEGER NOT NULL,
    assigned_to      TEXT,
    memory           TEXT NOT NULL,
    last_seq         INTEGER NOT NULL,
    -- Buyer messages that no turn has answered yet.
    pending          INTEGER NOT NULL,
    lease_token      INTEGER NOT NULL,
    -- Free at and after this instant.
    lease_until      INTEGER NOT NULL,
    lease_node       TEXT,
    opened_at        INTEGER NOT NULL,
    last_message_at  INTEGER NOT NULL,
    ended_at         INTEGER
) STRICT;

CREATE UNIQUE INDEX conversation_open ON conversation (identity_id) WHERE status = 'open';
CREATE INDEX conversation_pending ON conversation (lease_until) WHERE pending > 0;
CREATE INDEX conversation_by_activity ON conversation (last_message_at, id);
CREATE INDEX conversation_by_contact ON conversation (contact_id);

CREATE TABLE turn (
    id               TEXT PRIMARY KEY,
    conversation_id  TEXT NOT NULL REFERENCES conversation (id),
    record           TEXT NOT NULL,
    at               INTEGER NOT NULL
) STRICT;

CREATE INDEX turn_by_conversation ON turn (conversation_id, id);

CREATE TABLE message (
    id               TEXT PRIMARY KEY,
    conversation_id  TEXT NOT NULL REFERENCES conversation (id),
    seq              INTEGER NOT NULL,
    author           TEXT NOT NULL,
    -- Set for buyers' messages: the channel's ids are unique per identity.
    identity_id      TEXT,
    -- Set for people's messages: a client's ids are unique per person.
    agent_id         TEXT,
    external_id      TEXT,
    kind             TEXT NOT NULL,
    text             TEXT NOT NULL,
    attachments      TEXT NOT NULL,
    turn_id          TEXT REFERENCES turn (id),
    draft            INTEGER NOT NULL,
    at               INTEGER NOT NULL,
    UNIQUE (conversation_id, seq)
) STRICT;

CREATE UNIQUE INDEX message_of_identity ON message (identity_id, external_id)
    WHERE identity_id IS NOT NULL AND external_id IS NOT NULL;
CREATE UNIQUE INDEX message_of_agent ON message (agent_id, external_id)
    WHERE agent_id IS NOT NULL AND external_id IS NOT NULL;
CREATE INDEX message_pending ON message (conversation_id, seq) WHERE author = 'buyer' AND turn_id IS NULL;

CREATE TABLE lead (
    id              TEXT PRIMARY KEY,
    contact_id      TEXT NOT NULL REFERENCES contact (id),
    score           INTEGER NOT NULL,
    signals         TEXT NOT NULL,
    status          TEXT NOT NULL,
    assigned_to     TEXT,
    summary         TEXT NOT NULL,
    notified_at     INTEGER,
    outcome_reason  TEXT,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX lead_by_contact ON lead (contact_id, created_at);
CREATE INDEX lead_by_activity ON lead (updated_at, id);

CREATE TABLE orders (
    id          TEXT PRIMARY KEY,
    number      TEXT NOT NULL UNIQUE,
    company_id  TEXT REFERENCES company (id),
    contact_id  TEXT REFERENCES contact (id),
    date        TEXT NOT NULL,
    country     TEXT,
    lines       TEXT NOT NULL,
    status      TEXT
) STRICT;

CREATE INDEX orders_by_company ON orders (company_id, date);
CREATE INDEX orders_by_contact ON orders (contact_id, date);

CREATE TABLE outbox (
    id               TEXT PRIMARY KEY,
    delivery         TEXT NOT NULL,
    conversation_id  TEXT REFERENCES conversation (id),
    owner_epoch      INTEGER,
    status           TEXT NOT NULL,
    attempts         INTEGER NOT NULL,
    due_at           INTEGER NOT NULL,
    expires_at       INTEGER,
    created_at       INTEGER NOT NULL
) STRICT;

CREATE INDEX outbox_due ON outbox (due_at) WHERE status = 'pending';
CREATE INDEX outbox_of_conversation ON outbox (conversation_id) WHERE status = 'pending';

CREATE TABLE event (
    -- Given by SQLite itself: the one writer appends, and a unit that is rolled back gives its numbers back.
    number           INTEGER PRIMARY KEY,
    -- The order of insertion, which PostgreSQL's sequencer needs; not used here.
    position         INTEGER,
    id               TEXT NOT NULL UNIQUE,
    kind             TEXT NOT NULL,
    conversation_id  TEXT,
    contact_id       TEXT,
    data             TEXT NOT NULL,
    at               INTEGER NOT NULL
) STRICT;

-- Small numbers with a name: `event` is the last number given to an event, `ready` the last proof that writing works.
CREATE TABLE counter (
    name   TEXT PRIMARY KEY,
    value  INTEGER NOT NULL
) STRICT;

INSERT INTO counter (name, value) VALUES ('event', 0), ('ready', 0);

CREATE TABLE agent (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    role        TEXT NOT NULL,
    -- Stands for a program that holds a token.
    machine     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE token (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    role        TEXT NOT NULL,
    agent_id    TEXT NOT NULL REFERENCES agent (id),
    -- Never the token itself.
    hash        TEXT NOT NULL UNIQUE,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    revoked_at  INTEGER
) STRICT;

CREATE TABLE console_session (
    hash        TEXT PRIMARY KEY,
    agent_id    TEXT NOT NULL REFERENCES agent (id),
    expires_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
    key    TEXT PRIMARY KEY,
    value  TEXT NOT NULL
) STRICT;

CREATE TABLE revision (
    number        INTEGER PRIMARY KEY,
    digest        TEXT NOT NULL,
    origin        TEXT NOT NULL,
    files         TEXT NOT NULL,
    published_at  INTEGER NOT NULL
) STRICT;
