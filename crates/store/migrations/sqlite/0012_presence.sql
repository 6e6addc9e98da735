-- Who is there: when somebody was last seen in the console, and what people have to do, looked up every few seconds.

ALTER TABLE agent ADD COLUMN seen_at INTEGER;

CREATE INDEX conversation_with_people ON conversation (owner, assigned_to) WHERE status = 'open' AND owner <> 'assistant';
