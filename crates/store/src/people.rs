//! Those who may come in: agents, API tokens, console sessions; and settings. Secrets are kept as hashes only, made by the caller.

use domain::{
    Timestamp,
    id::{AgentId, TokenId},
};

use crate::{
    Store,
    error::StoreError,
    sql::people as sql,
    value::{Row, params},
};

/// A person who works at the shop, or a program that holds a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    pub id: AgentId,
    pub name: String,
    pub role: String,
    pub machine: bool,
    pub created_at: Timestamp,
}

/// An API token, without its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    pub role: String,
    /// In whose name it acts.
    pub agent: AgentId,
    pub hash: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

impl Store {
    pub async fn insert_agent(&self, agent: &Agent) -> Result<(), StoreError> {
        self.write(agent.clone(), |tx, agent| {
            Box::pin(async move {
                let Agent { id, name, role, machine, created_at } = agent;
                tx.execute(sql::INSERT_AGENT, params![*id, name, role, *machine, *created_at]).await.map(drop)
            })
        })
        .await
    }

    pub async fn agents(&self) -> Result<Vec<Agent>, StoreError> {
        self.read((), |tx, ()| {
            Box::pin(async move { tx.query(sql::AGENTS, &[]).await?.iter().map(read_agent).collect() })
        })
        .await
    }

    pub async fn agent(&self, id: AgentId) -> Result<Option<Agent>, StoreError> {
        self.read(id, |tx, id| {
            Box::pin(async move {
                tx.query_one(sql::AGENT, params![*id]).await?.as_ref().map(read_agent).transpose()
            })
        })
        .await
    }

    pub async fn insert_token(&self, token: &Token) -> Result<(), StoreError> {
        self.write(token.clone(), |tx, token| {
            Box::pin(async move {
                let Token { id, name, role, agent, hash, created_at, expires_at, revoked_at } = token;
                let values = params![*id, name, role, *agent, hash, *created_at, *expires_at, *revoked_at];
                tx.execute(sql::INSERT_TOKEN, values).await.map(drop)
            })
        })
        .await
    }

    /// The token of this hash, expired and revoked ones included.
    pub async fn token_by_hash(&self, hash: &str) -> Result<Option<Token>, StoreError> {
        self.read(hash.to_owned(), |tx, hash| {
            Box::pin(async move {
                tx.query_one(sql::TOKEN_BY_HASH, params![hash]).await?.as_ref().map(read_token).transpose()
            })
        })
        .await
    }

    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        self.read((), |tx, ()| {
            Box::pin(async move { tx.query(sql::TOKENS, &[]).await?.iter().map(read_token).collect() })
        })
        .await
    }

    /// Says whether there was a token to revoke.
    pub async fn revoke_token(&self, id: TokenId, now: Timestamp) -> Result<bool, StoreError> {
        self.write((id, now), |tx, (id, now)| {
            Box::pin(async move { Ok(tx.execute(sql::REVOKE_TOKEN, params![*id, *now]).await? > 0) })
        })
        .await
    }

    pub async fn insert_session(
        &self,
        hash: &str,
        agent: AgentId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write((hash.to_owned(), agent, expires_at), |tx, (hash, agent, expires_at)| {
            Box::pin(async move {
                tx.execute(sql::INSERT_SESSION, params![hash, *agent, *expires_at]).await.map(drop)
            })
        })
        .await
    }

    /// Whose session this is and when it ends, be that over or not.
    pub async fn session_by_hash(&self, hash: &str) -> Result<Option<(AgentId, Timestamp)>, StoreError> {
        self.read(hash.to_owned(), |tx, hash| {
            Box::pin(async move {
                let row = tx.query_one(sql::SESSION, params![hash]).await?;
                row.map(|row| Ok((row.id("agent_id")?, row.time("expires_at")?))).transpose()
            })
        })
        .await
    }

    pub async fn delete_session(&self, hash: &str) -> Result<(), StoreError> {
        self.write(hash.to_owned(), |tx, hash| {
            Box::pin(async move { tx.execute(sql::DELETE_SESSION, params![hash]).await.map(drop) })
        })
        .await
    }

    /// Forgets sessions that are over. Gives how many went.
    pub async fn delete_expired_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.write(now, |tx, now| {
            Box::pin(async move { tx.execute(sql::DELETE_EXPIRED_SESSIONS, params![*now]).await })
        })
        .await
    }

    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.read(key.to_owned(), |tx, key| {
            Box::pin(async move { value_of(tx.query_one(sql::SETTING, params![key]).await?) })
        })
        .await
    }

    pub async fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.write((key.to_owned(), value.to_owned()), |tx, (key, value)| {
            Box::pin(async move { tx.execute(sql::SET_SETTING, params![key, value]).await.map(drop) })
        })
        .await
    }

    /// Reads and deletes in one: of two who take the same one gets it.
    pub async fn take_setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.write(key.to_owned(), |tx, key| {
            Box::pin(async move { value_of(tx.query_one(sql::TAKE_SETTING, params![key]).await?) })
        })
        .await
    }
}

fn value_of(row: Option<Row>) -> Result<Option<String>, StoreError> {
    row.map(|row| row.text("value")).transpose()
}

fn read_agent(row: &Row) -> Result<Agent, StoreError> {
    Ok(Agent {
        id: row.id("id")?,
        name: row.text("name")?,
        role: row.text("role")?,
        machine: row.flag("machine")?,
        created_at: row.time("created_at")?,
    })
}

fn read_token(row: &Row) -> Result<Token, StoreError> {
    Ok(Token {
        id: row.id("id")?,
        name: row.text("name")?,
        role: row.text("role")?,
        agent: row.id("agent_id")?,
        hash: row.text("hash")?,
        created_at: row.time("created_at")?,
        expires_at: row.optional_time("expires_at")?,
        revoked_at: row.optional_time("revoked_at")?,
    })
}
