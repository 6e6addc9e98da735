//! Who may sign in: people by a one-time set-up link and a session, programs by a token.
//!
//! There is no default password. Secrets are made here, shown once and kept only as hashes.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use domain::{
    Timestamp,
    id::{AgentId, TokenId},
};
use engine::authority;
use sha2::{Digest, Sha256};
use store::{Agent, StoreError, Token};
use subtle::ConstantTimeEq;

use crate::{Desk, system::random_bytes};

/// What a principal may do. Each role includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// May bring buyers' messages in and read their answers.
    Channel,
    /// Works in conversations and leads.
    Agent,
    /// Also sees and decides what the team does.
    Manager,
    /// Everything.
    Admin,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Channel, Self::Agent, Self::Manager, Self::Admin];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Agent => "agent",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// In whose limits somebody decides.
impl From<Role> for authority::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Channel => Self::Assistant,
            Role::Agent => Self::Rep,
            Role::Manager => Self::Manager,
            Role::Admin => Self::Owner,
        }
    }
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    pub name: String,
    pub role: Role,
    /// A person, who can own conversations. Programs that act for the whole desk get an agent of their own at first use.
    pub agent: Option<AgentId>,
}

/// A secret in clear, to be shown once. It does not show itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    fn new(prefix: &str) -> Self {
        use fmt::Write;
        let mut text = String::from(prefix);
        for byte in random_bytes::<32>() {
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The hash that is stored. Secrets have 256 random bits, so a fast hash is enough.
pub fn hash_secret(secret: &str) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    Sha256::digest(secret.as_bytes()).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// How long a token that was looked up is believed: a node that did not revoke it itself hears of that as late as this.
const TOKEN_BELIEVED_MICROS: u64 = 1_000_000;

/// Tokens that were looked up lately, by hash, with the moment: a busy program must not cost a look into the database per request.
#[derive(Default)]
pub(crate) struct KnownTokens(Mutex<HashMap<String, (Token, u64)>>);

impl KnownTokens {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Token, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, hash: &str, now_micros: u64) -> Option<Token> {
        let known = self.lock();
        let (token, at) = known.get(hash)?;
        (now_micros.saturating_sub(*at) < TOKEN_BELIEVED_MICROS).then(|| token.clone())
    }

    fn keep(&self, token: &Token, now_micros: u64) {
        self.lock().insert(token.hash.clone(), (token.clone(), now_micros));
    }

    fn forget(&self) {
        self.lock().clear();
    }
}

const SETUP_LINK: &str = "setup_link_hash";
/// Hours that a console session lives.
const SESSION_HOURS: i64 = 12;

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("the link is not valid any more; start the server again for a new one, or use a token")]
    LinkUsed,
    #[error("the token is not known or has been revoked")]
    UnknownToken,
    #[error("the name is empty or too long")]
    BadName,
    #[error("the sign-in could not be stored")]
    Store(#[source] StoreError),
}

/// A console session as given to the browser.
#[derive(Debug, Clone)]
pub struct Session {
    pub secret: Secret,
    pub expires_at: Timestamp,
    pub principal: Principal,
}

impl Desk {
    /// A one-time link secret for the first admin, or `None` where an admin exists already.
    pub async fn setup_secret(&self) -> Result<Option<Secret>, StoreError> {
        let agents = self.inner.store.agents().await?;
        if agents.iter().any(|agent| agent.role == Role::Admin.name() && !agent.machine) {
            return Ok(None);
        }
        let secret = Secret::new("");
        self.inner.store.set_setting(SETUP_LINK, &hash_secret(secret.reveal())).await?;
        Ok(Some(secret))
    }

