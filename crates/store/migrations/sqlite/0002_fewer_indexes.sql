-- What a turn writes, with fewer places to write to: the messages that wait follow the last one that was answered, and a conversation's
-- turns are those of its messages.
ALTER TABLE conversation ADD COLUMN answered_seq INTEGER NOT NULL DEFAULT 0;
UPDATE conversation SET answered_seq = COALESCE(
    (SELECT MIN(message.seq) - 1 FROM message WHERE message.conversation_id = conversation.id
     AND message.author = 'buyer' AND message.turn_id IS NULL),
    last_seq);
DROP INDEX message_pending;
DROP INDEX turn_by_conversation;
