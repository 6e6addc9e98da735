-- What people changed in the profiles of buyers.

CREATE TABLE profile_edit (
    -- The id of the event that tells of it.
    id          TEXT COLLATE "C" PRIMARY KEY,
    contact_id  TEXT COLLATE "C" NOT NULL REFERENCES contact (id),
    record      TEXT NOT NULL,
    at          BIGINT NOT NULL
);

CREATE INDEX profile_edit_of_contact ON profile_edit (contact_id, at, id);

-- How often people edited the profile: a turn that started from another number does not count.
ALTER TABLE contact ADD COLUMN profile_edits BIGINT NOT NULL DEFAULT 0;
