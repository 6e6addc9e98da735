//! A fresh database of either kind for each test.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use store::{OpenError, Store, StoreOptions};
use tempfile::TempDir;
use tokio_postgres::NoTls;

pub(crate) struct Bench {
    pub(crate) options: StoreOptions,
    /// Removed with the test.
    pub(crate) folder: Option<TempDir>,
}

impl Bench {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("desk.db").display());
        Self { options: options(url), folder: Some(folder) }
    }

    /// None where there is no PostgreSQL to test with.
    pub(crate) async fn postgres(test: &str) -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let Some(server) = server() else {
            println!(
                "skipped: no ZHANGGUI_TEST_POSTGRES_URL and no initdb that could make a private cluster"
            );
            return None;
        };
        let name = format!("zhanggui_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let admin = connect(server).await;
        admin
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await
            .unwrap_or_else(|error| panic!("{test}: {error}"));
        let (address, _) = server.rsplit_once('/').expect("a URL with a database");
        Some(Self { options: options(format!("{address}/{name}")), folder: None })
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.folder.is_some()
    }

    pub(crate) async fn open(&self) -> Store {
        self.try_open().await.expect("the database opens")
    }

    pub(crate) async fn try_open(&self) -> Result<Store, OpenError> {
        Store::open(&self.options).await
    }

    /// Runs SQL past the store. Only while no store is open on SQLite.
    pub(crate) async fn tamper(&self, sql: &str) {
        match &self.folder {
            Some(folder) => {
                let raw = rusqlite::Connection::open(folder.path().join("desk.db")).expect("opens");
                raw.execute_batch(sql).expect("runs");
            }
            None => connect(&self.options.url).await.batch_execute(sql).await.expect("runs"),
        }
    }

    /// Every table and column, sorted.
    pub(crate) async fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = if let Some(folder) = &self.folder {
            let raw = rusqlite::Connection::open(folder.path().join("desk.db")).expect("opens");
            let sql =
                "SELECT t.name || '.' || c.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
                WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'";
            let mut statement = raw.prepare(sql).expect("a statement");
            let rows = statement.query_map([], |row| row.get(0)).expect("rows");
            rows.collect::<Result<_, _>>().expect("texts")
        } else {
            let sql = "SELECT table_name || '.' || column_name FROM information_schema.columns
                WHERE table_schema = 'public'";
            let rows = connect(&self.options.url).await.query(sql, &[]).await.expect("rows");
            rows.iter().map(|row| row.get(0)).collect()
        };
        columns.sort();
        columns
    }
}

fn options(url: String) -> StoreOptions {
    StoreOptions { url, node: "test".into(), ..StoreOptions::default() }
}

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the server answers");
    tokio::spawn(connection);
    client
}

/// The URL of a server that these tests may make databases on.
fn server() -> Option<&'static String> {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "the tests have no configuration")]
    let given = || std::env::var("ZHANGGUI_TEST_POSTGRES_URL").ok();
    SERVER.get_or_init(|| given().or_else(private_cluster)).as_ref()
}

/// The cluster that most tests share.
fn private_cluster() -> Option<String> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start("")).as_ref().map(|cluster| cluster.url.clone())
}

/// A server of the tests' own. It ends when its script's input ends: with this value, or with this process.
pub(crate) struct Cluster {
    pub(crate) url: String,
    script: Mutex<Script>,
}

struct Script {
    _process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

const SCRIPT: &str = r#"
    export LC_ALL=C
    PATH="$PATH:$(echo /usr/lib/postgresql/*/bin | tr ' ' ':'):/usr/local/bin"
    dir=$(mktemp -d /tmp/zhanggui-postgres-XXXXXX) || exit 1
    trap 'rm -rf "$dir"' EXIT
    cd "$dir" && initdb -D data -U postgres -A trust -E UTF8 --locale=C --no-sync >log 2>&1 || exit 1
    start() {
        postgres -D data -k "$dir" -c listen_addresses= -c max_connections=300 -c shared_buffers=32MB $SETTINGS \
            >>log 2>&1 </dev/null &
        server=$!
        for _ in $(seq 200); do
            psql -h "$dir" -U postgres -c 'SELECT 1' >/dev/null 2>&1 </dev/null && break
            sleep 0.1
        done
        echo "$dir"
    }
    start
    while read -r _; do
        kill -QUIT $server
        wait $server
        start
    done
    kill -QUIT $server
    wait $server
"#;

impl Cluster {
    /// None where there is no PostgreSQL to make one with.
    pub(crate) fn start(settings: &str) -> Option<Self> {
        let as_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
        // PostgreSQL refuses to run as root.
        let mut command = Command::new(if as_root { "setpriv" } else { "sh" });
        if as_root {
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "sh"]);
        }
        command.args(["-c", SCRIPT]).env("SETTINGS", settings).stderr(Stdio::null());
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let input = process.stdin.take()?;
        let mut output = BufReader::new(process.stdout.take()?);
        let mut folder = String::new();
        output.read_line(&mut folder).ok()?;
        let folder = folder.trim();
        if folder.is_empty() {
            return None;
        }
        let url = format!("postgres://postgres@{}/postgres", folder.replace('/', "%2F"));
        Some(Self { url, script: Mutex::new(Script { _process: process, input, output }) })
    }

    /// Stops the server at once, as a crash would, and starts it again.
    pub(crate) fn crash(&self) {
        let mut script = self.script.lock().expect("not poisoned");
        script.input.write_all(b"again\n").expect("the script listens");
        script.output.read_line(&mut String::new()).expect("the server is up again");
    }

    pub(crate) fn bench(&self) -> Bench {
        Bench { options: options(self.url.clone()), folder: None }
    }
}
