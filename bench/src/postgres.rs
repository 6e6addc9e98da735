//! A private PostgreSQL cluster in a folder that is thrown away.

use std::{
    ffi::OsString,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::process::{Child, Command};

use crate::server::signal;

/// The longest that the cluster may take to start.
const START_LIMIT: Duration = Duration::from_secs(30);
/// PostgreSQL refuses to run as root; this is whom its packages make.
const USER: &str = "postgres";

/// A cluster that runs with the settings of a fresh `initdb`: fsync and synchronous commit are on. Dropping it kills it.
pub struct Cluster {
    process: Child,
    pub url: String,
    pub version: String,
}

impl Cluster {
    /// Makes and starts a cluster in `folder`, which must be reachable by everyone (mode 0755), with `environment` laid over its own.
    pub async fn start(folder: &Path, environment: &[(&'static str, OsString)]) -> anyhow::Result<Self> {
        let programs =
            programs().context("PostgreSQL is not installed (`initdb` and `postgres` are not found)")?;
        std::fs::create_dir_all(folder)?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?;
        let data = folder.join("data");
        std::fs::create_dir(&data)?;
        let owner = owner(&data)?;
        let made = run(owner, programs.join("initdb"))
            .args(["--auth=trust", "--username=zhanggui", "--encoding=UTF8", "--locale=C", "--pgdata"])
            .arg(&data)
            .output()
            .await
            .context("initdb cannot be started")?;
        if !made.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        }
        let port = free_port()?;
        let log = std::fs::File::create(folder.join("postgres.log"))?;
        let process = run(owner, programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-c", "max_connections=200"])
            .args(["-c", "unix_socket_directories="])
            .envs(environment.iter().cloned())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .context("postgres cannot be started")?;
        let version = Command::new(programs.join("postgres")).arg("--version").output().await?;
        let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
        let cluster =
            Self { process, url: format!("postgres://zhanggui@127.0.0.1:{port}/postgres"), version };
        cluster.wait(&programs, port).await?;
        Ok(cluster)
    }

    async fn wait(&self, programs: &Path, port: u16) -> anyhow::Result<()> {
        let asked = async {
            loop {
                let answer = Command::new(programs.join("pg_isready"))
                    .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
                    .status()
                    .await?;
                if answer.success() {
                    return anyhow::Ok(());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(START_LIMIT, asked)
            .await
            .context("the PostgreSQL cluster was not ready in time")?
    }

    /// Makes an empty database and gives its URL.
    pub async fn database(&self, name: &str) -> anyhow::Result<String> {
        let programs = programs().context("PostgreSQL is not installed")?;
        let made = Command::new(programs.join("psql"))
            .args([&self.url, "-q", "-c", &format!("CREATE DATABASE {name}")])
            .output()
            .await?;
        if !made.status.success() {
            bail!("the database `{name}` could not be made: {}", String::from_utf8_lossy(&made.stderr));
        }
        Ok(self
            .url
            .strip_suffix("postgres")
            .map_or_else(|| self.url.clone(), |server| format!("{server}{name}")))
    }

    /// Lets the cluster end in order.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(id) = self.process.id() {
            signal(id, "INT").await?;
        }
        let ended = tokio::time::timeout(START_LIMIT, self.process.wait()).await;
        ended.context("the PostgreSQL cluster did not stop in time")??;
        Ok(())
    }
}

/// The folder with the newest server programs.
fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    folders.sort();
    folders.extend(["/usr/bin".into(), "/usr/local/bin".into(), "/usr/local/pgsql/bin".into()]);
    // Newest first, then where else they may be.
    let packaged = folders.len() - 3;
    folders[..packaged].reverse();
    let complete =
        |folder: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file());
    folders.into_iter().find(complete)
}

/// Whom the server's programs run as; the data folder is given to him.
fn owner(data: &Path) -> anyhow::Result<Option<(u32, u32)>> {
    if std::fs::metadata(data)?.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let ids = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == USER).then_some(())?;
        Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
    });
    let (user, group) = ids.with_context(|| format!("there is no user `{USER}` to run PostgreSQL as"))?;
    chown(data, Some(user), Some(group))?;
    Ok(Some((user, group)))
}

fn run(owner: Option<(u32, u32)>, program: PathBuf) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/");
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
