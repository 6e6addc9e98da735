-- The tables and columns are the same as in ../sqlite; a test compares them. Ids and cursors sort by bytes.

CREATE TABLE inbox (
    id        TEXT COLLATE "C" PRIMARY KEY,
    name      TEXT COLLATE "C" NOT NULL UNIQUE,
    kind      TEXT NOT NULL,
    autonomy  TEXT NOT NULL
);

CREATE TABLE company (
    id          TEXT COLLATE "C" PRIMARY KEY,
    name        TEXT NOT NULL,
    -- The name as it is compared: folded in Rust.
    name_key    TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at  BIGINT NOT NULL
);

CREATE TABLE contact (
    id            TEXT COLLATE "C" PRIMARY KEY,
    name          TEXT,
    company_id    TEXT COLLATE "C" REFERENCES company (id),
    company_name  TEXT,
    company_link  TEXT,
    attributes    TEXT NOT NULL,
    profile       TEXT NOT NULL,
    requirement   TEXT NOT NULL,
    merged_into   TEXT COLLATE "C" REFERENCES contact (id),
    -- Name and company as they are searched: folded in Rust.
    search_key    TEXT COLLATE "C" NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);

CREATE INDEX contact_by_target ON contact (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contact_by_company ON contact (company_id) WHERE company_id IS NOT NULL;

CREATE TABLE identity (
    id           TEXT COLLATE "C" PRIMARY KEY,
    inbox_id     TEXT COLLATE "C" NOT NULL REFERENCES inbox (id),
    external_id  TEXT COLLATE "C" NOT NULL,
    contact_id   TEXT COLLATE "C" NOT NULL REFERENCES contact (id),
    UNIQUE (inbox_id, external_id)
);

CREATE INDEX identity_by_contact ON identity (contact_id);

CREATE TABLE conversation (
    id               TEXT COLLATE "C" PRIMARY KEY,
    inbox_id         TEXT COLLATE "C" NOT NULL REFERENCES inbox (id),
    identity_id      TEXT COLLATE "C" NOT NULL REFERENCES identity (id),
    contact_id       TEXT COLLATE "C" NOT NULL REFERENCES contact (id),
    status           TEXT COLLATE "C" NOT NULL,
    owner            TEXT COLLATE "C" NOT NULL,
    owner_epoch      BIGINT NOT NULL,
    assigned_to      TEXT COLLATE "C",
    memory           TEXT NOT NULL,
    last_seq         BIGINT NOT NULL,
    -- Buyer messages that no turn has answered yet.
    pending          BIGINT NOT NULL,
    lease_token      BIGINT NOT NULL,
    -- Free at and after this instant.
    lease_until      BIGINT NOT NULL,
    lease_node       TEXT,
    opened_at        BIGINT NOT NULL,
    last_message_at  BIGINT NOT NULL,
    ended_at         BIGINT
);

CREATE UNIQUE INDEX conversation_open ON conversation (identity_id) WHERE status = 'open';
CREATE INDEX conversation_pending ON conversation (lease_until) WHERE pending > 0;
CREATE INDEX conversation_by_activity ON conversation (last_message_at, id);
CREATE INDEX conversation_by_contact ON conversation (contact_id);

CREATE TABLE turn (
    id               TEXT COLLATE "C" PRIMARY KEY,
    conversation_id  TEXT COLLATE "C" NOT NULL REFERENCES conversation (id),
    record           TEXT NOT NULL,
    at               BIGINT NOT NULL
);

CREATE INDEX turn_by_conversation ON turn (conversation_id, id);

CREATE TABLE message (
    id               TEXT COLLATE "C" PRIMARY KEY,
    conversation_id  TEXT COLLATE "C" NOT NULL REFERENCES conversation (id),
    seq              BIGINT NOT NULL,
    author           TEXT COLLATE "C" NOT NULL,
    -- Set for buyers' messages: the channel's ids are unique per identity.
    identity_id      TEXT COLLATE "C",
    -- Set for people's messages: a client's ids are unique per person.
    agent_id         TEXT COLLATE "C",
    external_id      TEXT COLLATE "C",
    kind             TEXT NOT NULL,
    text             TEXT NOT NULL,
    attachments      TEXT NOT NULL,
    turn_id          TEXT COLLATE "C" REFERENCES turn (id),
    draft            BIGINT NOT NULL,
    at               BIGINT NOT NULL,
    UNIQUE (conversation_id, seq)
);

CREATE UNIQUE INDEX message_of_identity ON message (identity_id, external_id)
    WHERE identity_id IS NOT NULL AND external_id IS NOT NULL;
CREATE UNIQUE INDEX message_of_agent ON message (agent_id, external_id)
    WHERE agent_id IS NOT NULL AND external_id IS NOT NULL;
CREATE INDEX message_pending ON message (conversation_id, seq) WHERE author = 'buyer' AND turn_id IS NULL;

CREATE TABLE lead (
    id              TEXT COLLATE "C" PRIMARY KEY,
    contact_id      TEXT COLLATE "C" NOT NULL REFERENCES contact (id),
    score           BIGINT NOT NULL,
    signals         TEXT NOT NULL,
    status          TEXT COLLATE "C" NOT NULL,
    assigned_to     TEXT,
    summary         TEXT NOT NULL,
    notified_at     BIGINT,
    outcome_reason  TEXT,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL
);

CREATE INDEX lead_by_contact ON lead (contact_id, created_at);
CREATE INDEX lead_by_activity ON lead (updated_at, id);

CREATE TABLE orders (
    id          TEXT COLLATE "C" PRIMARY KEY,
    number      TEXT COLLATE "C" NOT NULL UNIQUE,
    company_id  TEXT COLLATE "C" REFERENCES company (id),
    contact_id  TEXT COLLATE "C" REFERENCES contact (id),
    date        TEXT COLLATE "C" NOT NULL,
    country     TEXT,
    lines       TEXT NOT NULL,
    status      TEXT
);

CREATE INDEX orders_by_company ON orders (company_id, date);
CREATE INDEX orders_by_contact ON orders (contact_id, date);

CREATE TABLE outbox (
    id               TEXT COLLATE "C" PRIMARY KEY,
    delivery         TEXT NOT NULL,
    conversation_id  TEXT COLLATE "C" REFERENCES conversation (id),
    owner_epoch      BIGINT,
    status           TEXT COLLATE "C" NOT NULL,
    attempts         BIGINT NOT NULL,
    due_at           BIGINT NOT NULL,
    expires_at       BIGINT,
    created_at       BIGINT NOT NULL
);

CREATE INDEX outbox_due ON outbox (due_at) WHERE status = 'pending';
CREATE INDEX outbox_of_conversation ON outbox (conversation_id) WHERE status = 'pending';

CREATE TABLE event (
    -- Empty until the sequencer numbers what was committed: a sequence would show its numbers out of order.
    number           BIGINT UNIQUE,
    -- The order of insertion; never a cursor.
    position         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id               TEXT COLLATE "C" NOT NULL UNIQUE,
    kind             TEXT NOT NULL,
    conversation_id  TEXT COLLATE "C",
    contact_id       TEXT COLLATE "C",
    data             TEXT NOT NULL,
    at               BIGINT NOT NULL
);

CREATE INDEX event_unnumbered ON event (position) WHERE number IS NULL;

-- Small numbers with a name: `event` is the last number given to an event, `ready` the last proof that writing works.
CREATE TABLE counter (
    name   TEXT COLLATE "C" PRIMARY KEY,
    value  BIGINT NOT NULL
);

INSERT INTO counter (name, value) VALUES ('event', 0), ('ready', 0);

CREATE TABLE agent (
    id          TEXT COLLATE "C" PRIMARY KEY,
    name        TEXT NOT NULL,
    role        TEXT NOT NULL,
    -- Stands for a program that holds a token.
    machine     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE token (
    id          TEXT COLLATE "C" PRIMARY KEY,
    name        TEXT NOT NULL,
    role        TEXT NOT NULL,
    agent_id    TEXT COLLATE "C" NOT NULL REFERENCES agent (id),
    -- Never the token itself.
    hash        TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT,
    revoked_at  BIGINT
);

CREATE TABLE console_session (
    hash        TEXT COLLATE "C" PRIMARY KEY,
    agent_id    TEXT COLLATE "C" NOT NULL REFERENCES agent (id),
    expires_at  BIGINT NOT NULL
);

CREATE TABLE setting (
    key    TEXT COLLATE "C" PRIMARY KEY,
    value  TEXT NOT NULL
);

CREATE TABLE revision (
    number        BIGINT PRIMARY KEY,
    digest        TEXT NOT NULL,
    origin        TEXT NOT NULL,
    files         TEXT NOT NULL,
    published_at  BIGINT NOT NULL
);
