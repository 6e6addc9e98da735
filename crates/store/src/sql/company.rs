//! Companies.

use crate::dialect::{Sql, locking};

macro_rules! company {
    ($rest:literal) => {
        concat!("SELECT id, name, created_at, merged_into FROM company ", $rest)
    };
}

/// The head of a statement that reads `family`: the ids of all companies that are one with the given one by merges. A circle, which
/// merging refuses, has none.
macro_rules! family {
    ($of:literal) => {
        concat!(
            "WITH RECURSIVE chain (id, merged_into) AS (SELECT id, merged_into FROM company WHERE id = ",
            $of,
            " UNION SELECT company.id, company.merged_into FROM company JOIN chain ON company.id = chain.merged_into), ",
            "family (id) AS (SELECT id FROM chain WHERE merged_into IS NULL ",
            "UNION SELECT company.id FROM company JOIN family ON company.merged_into = family.id) "
        )
    };
}

/// `<column> IN one_firm!("$1")`: whether it is one with the given company.
macro_rules! one_firm {
    ($of:literal) => {
        concat!("(", $crate::sql::company::family!($of), "SELECT id FROM family)")
    };
}

pub(crate) use {family, one_firm};

pub(crate) const INSERT: &str = "INSERT INTO company (id, name, name_key, created_at)
    VALUES ($1, $2, $3, $4) ON CONFLICT (name_key) DO NOTHING";
pub(crate) const BY_KEY: &str = company!("WHERE name_key = $1");
pub(crate) const COMPANY: &str = company!("WHERE id = $1");
pub(crate) const COMPANY_LOCKED: Sql = locking!(company!("WHERE id = $1"));
pub(crate) const COMPANIES: &str = company!("WHERE id > $1 ORDER BY id LIMIT $2");
/// The one that all are now comes first.
pub(crate) const FAMILY: &str = concat!(
    family!("$1"),
    "SELECT company.id, company.name, company.created_at, company.merged_into FROM family
    JOIN company ON company.id = family.id
    ORDER BY CASE WHEN company.merged_into IS NULL THEN 0 ELSE 1 END, company.id"
);
/// Nothing else of the company is touched, so that parting leaves it as it was.
pub(crate) const SET_MERGED: &str = "UPDATE company SET merged_into = $2 WHERE id = $1";
