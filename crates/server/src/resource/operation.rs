//! What the desk runs on: inboxes, agents, tokens, revisions.

use desk::agents::Principal;
use domain::inbox as stored;
use serde::Serialize;
use utoipa::ToSchema;

/// One configured channel.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Inbox {
    /// `inb_…`
    id: String,
    /// Unique: `api`, `web`, …
    name: String,
    kind: &'static str,
    /// `off`, `draft`, `answer`, `quote` or `sell`: how far the assistant may go on its own.
    autonomy: &'static str,
}

/// A person who works at the shop, or a program that holds a token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Agent {
    /// `agt_…`
    id: String,
    name: String,
    role: String,
    /// Stands for a program.
    machine: bool,
    created_at: String,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    name: String,
    /// `channel`, `agent`, `manager` or `admin`.
    role: &'static str,
    agent_id: Option<String>,
}

/// An API token; its secret is shown once, when it is made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Token {
    /// `tok_…`
    id: String,
    name: String,
    role: String,
    agent_id: String,
    created_at: String,
    expires_at: Option<String>,
    revoked_at: Option<String>,
}

/// A published state of the knowledge.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Revision {
    /// Turns name it.
    number: i64,
    /// Of its files.
    digest: String,
    /// The folder that it was read from, or `embedded`.
    origin: String,
    published_at: String,
}

impl From<stored::Inbox> for Inbox {
    fn from(inbox: stored::Inbox) -> Self {
        Self {
            id: inbox.id.to_string(),
            name: inbox.name,
            kind: inbox.kind.name(),
            autonomy: inbox.autonomy.name(),
        }
    }
}

impl From<store::Agent> for Agent {
    fn from(agent: store::Agent) -> Self {
        Self {
            id: agent.id.to_string(),
            name: agent.name,
            role: agent.role,
            machine: agent.machine,
            created_at: agent.created_at.to_string(),
        }
    }
}

impl From<Principal> for Me {
    fn from(principal: Principal) -> Self {
        Self {
            name: principal.name,
            role: principal.role.name(),
            agent_id: principal.agent.map(|agent| agent.to_string()),
        }
    }
}

impl From<store::Token> for Token {
    fn from(token: store::Token) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            role: token.role,
            agent_id: token.agent.to_string(),
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.map(|at| at.to_string()),
            revoked_at: token.revoked_at.map(|at| at.to_string()),
        }
    }
}

impl From<store::Revision> for Revision {
    fn from(revision: store::Revision) -> Self {
        Self {
            number: revision.number,
            digest: revision.digest,
            origin: revision.origin,
            published_at: revision.published_at.to_string(),
        }
    }
}
