//! Every use case on both databases.

/// Stamps each named test onto SQLite and PostgreSQL.
macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name(crate::contract::bench::Bench::sqlite()).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(bench) = crate::contract::bench::Bench::postgres(stringify!($name)).await {
                        super::$name(bench).await;
                    }
                }
            )*
        }
    };
}

#[cfg(test)]
mod contract {
    mod accept;
    mod approval;
    mod bench;
    mod build;
    mod company;
    mod contact;
    mod conversation;
    mod event;
    mod follow_up;
    mod history;
    mod insight;
    mod lead;
    mod offer;
    mod open;
    mod order;
    mod outbox;
    mod people;
    mod quote;
    mod revision;
    mod suggestion;
    mod turn;
}
