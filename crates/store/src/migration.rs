//! Which migrations a database has, and which are missing.

use crate::{
    OpenError,
    dialect::{MIGRATIONS, Migration},
};

pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY)";

pub(crate) const APPLIED: &str = "SELECT name FROM schema_migration ORDER BY name";

/// The migrations to run, in order. A database with one that is not known here was written by a newer version.
pub(crate) fn missing(applied: &[String]) -> Result<Vec<&'static Migration>, OpenError> {
    let known = |name: &str| MIGRATIONS.iter().any(|migration| migration.name == name);
    if let Some(newer) = applied.iter().find(|name| !known(name)) {
        return Err(OpenError::NewerSchema(newer.clone()));
    }
    let is_applied = |migration: &&Migration| applied.iter().any(|name| name == migration.name);
    Ok(MIGRATIONS.iter().filter(|migration| !is_applied(migration)).collect())
}

/// For whoever only reads: the schema must be this version's.
pub(crate) fn none_missing(applied: &[String]) -> Result<(), OpenError> {
    match missing(applied)?.first() {
        Some(migration) => Err(OpenError::OlderSchema(migration.name.to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_migrations_run_once_and_unknown_ones_are_refused() {
        let names = |applied: &[&str]| {
            let applied: Vec<String> = applied.iter().map(|&name| name.to_owned()).collect();
            missing(&applied).map(|list| list.len())
        };
        assert_eq!(names(&[]).unwrap(), MIGRATIONS.len());
        assert_eq!(names(&["0001_initial"]).unwrap(), MIGRATIONS.len() - 1);
        // One that came by another branch later than the next is made up for, and nothing else.
        let gap: Vec<String> = MIGRATIONS
            .iter()
            .filter(|migration| migration.name != "0006_follow_ups")
            .map(|migration| migration.name.to_owned())
            .collect();
        let made_up: Vec<&str> = missing(&gap).unwrap().iter().map(|migration| migration.name).collect();
        assert_eq!(made_up, ["0006_follow_ups"]);
        assert!(
            matches!(names(&["0001_initial", "9999_future"]), Err(OpenError::NewerSchema(name)) if name == "9999_future")
        );
    }
}
