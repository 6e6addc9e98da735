//! The people at the shop, as far as it matters to whom a conversation goes.

use serde::{Deserialize, Serialize};

/// How somebody stands at the moment at which a person is asked for. Whoever is in no such list is off-line and has nothing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// As teams name their members.
    pub name: String,
    /// Signed in to the console, and there within the last minutes.
    pub online: bool,
    /// Open conversations that he has, or that wait for him.
    pub conversations: u32,
}
