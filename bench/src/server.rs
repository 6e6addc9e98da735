//! The server under test: started, asked whether it is ready, stopped and killed by its process id.

use std::{
    ffi::OsString,
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdout, Command},
};

use crate::http::Client;

/// The API token of every server that is started here.
pub const TOKEN: &str = "bench-0123456789abcdef0123456789abcdef";

/// The longest that a start may take. Generous: it is not what is measured.
const START_LIMIT: Duration = Duration::from_mins(1);
/// The longest that a stop by SIGTERM may take before it is a failure.
pub const STOP_LIMIT: Duration = Duration::from_secs(15);

/// How to start a server.
#[derive(Debug, Clone)]
pub struct Launch {
    pub binary: PathBuf,
    /// Where it runs and writes its log.
    pub folder: PathBuf,
    pub database: String,
    /// The demo shop, if none.
    pub knowledge: Option<PathBuf>,
    pub environment: Vec<(&'static str, OsString)>,
    /// A soft limit on the size of each file, in KiB; it can be lifted while the server runs.
    pub file_size_limit: Option<u64>,
}

/// A server that runs. Dropping it kills it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to the first `200` of `/readyz`.
    pub ready_after: Duration,
    log: PathBuf,
}

/// A server that did not want to start.
#[derive(Debug)]
pub struct Refusal {
    pub status: ExitStatus,
    /// What it said on stderr.
    pub said: String,
}

/// How a server ended after SIGTERM.
#[derive(Debug)]
pub struct Stopped {
    pub status: ExitStatus,
    pub after: Duration,
}

/// Memory of a process, in KiB.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    pub resident: u64,
    pub peak: u64,
}

impl Launch {
    /// A server on the SQLite file `database` with the demo shop.
    pub fn sqlite(binary: &Path, folder: &Path, database: &Path) -> Self {
        Self::new(binary, folder, format!("sqlite://{}", database.display()))
    }

    pub fn new(binary: &Path, folder: &Path, database: String) -> Self {
        Self {
            binary: binary.to_path_buf(),
            folder: folder.to_path_buf(),
            database,
            knowledge: None,
            environment: Vec::new(),
            file_size_limit: None,
        }
    }

    #[must_use]
    pub fn with(mut self, environment: impl IntoIterator<Item = (&'static str, OsString)>) -> Self {
        self.environment.extend(environment);
        self
    }

    fn command(&self, log: File) -> Command {
        let mut command = if let Some(kibibytes) = self.file_size_limit {
            let mut shell = Command::new("bash");
            // Ignored, the signal becomes an error of the write, as on a full disk.
            let script = format!("trap '' XFSZ; ulimit -S -f {kibibytes}; exec \"$@\"");
            shell.args(["-c", &script, "bash"]).arg(&self.binary);
            shell
        } else {
            Command::new(&self.binary)
        };
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", &self.database]);
        if let Some(knowledge) = &self.knowledge {
            command.arg("--knowledge").arg(knowledge);
        }
        command
            .current_dir(&self.folder)
            .env("ZHANGGUI_API__BOOTSTRAP_TOKEN", TOKEN)
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true);
        command
    }

    fn log_path(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    fn spawn(&self) -> anyhow::Result<Child> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_path())
            .with_context(|| format!("`{}` cannot be written", self.log_path().display()))?;
        self.command(log).spawn().with_context(|| {
            format!("`{}` cannot be started; build it, or name another with --binary", self.binary.display())
        })
    }

    /// Starts the server and waits until it is ready.
    pub async fn start(&self) -> anyhow::Result<Server> {
        let begun = Instant::now();
        let mut child = self.spawn()?;
        let log = self.log_path();
        let stdout = child.stdout.take().context("the server's output is piped")?;
        let ready = tokio::time::timeout(START_LIMIT, async {
            let address = read_address(stdout).await?;
            wait_until_ready(address).await;
            anyhow::Ok(address)
        });
        let address = match ready.await {
            Ok(Ok(address)) => address,
            Ok(Err(error)) => return Err(error.context(last_words(&log))),
            Err(_) => {
                bail!("the server was not ready within {} s; {}", START_LIMIT.as_secs(), last_words(&log))
            }
        };
        Ok(Server { child, address, ready_after: begun.elapsed(), log })
    }

    /// Starts a server that is expected to refuse, and gives its reason.
    pub async fn expect_refusal(&self) -> anyhow::Result<Refusal> {
        let log = self.log_path();
        let before = std::fs::metadata(&log).map_or(0, |log| log.len()) as usize;
        let mut child = self.spawn()?;
        let ended = tokio::time::timeout(START_LIMIT, child.wait()).await;
        let status = ended.context("the server runs, although it should have refused to start")??;
        let said = std::fs::read(&log)?;
        let said = String::from_utf8_lossy(said.get(before..).unwrap_or_default()).into_owned();
        Ok(Refusal { status, said })
    }
}