    /// Uses up the set-up link: makes the first admin and signs him in.
    pub async fn redeem_setup(&self, secret: &str, name: &str) -> Result<Session, SignInError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 || name.contains('\0') {
            return Err(SignInError::BadName);
        }
        let expected = self.inner.store.setting(SETUP_LINK).await.map_err(SignInError::Store)?;
        let given = hash_secret(secret);
        let matches = expected.is_some_and(|expected| expected.as_bytes().ct_eq(given.as_bytes()).into());
        // Taking it is atomic: of two who open the link at once one gets in.
        if !matches || self.inner.store.take_setting(SETUP_LINK).await.map_err(SignInError::Store)?.is_none()
        {
            return Err(SignInError::LinkUsed);
        }
        let agent = self.new_agent(name, Role::Admin, false).await.map_err(SignInError::Store)?;
        self.open_session(&agent, Role::Admin).await.map_err(SignInError::Store)
    }

    /// Signs a person in with an API token.
    pub async fn sign_in_with_token(&self, token: &str) -> Result<Session, SignInError> {
        let principal = self.principal_of_token(token).await.map_err(SignInError::Store)?;
        let principal = principal.ok_or(SignInError::UnknownToken)?;
        let agent = principal.agent.ok_or(SignInError::UnknownToken)?;
        let agent = self.inner.store.agent(agent).await.map_err(SignInError::Store)?;
        let agent = agent.ok_or(SignInError::UnknownToken)?;
        self.open_session(&agent, principal.role).await.map_err(SignInError::Store)
    }

    async fn open_session(&self, agent: &Agent, role: Role) -> Result<Session, StoreError> {
        let secret = Secret::new("");
        let expires_at = self.now().plus_hours(SESSION_HOURS);
        self.inner.store.insert_session(&hash_secret(secret.reveal()), agent.id, expires_at).await?;
        let principal = Principal { name: agent.name.clone(), role, agent: Some(agent.id) };
        Ok(Session { secret, expires_at, principal })
    }

    /// Whose session this is. Whoever shows one is there: the console does with every request, and for as long as it listens.
    pub async fn principal_of_session(&self, secret: &str) -> Result<Option<Principal>, StoreError> {
        let Some((agent, expires_at)) = self.inner.store.session_by_hash(&hash_secret(secret)).await? else {
            return Ok(None);
        };
        if expires_at <= self.now() {
            return Ok(None);
        }
        let Some(agent) = self.inner.store.agent(agent).await? else { return Ok(None) };
        if agent.machine && !self.has_token(agent.id).await? {
            return Ok(None);
        }
        let Some(role) = Role::from_name(&agent.role) else { return Ok(None) };
        self.see(agent.id).await;
        Ok(Some(Principal { name: agent.name, role, agent: Some(agent.id) }))
    }

    /// Whether a token of this agent is in force: a session that was opened with a token ends with it.
    async fn has_token(&self, agent: AgentId) -> Result<bool, StoreError> {
        let now = self.now();
        let tokens = self.inner.store.tokens().await?;
        Ok(tokens.iter().any(|token| {
            token.agent == agent && token.revoked_at.is_none() && token.expires_at.is_none_or(|at| at > now)
        }))
    }

    pub async fn sign_out(&self, secret: &str) -> Result<(), StoreError> {
        let hash = hash_secret(secret);
        let session = self.inner.store.session_by_hash(&hash).await?;
        self.inner.store.delete_session(&hash).await?;
        match session {
            Some((agent, _)) => self.miss(agent).await,
            None => Ok(()),
        }
    }

    /// Makes a token; the secret is shown once.
    pub async fn create_token(&self, name: &str, role: Role) -> Result<(TokenId, Secret), StoreError> {
        let secret = Secret::new("zg_");
        let id = self.keep_token(name, role, secret.reveal()).await?;
        Ok((id, secret))
    }

    /// Revokes a token at once, on other nodes within a second, with the sessions that were opened with it. Says whether it was in force.
    pub async fn revoke_token(&self, id: TokenId) -> Result<bool, StoreError> {
        let revoked = self.inner.store.revoke_token(id, self.now()).await;
        self.inner.known_tokens.forget();
        revoked
    }

    /// Keeps a token that the operator chose (`api.bootstrap_token`); keeping the same one again changes nothing.
    pub async fn keep_bootstrap_token(&self, secret: &str) -> Result<(), StoreError> {
        if self.inner.store.token_by_hash(&hash_secret(secret)).await?.is_none() {
            self.keep_token("bootstrap", Role::Admin, secret).await?;
        }
        Ok(())
    }

    async fn keep_token(&self, name: &str, role: Role, secret: &str) -> Result<TokenId, StoreError> {
        let now = self.now();
        let agent = self.new_agent(name, role, true).await?;
        let id = TokenId::from_ulid(self.ulid(now));
        let token = Token {
            id,
            name: name.to_owned(),
            role: role.name().to_owned(),
            agent: agent.id,
            hash: hash_secret(secret),
            created_at: now,
            expires_at: None,
            revoked_at: None,
        };
        self.inner.store.insert_token(&token).await?;
        Ok(id)
    }

    async fn new_agent(&self, name: &str, role: Role, machine: bool) -> Result<Agent, StoreError> {
        let now = self.now();
        let id = AgentId::from_ulid(self.ulid(now));
        let agent =
            Agent { id, name: name.to_owned(), role: role.name().to_owned(), machine, created_at: now };
        self.inner.store.insert_agent(&agent).await?;
        Ok(agent)
    }

    pub async fn principal_of_token(&self, secret: &str) -> Result<Option<Principal>, StoreError> {
        let hash = hash_secret(secret);
        let now_micros = self.inner.clock.monotonic_micros();
        let token = match self.inner.known_tokens.find(&hash, now_micros) {
            Some(token) => token,
            None => match self.inner.store.token_by_hash(&hash).await? {
                Some(token) => {
                    self.inner.known_tokens.keep(&token, now_micros);
                    token
                }
                None => return Ok(None),
            },
        };
        if token.revoked_at.is_some() || token.expires_at.is_some_and(|at| at <= self.now()) {
            return Ok(None);
        }
        let Some(role) = Role::from_name(&token.role) else { return Ok(None) };
        Ok(Some(Principal { name: token.name, role, agent: Some(token.agent) }))
    }
}
