-- What people changed in the profiles of buyers.

CREATE TABLE profile_edit (
    -- The id of the event that tells of it.
    id          TEXT PRIMARY KEY,
    contact_id  TEXT NOT NULL REFERENCES contact (id),
    record      TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

CREATE INDEX profile_edit_of_contact ON profile_edit (contact_id, at, id);

-- How often people edited the profile: a turn that started from another number does not count.
ALTER TABLE contact ADD COLUMN profile_edits INTEGER NOT NULL DEFAULT 0;
