-- When the desk has to look at a conversation again although nobody writes: a follow-up is due, or nobody took it over in time. The
-- buyer's next message clears it.
ALTER TABLE conversation ADD COLUMN wake_at INTEGER;
CREATE INDEX conversation_wake ON conversation (wake_at) WHERE wake_at IS NOT NULL;

-- Follow-ups that were written: sent, or held for a person to send.
CREATE TABLE follow_up (
    message_id  TEXT PRIMARY KEY REFERENCES message (id),
    contact_id  TEXT NOT NULL REFERENCES contact (id),
    record      TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

CREATE INDEX follow_up_of_contact ON follow_up (contact_id, at);

-- What a person wants said in place of the assistant's words, as long as nobody has written since.
CREATE TABLE follow_up_words (
    conversation_id  TEXT PRIMARY KEY REFERENCES conversation (id),
    -- The conversation's last message when it was written.
    seq              INTEGER NOT NULL,
    text             TEXT NOT NULL,
    agent_id         TEXT NOT NULL REFERENCES agent (id),
    at               INTEGER NOT NULL
) STRICT;

-- Colleagues at one company share a lead for the same need; whoever gets one has to take it up in time.
ALTER TABLE lead ADD COLUMN company_id TEXT REFERENCES company (id);
ALTER TABLE lead ADD COLUMN needs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE lead ADD COLUMN due_at INTEGER;
ALTER TABLE lead ADD COLUMN asked TEXT NOT NULL DEFAULT '[]';
-- What the desk thinks should become of it, as JSON.
ALTER TABLE lead ADD COLUMN proposal TEXT;
CREATE INDEX lead_by_company ON lead (company_id, created_at) WHERE company_id IS NOT NULL;
CREATE INDEX lead_due ON lead (due_at) WHERE due_at IS NOT NULL;
