use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use desk::agents::Role;

use crate::{Common, control, wiring};

#[derive(Subcommand)]
pub enum Token {
    /// Make a token and print it once
    Create(Create),
}

#[derive(Args)]
pub struct Create {
    #[command(flatten)]
    common: Common,
    /// What the token is for
    name: String,
    /// channel (brings messages in), agent, manager or admin
    #[arg(long, default_value = "channel")]
    role: String,
}

#[expect(clippy::print_stdout, reason = "the token is what the command is asked for")]
pub async fn run(token: Token) -> anyhow::Result<ExitCode> {
    let Token::Create(options) = token;
    let Some(role) = Role::from_name(&options.role) else {
        bail!("`{}` is not a role; use channel, agent, manager or admin", options.role);
    };
    let config = wiring::configure(&options.common, true)?;
    let request = control::Request::CreateToken { name: options.name.clone(), role: role.name().to_owned() };
    let secret = match control::call(&config.database_url, &request).await? {
        Some(control::Response::Token { secret }) => secret,
        Some(other) => bail!("the running server answered {other:?}"),
        None => {
            let desk = wiring::open(&config).await?;
            let (_, secret) =
                desk.create_token(&options.name, role).await.context("the token could not be stored")?;
            desk.stop().await;
            secret.reveal().to_owned()
        }
    };
    println!("{secret}");
    Ok(ExitCode::SUCCESS)
}
