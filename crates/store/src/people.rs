//! Those who may come in: agents, API tokens, console sessions; and settings. Secrets are kept as hashes only, made by the caller.

use std::collections::BTreeMap;

use domain::{
    Timestamp,
    colleague::Colleague,
    handoff::Handoff,
    id::{AgentId, TokenId},
};
use futures_util::future::BoxFuture;
use serde::Deserialize;

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

/// Of a conversation's memory only for whom it waits.
#[derive(Deserialize)]
struct Waiting {
    handoff: Option<Handoff>,
}

impl Store {
    pub fn insert_agent<'a>(&'a self, agent: &'a Agent) -> BoxFuture<'a, Result<(), StoreError>> {
        self.write(agent.clone(), |tx, agent| {
            Box::pin(async move {
                let Agent { id, name, role, machine, created_at } = agent;
                tx.execute(sql::INSERT_AGENT, params![*id, name, role, *machine, *created_at]).await.map(drop)
            })
        })
    }

    pub fn agents(&self) -> BoxFuture<'_, Result<Vec<Agent>, StoreError>> {
        self.read((), |tx, ()| {
            Box::pin(async move { tx.query(sql::AGENTS, &[]).await?.iter().map(read_agent).collect() })
        })
    }

    pub fn agent(&self, id: AgentId) -> BoxFuture<'_, Result<Option<Agent>, StoreError>> {
        self.read(id, |tx, id| {
            Box::pin(async move {
                tx.query_one(sql::AGENT, params![*id]).await?.as_ref().map(read_agent).transpose()
            })
        })
    }

    /// When somebody was last in the console; none: he signed out.
    pub fn set_seen(&self, agent: AgentId, at: Option<Timestamp>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.write((agent, at), |tx, (agent, at)| {
            Box::pin(async move { tx.execute(sql::SEEN, params![*agent, *at]).await.map(drop) })
        })
    }

    /// Everybody who was seen at `since` or later, has open conversations or is waited for, by name.
    pub fn colleagues(&self, since: Timestamp) -> BoxFuture<'_, Result<Vec<Colleague>, StoreError>> {
        self.read(since, |tx, since| {
            Box::pin(async move {
                let mut all: BTreeMap<String, (bool, u32)> = BTreeMap::new();
                for row in tx.query(sql::ONLINE, params![*since]).await? {
                    all.entry(row.text("name")?).or_default().0 = true;
                }
                for row in tx.query(sql::HAVING, &[]).await? {
                    let count = u32::try_from(row.integer("conversations")?).unwrap_or(u32::MAX);
                    all.entry(row.text("name")?).or_default().1 += count;
                }
                for row in tx.query(sql::WAITING, &[]).await? {
                    let Waiting { handoff } = row.json("memory")?;
                    if let Some(name) = handoff.and_then(|handoff| handoff.assigned_to) {
                        all.entry(name).or_default().1 += 1;
                    }
                }
                let colleague = |(name, (online, conversations))| Colleague { name, online, conversations };
                Ok(all.into_iter().map(colleague).collect())
            })
        })
    }

    pub fn insert_token<'a>(&'a self, token: &'a Token) -> BoxFuture<'a, Result<(), StoreError>> {
        self.write(token.clone(), |tx, token| {
            Box::pin(async move {
                let Token { id, name, role, agent, hash, created_at, expires_at, revoked_at } = token;
                let values = params![*id, name, role, *agent, hash, *created_at, *expires_at, *revoked_at];
                tx.execute(sql::INSERT_TOKEN, values).await.map(drop)
            })
        })
    }

    /// The token of this hash, expired and revoked ones included.
    pub fn token_by_hash<'a>(&'a self, hash: &'a str) -> BoxFuture<'a, Result<Option<Token>, StoreError>> {
        self.read(hash.to_owned(), |tx, hash| {
            Box::pin(async move {
                tx.query_one(sql::TOKEN_BY_HASH, params![hash]).await?.as_ref().map(read_token).transpose()
            })
        })
    }

    pub fn tokens(&self) -> BoxFuture<'_, Result<Vec<Token>, StoreError>> {
        self.read((), |tx, ()| {
            Box::pin(async move { tx.query(sql::TOKENS, &[]).await?.iter().map(read_token).collect() })
        })
    }

    /// Says whether there was a token to revoke.
    pub fn revoke_token(&self, id: TokenId, now: Timestamp) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.write((id, now), |tx, (id, now)| {
            Box::pin(async move { Ok(tx.execute(sql::REVOKE_TOKEN, params![*id, *now]).await? > 0) })
        })
    }

    pub fn insert_session<'a>(
        &'a self,
        hash: &'a str,
        agent: AgentId,
        expires_at: Timestamp,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.write((hash.to_owned(), agent, expires_at), |tx, (hash, agent, expires_at)| {
            Box::pin(async move {
                tx.execute(sql::INSERT_SESSION, params![hash, *agent, *expires_at]).await.map(drop)
            })
        })
    }

    /// Whose session this is and when it ends, be that over or not.
    pub fn session_by_hash<'a>(
        &'a self,
        hash: &'a str,
    ) -> BoxFuture<'a, Result<Option<(AgentId, Timestamp)>, StoreError>> {
        self.read(hash.to_owned(), |tx, hash| {
            Box::pin(async move {
                let row = tx.query_one(sql::SESSION, params![hash]).await?;
                row.map(|row| Ok((row.id("agent_id")?, row.time("expires_at")?))).transpose()
            })
        })
    }

    pub fn delete_session<'a>(&'a self, hash: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        self.write(hash.to_owned(), |tx, hash| {
            Box::pin(async move { tx.execute(sql::DELETE_SESSION, params![hash]).await.map(drop) })
        })
    }

    /// Forgets sessions that are over. Gives how many went.
    pub fn delete_expired_sessions(&self, now: Timestamp) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write(now, |tx, now| {
            Box::pin(async move { tx.execute(sql::DELETE_EXPIRED_SESSIONS, params![*now]).await })
        })
    }

    pub fn setting<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
        self.read(key.to_owned(), |tx, key| {
            Box::pin(async move { value_of(tx.query_one(sql::SETTING, params![key]).await?) })
        })
    }

    pub fn set_setting<'a>(&'a self, key: &'a str, value: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        self.write((key.to_owned(), value.to_owned()), |tx, (key, value)| {
            Box::pin(async move { tx.execute(sql::SET_SETTING, params![key, value]).await.map(drop) })
        })
    }

    /// Reads and deletes in one: of two who take the same one gets it.
    pub fn take_setting<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
        self.write(key.to_owned(), |tx, key| {
            Box::pin(async move { value_of(tx.query_one(sql::TAKE_SETTING, params![key]).await?) })
        })
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
