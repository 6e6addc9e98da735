//! What a result was measured on and with.

use std::{path::Path, process::Command};

/// Lines that stand above the results.
pub fn description(folder: &Path, built: &str) -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let rustc = run("rustc", &["-V"]).unwrap_or_else(unknown);
    vec![
        format!("Date: {}", now()),
        format!("Machine: {}, {cores} cores, {} of memory", processor(), memory()),
        format!("System: {}; {}", run("uname", &["-sr"]).unwrap_or_else(unknown), file_system(folder)),
        format!("Code: {} (a star: with changes), built {built}; {rustc}", commit()),
        format!(
            "Load average at the start: {} (other work on the machine takes from all figures)",
            load_average()
        ),
    ]
}

/// When a file was last written, in UTC.
pub fn written(file: &Path) -> String {
    run("date", &["-u", "+%Y-%m-%d %H:%M UTC", "-r", &file.display().to_string()]).unwrap_or_else(unknown)
}

/// The time of day in UTC, to the minute.
pub fn now() -> String {
    run("date", &["-u", "+%Y-%m-%d %H:%M UTC"]).unwrap_or_else(unknown)
}

/// The commit that was measured, with a star if the tree had changes.
pub fn commit() -> String {
    let dirty =
        run("git", &["status", "--porcelain", "--untracked-files=no"]).is_none_or(|text| !text.is_empty());
    let star = if dirty { "*" } else { "" };
    format!("{}{star}", run("git", &["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(unknown))
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    line.map_or_else(unknown, |(_, name)| name.trim().to_owned())
}

fn memory() -> String {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kibibytes = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.map_or_else(unknown, |kibibytes| format!("{} GiB", kibibytes >> 20))
}

fn file_system(folder: &Path) -> String {
    let listed = run("df", &["--output=fstype", &folder.display().to_string()]);
    let kind = listed.as_deref().and_then(|listed| listed.lines().nth(1)).map(str::trim);
    kind.map_or_else(unknown, |kind| format!("databases on {kind}"))
}

fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
