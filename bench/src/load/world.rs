//! The databases on which everything is measured.

use std::{
    ffi::OsString,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use super::Plan;
use crate::{postgres::Cluster, server::Launch, shim};

/// So many microseconds are added to each fsync where a cloud disk is imitated.
const SLOW_SYNC_MICROS: u32 = 1_000;

/// A database, on the disk as it is or on one that takes a millisecond longer to sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    SqliteSlow,
    Postgres,
    PostgresSlow,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Sqlite, Self::SqliteSlow, Self::Postgres, Self::PostgresSlow];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::SqliteSlow => "sqlite-slow",
            Self::Postgres => "postgres",
            Self::PostgresSlow => "postgres-slow",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::SqliteSlow => "SQLite, fsync + 1 ms",
            Self::Postgres => "PostgreSQL",
            Self::PostgresSlow => "PostgreSQL, fsync + 1 ms",
        }
    }

    pub const fn is_postgres(self) -> bool {
        matches!(self, Self::Postgres | Self::PostgresSlow)
    }

    const fn is_slow(self) -> bool {
        matches!(self, Self::SqliteSlow | Self::PostgresSlow)
    }
}

impl std::str::FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.map(Self::name).join(", ");
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or(format!("there are {known}"))
    }
}

/// Where the fresh databases of one kind come from.
pub struct World {
    pub kind: Kind,
    binary: PathBuf,
    folder: PathBuf,
    cluster: Option<Cluster>,
    given_url: Option<String>,
    environment: Vec<(&'static str, OsString)>,
    made: u32,
}

impl World {
    pub async fn prepare(kind: Kind, plan: &Plan, folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        // PostgreSQL runs as somebody else and has to reach its folder and the preloaded library.
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?;
        let mut environment = Vec::new();
        if kind.is_slow() {
            let library = shim::compile(&plan.tools, shim::SLOW_SYNC, folder)?;
            environment = shim::slow_sync(&library, SLOW_SYNC_MICROS);
        }
        let given_url = plan.postgres_url.clone().filter(|_| kind == Kind::Postgres);
        let cluster = if kind.is_postgres() && given_url.is_none() {
            Some(Cluster::start(&folder.join("cluster"), &environment).await?)
        } else {
            None
        };
        if kind.is_postgres() {
            // It is PostgreSQL that syncs, not the server before it.
            environment.clear();
        }
        let (binary, folder) = (plan.binary.clone(), folder.to_path_buf());
        Ok(Self { kind, binary, folder, cluster, given_url, environment, made: 0 })
    }

    /// A server on a new, empty database.
    pub async fn fresh(&mut self) -> anyhow::Result<Launch> {
        self.made += 1;
        let name = format!("bench_{}", self.made);
        let folder = self.folder.join(&name);
        std::fs::create_dir_all(&folder)?;
        let launch = match (&self.cluster, &self.given_url) {
            (Some(cluster), _) => Launch::new(&self.binary, &folder, cluster.database(&name).await?),
            (None, Some(url)) => {
                anyhow::ensure!(self.made == 1, "a given PostgreSQL server is measured on one database only");
                Launch::new(&self.binary, &folder, url.clone())
            }
            (None, None) => Launch::sqlite(&self.binary, &folder, &folder.join("zhanggui.db")),
        };
        Ok(launch.with(self.environment.iter().cloned()))
    }

    /// Throws a database away that is not needed any more.
    pub fn discard(launch: &Launch) -> anyhow::Result<()> {
        std::fs::remove_dir_all(&launch.folder)?;
        Ok(())
    }

    /// What a reader should know about the database.
    pub fn note(&self) -> Option<String> {
        let cluster = self.cluster.as_ref()?;
        Some(format!(
            "{}: {}, settings as of `initdb`, on the same machine",
            self.kind.title(),
            cluster.version
        ))
    }

    pub async fn end(self) -> anyhow::Result<()> {
        match self.cluster {
            Some(cluster) => cluster.stop().await,
            None => Ok(()),
        }
    }
}
