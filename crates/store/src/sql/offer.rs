//! The log of moments at which something could be offered.

macro_rules! offer {
    ($rest:literal) => {
        concat!(
            "SELECT turn_id, conversation_id, contact_id, moment, seed, outcome, settled, at FROM offer ",
            $rest
        )
    };
}

pub(crate) const INSERT: &str = "INSERT INTO offer
    (turn_id, conversation_id, contact_id, moment, seed, settled, at) VALUES ($1, $2, $3, $4, $5, 0, $6)";
pub(crate) const OFFERS: &str =
    offer!("WHERE (at < $1 OR (at = $1 AND turn_id < $2)) ORDER BY at DESC, turn_id DESC LIMIT $3");
pub(crate) const BETWEEN: &str = offer!(
    "WHERE (at < $1 OR (at = $1 AND turn_id < $2)) AND at >= $3
        AND ($4 = '' OR conversation_id IN (SELECT id FROM conversation WHERE inbox_id = $4))
        ORDER BY at DESC, turn_id DESC LIMIT $5"
);
pub(crate) const OPEN: &str =
    offer!("WHERE settled = 0 AND (at > $1 OR (at = $1 AND turn_id > $2)) ORDER BY at, turn_id LIMIT $3");
pub(crate) const SETTLE: &str = "UPDATE offer SET outcome = $2, settled = $3 WHERE turn_id = $1";
