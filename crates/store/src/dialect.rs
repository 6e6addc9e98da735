//! What differs between the two databases; everything else is one text for both.

/// A statement. Most have one text for both databases.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }
}

/// Locks the rows it reads until the transaction ends. On SQLite there is one writer, so that a lock says nothing.
macro_rules! locking {
    ($text:expr) => {
        $crate::dialect::Sql { sqlite: $text, postgres: concat!($text, " FOR UPDATE") }
    };
}

/// A subselect that takes rows which no other node is taking: `claiming!(head, tail)`.
macro_rules! claiming {
    ($head:expr, $tail:expr) => {
        $crate::dialect::Sql {
            sqlite: concat!($head, $tail),
            postgres: concat!($head, " FOR UPDATE SKIP LOCKED", $tail),
        }
    };
}

pub(crate) use {claiming, locking};

/// The migrations of both databases, in order, under the same names.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_initial",
        sql: Sql {
            sqlite: include_str!("../migrations/sqlite/0001_initial.sql"),
            postgres: include_str!("../migrations/postgres/0001_initial.sql"),
        },
    },
    Migration {
        name: "0002_fewer_indexes",
        sql: Sql {
            sqlite: include_str!("../migrations/sqlite/0002_fewer_indexes.sql"),
            postgres: include_str!("../migrations/postgres/0002_fewer_indexes.sql"),
        },
    },
    Migration {
        name: "0003_approvals",
        sql: Sql {
            sqlite: include_str!("../migrations/sqlite/0003_approvals.sql"),
            postgres: include_str!("../migrations/postgres/0003_approvals.sql"),
        },
    },
    Migration {
        name: "0004_quotes",
        sql: Sql {
            sqlite: include_str!("../migrations/sqlite/0004_quotes.sql"),
            postgres: include_str!("../migrations/postgres/0004_quotes.sql"),
        },
    },
    Migration {
        name: "0005_offers",
        sql: Sql {
            sqlite: include_str!("../migrations/sqlite/0005_offers.sql"),
            postgres: include_str!("../migrations/postgres/0005_offers.sql"),
        },
    },
    Migration {
        name: "0006_follow_ups",
        sql: Sql {
            sqlite: include_str!("../migrations/sqlite/0006_follow_ups.sql"),
            postgres: include_str!("../migrations/postgres/0006_follow_ups.sql"),
        },
    },
    Migration {
        name: "0007_insights",
        sql: Sql {
            sqlite: include_str!("../migrations/sqlite/0007_insights.sql"),
            postgres: include_str!("../migrations/postgres/0007_insights.sql"),
        },
    },
    Migration {
        name: "0008_requests",
        sql: Sql {
            sqlite: include_str!("../migrations/sqlite/0008_requests.sql"),
            postgres: include_str!("../migrations/postgres/0008_requests.sql"),
        },
    },
    Migration {
        name: "0009_profile_edits",
        sql: Sql {
            sqlite: include_str!("../migrations/sqlite/0009_profile_edits.sql"),
            postgres: include_str!("../migrations/postgres/0009_profile_edits.sql"),
        },
    },
    Migration {
        name: "0010_company_merges",
        sql: Sql {
            sqlite: include_str!("../migrations/sqlite/0010_company_merges.sql"),
            postgres: include_str!("../migrations/postgres/0010_company_merges.sql"),
        },
    },
    Migration {
        name: "0011_dismissed_merges",
        sql: Sql {
            sqlite: include_str!("../migrations/sqlite/0011_dismissed_merges.sql"),
            postgres: include_str!("../migrations/postgres/0011_dismissed_merges.sql"),
        },
    },
    Migration {
        name: "0012_presence",
        sql: Sql {
            sqlite: include_str!("../migrations/sqlite/0012_presence.sql"),
            postgres: include_str!("../migrations/postgres/0012_presence.sql"),
        },
    },
];

pub(crate) struct Migration {
    pub(crate) name: &'static str,
    pub(crate) sql: Sql,
}