/// The address stands in what the server prints at its start; port 0 lets the system choose one that is free.
async fn read_address(stdout: ChildStdout) -> anyhow::Result<SocketAddr> {
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        let Some((_, rest)) = line.split_once("http://") else { continue };
        let end = rest.find('/').unwrap_or(rest.len());
        let address = rest[..end].parse().with_context(|| format!("`{line}` names no address"))?;
        // What else it prints must go somewhere, or its writes would fail.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        return Ok(address);
    }
    bail!("the server ended before it listened")
}

async fn wait_until_ready(address: SocketAddr) {
    let mut client = Client::new(address);
    loop {
        if client.get("/readyz").await.is_ok_and(|answer| answer.status == 200) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn last_words(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.get(lines.len().saturating_sub(8)..).unwrap_or_default();
    format!("its last words were:\n{}", last.join("\n"))
}

impl Server {
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// None once it has ended.
    pub fn process_id(&self) -> Option<u32> {
        self.child.id()
    }

    /// What it has logged, together with its predecessors in the same folder.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// SIGKILL, at once.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        self.child.start_kill().context("the server could not be killed")?;
        self.child.wait().await.context("the killed server could not be waited for")?;
        Ok(())
    }

    /// SIGTERM; SIGKILL if it does not end in time, which is an error.
    pub async fn stop(mut self) -> anyhow::Result<Stopped> {
        let id = self.process_id().context("the server had ended before it was stopped")?;
        let begun = Instant::now();
        signal(id, "TERM").await?;
        if let Ok(status) = tokio::time::timeout(STOP_LIMIT, self.child.wait()).await {
            return Ok(Stopped { status: status?, after: begun.elapsed() });
        }
        let words = last_words(&self.log);
        self.kill().await?;
        bail!("the server did not stop within {} s of SIGTERM; {words}", STOP_LIMIT.as_secs())
    }

    pub fn memory(&self) -> anyhow::Result<Memory> {
        let id = self.process_id().context("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse().ok()
        };
        let resident = field("VmRSS:").context("the system does not say how much memory the server has")?;
        Ok(Memory { resident, peak: field("VmHWM:").unwrap_or(resident) })
    }

    /// Processor time that it has used so far.
    pub fn processor_time(&self) -> Duration {
        self.process_id().map_or(Duration::ZERO, |id| processor_time(&id.to_string()))
    }

    /// The sum of all series of one metric.
    pub async fn metric(&self, name: &str) -> anyhow::Result<f64> {
        let answer = self.client().get("/metrics").await?;
        let text = answer.text();
        let of_name = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' ']));
        Ok(text.lines().filter(of_name).filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum())
    }
}

/// Sends a signal to a process that was started here.
pub async fn signal(process_id: u32, name: &str) -> anyhow::Result<()> {
    let status = Command::new("kill").arg(format!("-{name}")).arg(process_id.to_string()).status().await?;
    if !status.success() {
        bail!("SIG{name} could not be sent to process {process_id}");
    }
    Ok(())
}

/// Processor time of a process by its id or `self`. The kernel counts in hundredths of a second.
pub fn processor_time(process: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in parentheses may hold spaces; user and system time are fields 14 and 15.
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}
