//! Published knowledge.

pub(crate) const CURRENT: &str = "SELECT number, digest, origin, files, published_at FROM revision
    ORDER BY number DESC LIMIT 1";
pub(crate) const CURRENT_NUMBER: &str = "SELECT number FROM revision ORDER BY number DESC LIMIT 1";
pub(crate) const REVISION: &str =
    "SELECT number, digest, origin, files, published_at FROM revision WHERE number = $1";
pub(crate) const REVISIONS: &str = "SELECT number, digest, origin, files, published_at FROM revision
    WHERE number < $1 ORDER BY number DESC LIMIT $2";
pub(crate) const INSERT: &str =
    "INSERT INTO revision (number, digest, origin, files, published_at) VALUES ($1, $2, $3, $4, $5)";
