//! How fast it is, and how much memory it needs: every scenario on every database, beside a bare echo server.

pub mod generator;
mod report;
mod scenario;
mod world;

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;

pub use report::markdown;
pub use world::Kind;

use crate::{echo::Echo, machine};
use generator::Target;
use scenario::{DatabaseResult, Saturation};
use world::World;

/// What is measured, and for how long.
#[derive(Debug, Clone)]
pub struct Plan {
    pub binary: PathBuf,
    /// Empty, and thrown away afterwards.
    pub folder: PathBuf,
    /// Where `slowsync.c` lies.
    pub tools: PathBuf,
    pub databases: Vec<Kind>,
    /// A server to use instead of a private cluster; its databases are made and left there.
    pub postgres_url: Option<String>,
    /// Buyers among whom the messages are spread.
    pub conversations: u64,
    /// Connections that are tried for the maximum.
    pub connections: Vec<usize>,
    /// Each try for the maximum.
    pub saturate: Duration,
    /// Each run at 70 % of it.
    pub hold: Duration,
    pub repeat: usize,
    /// Starts that are timed.
    pub starts: usize,
}

impl Plan {
    /// A look of a minute or so instead of a measurement.
    #[must_use]
    pub fn quick(mut self) -> Self {
        self.databases.retain(|kind| *kind == Kind::Sqlite);
        self.connections = vec![64];
        self.saturate = Duration::from_secs(2);
        self.hold = Duration::from_secs(5);
        self.repeat = 1;
        self.starts = 2;
        self
    }
}

/// Everything that was measured.
pub struct Results {
    pub machine: Vec<String>,
    pub command: String,
    pub plan: Plan,
    pub echo: Saturation,
    /// Once more when all is done: whether something else took the processors meanwhile.
    pub echo_afterwards: f64,
    pub databases: Vec<DatabaseResult>,
    /// What could not be measured, and why.
    pub missing: Vec<String>,
    pub notes: Vec<String>,
}

/// Runs the whole plan. `built` says when the server was built; `progress` hears of each step.
pub async fn run(
    plan: Plan,
    built: &str,
    command: String,
    mut progress: impl FnMut(String),
) -> anyhow::Result<Results> {
    let machine = machine::description(&plan.folder, built);
    progress("echo: the floor of HTTP and of the generator".to_owned());
    let floor = echo(&plan).await?;
    let mut results = Results {
        machine,
        command,
        echo: floor,
        echo_afterwards: 0.0,
        databases: Vec::new(),
        missing: Vec::new(),
        notes: Vec::new(),
        plan: plan.clone(),
    };
    for kind in &plan.databases {
        let folder = plan.folder.join(kind.name());
        let mut world = match World::prepare(*kind, &plan, &folder).await {
            Ok(world) => world,
            Err(error) => {
                results.missing.push(format!("{}: {error:#}", kind.title()));
                continue;
            }
        };
        results.notes.extend(world.note());
        let measured = scenario::measure(&mut world, &plan, &mut progress)
            .await
            .with_context(|| format!("on {}", kind.title()))?;
        results.databases.push(measured);
        world.end().await?;
        std::fs::remove_dir_all(&folder)?;
    }
    progress("echo, once more".to_owned());
    results.echo_afterwards = echo(&plan).await?.median();
    Ok(results)
}

/// The maximum of the bare echo server.
async fn echo(plan: &Plan) -> anyhow::Result<Saturation> {
    let echo = Echo::start().await?;
    let target = Target {
        address: echo.address,
        make: scenario::requests("echo", plan.conversations, true),
        check: |answer| if answer.status == 200 { Ok(()) } else { Err(format!("status {}", answer.status)) },
        next: Arc::default(),
    };
    scenario::saturate(&target, plan, &|| Duration::ZERO).await
}
