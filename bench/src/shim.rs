//! The libraries that are preloaded to make disks slow or to cut their power, compiled from C where the sources lie.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};

/// Delays each fsync; see `slowsync.c`.
pub const SLOW_SYNC: &str = "slowsync";
/// Copies each database file to a shadow folder whenever it is synced; see `powerloss.c`.
pub const POWER_LOSS: &str = "powerloss";

/// Compiles `NAME.c` of the folder `tools` into a library in `folder`.
pub fn compile(tools: &Path, name: &str, folder: &Path) -> anyhow::Result<PathBuf> {
    let source = tools.join(format!("{name}.c"));
    if !source.is_file() {
        bail!("`{}` is missing; name the folder that holds it with --tools", source.display());
    }
    let library = folder.join(format!("{name}.so"));
    let compiled = Command::new("gcc")
        .args(["-O2", "-shared", "-fPIC", "-w", "-o"])
        .arg(&library)
        .arg(&source)
        .arg("-ldl")
        .output()
        .context("gcc cannot be started; install it")?;
    if !compiled.status.success() {
        bail!("`{}` does not compile: {}", source.display(), String::from_utf8_lossy(&compiled.stderr));
    }
    Ok(library)
}

/// The environment that delays each fsync of a process by so many microseconds.
pub fn slow_sync(library: &Path, micros: u32) -> Vec<(&'static str, OsString)> {
    vec![("LD_PRELOAD", library.into()), ("SYNC_US", micros.to_string().into())]
}

/// The environment that keeps in `shadow` what would be left after a power cut.
pub fn power_loss(library: &Path, shadow: &Path) -> Vec<(&'static str, OsString)> {
    vec![("LD_PRELOAD", library.into()), ("SHADOW", shadow.into())]
}
