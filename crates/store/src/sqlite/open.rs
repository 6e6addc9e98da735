//! Opening the file: the lock, the settings, the check after an unclean stop, the migrations.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{OpenFlags, config::DbConfig};

use super::{Connection, Location, sync::SyncLog};
use crate::{OpenError, error::StoreError, migration};

/// How long a statement waits for another process's tool (a backup, a shell) to let go.
pub(super) const BUSY: Duration = Duration::from_secs(5);

pub(super) struct Opened {
    pub(super) writer: Connection,
    pub(super) readers: Vec<Connection>,
    /// With the connection that moves the log; none in memory.
    pub(super) file: Option<(LockedFile, Connection)>,
}

/// The database's file with the lock that keeps a second process out. The lock is the operating system's: a killed process leaves none.
pub(super) struct LockedFile {
    pub(super) path: PathBuf,
    _lock: File,
}

pub(super) fn open(location: &Location, readers: usize) -> Result<Opened, OpenError> {
    let path = match location {
        Location::Memory => {
            let mut writer = connect(rusqlite::Connection::open_in_memory())?;
            migrate(&mut writer)?;
            return Ok(Opened { writer, readers: Vec::new(), file: None });
        }
        Location::File(path) => path.clone(),
    };
    let file = lock(path)?;
    let unclean = fs::metadata(wal_of(&file.path)).is_ok_and(|wal| wal.len() > 0);
    let mut writer = connect(rusqlite::Connection::open(&file.path))?;
    if unclean {
        check(&mut writer)?;
    }
    migrate(&mut writer)?;
    // Leases belong to a process; the one that held them is gone.
    writer.execute("UPDATE conversation SET lease_until = 0 WHERE lease_until > 0", &[])?;
    let readers = connect_readers(&file.path, readers)?;
    let mover = connect(rusqlite::Connection::open(&file.path))?;
    Ok(Opened { writer, readers, file: Some((file, mover)) })
}

fn connect_readers(path: &Path, readers: usize) -> Result<Vec<Connection>, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    (0..readers.max(1)).map(|_| connect(rusqlite::Connection::open_with_flags(path, flags))).collect()
}

/// Read-only connections to a file that another process may have at work.
pub(super) fn open_to_read(location: &Location, readers: usize) -> Result<Vec<Connection>, OpenError> {
    let Location::File(path) = location else {
        return Err(OpenError::NothingToRead("a database in memory".into()));
    };
    if !path.is_file() {
        return Err(OpenError::NothingToRead(path.display().to_string()));
    }
    let mut readers = connect_readers(path, readers)?;
    if let Some(first) = readers.first_mut() {
        let rows = first.query(migration::APPLIED, &[])?;
        let applied = rows.iter().map(|row| row.text("name")).collect::<Result<Vec<_>, _>>()?;
        migration::none_missing(&applied)?;
    }
    Ok(readers)
}

/// The write-ahead log beside the database.
pub(super) fn wal_of(path: &Path) -> PathBuf {
    beside(path, "-wal")
}

/// How the log is synced. It stays one and the same file while the database is open.
pub(super) fn sync_log(file: &LockedFile) -> Result<SyncLog, OpenError> {
    let path = wal_of(&file.path);
    let log = File::open(&path).map_err(|source| OpenError::File {
        action: "open the log",
        path: path.display().to_string(),
        source,
    })?;
    Ok(Box::new(move || log.sync_data()))
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn lock(path: PathBuf) -> Result<LockedFile, OpenError> {
    let shown = |path: &Path| path.display().to_string();
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|source| OpenError::File {
            action: "create",
            path: shown(folder),
            source,
        })?;
    }
    let lock_path = beside(&path, ".lock");
    let failed = |source| OpenError::File { action: "lock", path: shown(&lock_path), source };
    let lock = own_file().open(&lock_path).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => {
            // Made here, since SQLite would leave its rights to the umask. The log beside it gets the same rights.
            own_file().open(&path).map_err(|source| OpenError::File {
                action: "create",
                path: shown(&path),
                source,
            })?;
            Ok(LockedFile { path, _lock: lock })
        }
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(shown(&path))),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// How to open a file, made for its owner alone if it is not there: it holds all that buyers said.
fn own_file() -> OpenOptions {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn connect(opened: rusqlite::Result<rusqlite::Connection>) -> Result<Connection, StoreError> {
    let raw = opened?;
    raw.busy_timeout(BUSY)?;
    // Else a statement beside a partial index is compiled anew for every new value bound to it.
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // The log is synced after each group (`sync`), and once more by SQLite before it is moved. Checkpoints are made between groups and
    // in the background, never inside somebody's commit.
    raw.execute_batch(
        "PRAGMA foreign_keys = ON;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = NORMAL;
         PRAGMA wal_autocheckpoint = 0;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA cache_size = -16000;
         PRAGMA temp_store = MEMORY;",
    )?;
    Ok(Connection::new(raw))
}

/// After a crash the log is replayed by SQLite; this makes sure that what came out is whole.
fn check(writer: &mut Connection) -> Result<(), OpenError> {
    tracing::info!("the database was not closed cleanly; checking it");
    let rows = writer.query("PRAGMA quick_check(1)", &[])?;
    match rows.first().map(|row| row.text("quick_check")).transpose()? {
        Some(verdict) if verdict == "ok" => Ok(()),
        verdict => Err(OpenError::Damaged(verdict.unwrap_or_else(|| "no answer to the check".into()))),
    }
}

fn migrate(writer: &mut Connection) -> Result<(), OpenError> {
    writer.raw().execute_batch(migration::TABLE).map_err(StoreError::from)?;
    let rows = writer.query(migration::APPLIED, &[])?;
    let applied = rows.iter().map(|row| row.text("name")).collect::<Result<Vec<_>, _>>()?;
    for migration in migration::missing(&applied)? {
        let raw = writer.raw();
        let run = || -> rusqlite::Result<()> {
            raw.execute_batch("BEGIN IMMEDIATE")?;
            raw.execute_batch(migration.sql.sqlite)?;
            raw.execute("INSERT INTO schema_migration (name) VALUES ($1)", [migration.name])?;
            raw.execute_batch("COMMIT")
        };
        if let Err(error) = run() {
            // The transaction may be gone already; what counts is the first error.
            let _rolled_back = raw.execute_batch("ROLLBACK");
            return Err(StoreError::from(error).into());
        }
    }
    Ok(())
}
