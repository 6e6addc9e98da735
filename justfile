# The fast inner loop; `scripts/test` runs everything.

default: check

# Formatting, lints and tests without PostgreSQL: under two minutes when warm.
check:
    scripts/test --quick

run *ARGS:
    cargo run --release -- {{ARGS}}

test *ARGS:
    cargo nextest run {{ARGS}}

golden:
    cargo run --quiet --package zhanggui -- test conversations/stable --verbose

bench *ARGS:
    cargo build --release --workspace
    target/release/bench {{ARGS}}
