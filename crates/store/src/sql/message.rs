//! Messages and the turns that answer them.

macro_rules! message {
    ($rest:literal) => {
        concat!(
            "SELECT id, conversation_id, seq, author, agent_id, external_id, kind, text, attachments, turn_id, draft, at ",
            "FROM message ",
            $rest
        )
    };
}

pub(crate) const MESSAGE: &str = message!("WHERE id = $1");
pub(crate) const MESSAGES: &str = message!("WHERE conversation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");
pub(crate) const LATEST: &str =
    message!("WHERE conversation_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3");
/// Up to `$2` all are answered.
pub(crate) const PENDING: &str = message!(
    "WHERE conversation_id = $1 AND seq > $2 AND author = 'buyer' AND turn_id IS NULL ORDER BY seq LIMIT $3"
);
pub(crate) const OF_AGENT: &str = message!("WHERE agent_id = $1 AND external_id = $2");
pub(crate) const INSERT: &str = "INSERT INTO message
    (id, conversation_id, seq, author, identity_id, agent_id, external_id, kind, text, attachments, turn_id, draft, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
pub(crate) const ANSWER: &str = "UPDATE message SET turn_id = $3
    WHERE id = $1 AND conversation_id = $2 AND author = 'buyer' AND turn_id IS NULL";

pub(crate) const INSERT_TURN: &str =
    "INSERT INTO turn (id, conversation_id, record, at) VALUES ($1, $2, $3, $4)";
pub(crate) const TURN: &str = "SELECT record FROM turn WHERE id = $1";
pub(crate) const TURN_OF_MESSAGE: &str =
    "SELECT record FROM turn WHERE id = (SELECT turn_id FROM message WHERE id = $1)";
pub(crate) const TURNS: &str =
    "SELECT record FROM turn WHERE id IN (SELECT turn_id FROM message WHERE conversation_id = $1 AND turn_id > $2)
    ORDER BY id LIMIT $3";
