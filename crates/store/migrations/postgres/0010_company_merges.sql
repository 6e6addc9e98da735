-- Companies that turned out to be one firm: a link that moves no rows, and can be undone.

ALTER TABLE company ADD COLUMN merged_into TEXT COLLATE "C" REFERENCES company (id);

CREATE INDEX company_by_target ON company (merged_into) WHERE merged_into IS NOT NULL;
