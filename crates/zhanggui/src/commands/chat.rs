use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, bail};
use clap::Args;
use desk::{
    Desk,
    quotes::Form,
    receive::{ReceiveError, Received},
};
use domain::{
    fact::FactBody,
    turn::{ReplyKind, Turn},
};
use serde::Deserialize;
use server::quote_page::{self, Links};
use testkit::PastOrder;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWriteExt, BufReader, Split};

use crate::{Common, wiring};

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
    /// Who is talking: the contact's id in the inbox `chat`
    #[arg(long, value_name = "ID", default_value = "terminal")]
    contact: String,
    /// JSON file: {"contact": {"external_id", "name", "company", "attributes"}, "orders": [{"date", "product", "quantity"}]}
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// Print the whole envelope of POST /api/v1/messages, one line per message
    #[arg(long)]
    json: bool,
    /// Folder for the quotes that are made: each as page, XLSX and PDF
    #[arg(long, value_name = "FOLDER")]
    documents: Option<PathBuf>,
}

/// What `--context` may say of the contact.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChatContext {
    #[serde(default)]
    contact: ContactContext,
    #[serde(default)]
    orders: Vec<PastOrder>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactContext {
    external_id: Option<String>,
    name: Option<String>,
    company: Option<String>,
    #[serde(default)]
    company_verified: bool,
    #[serde(default)]
    attributes: domain::contact::Attributes,
}

/// A turn has no time limit here but this one.
const PATIENCE: Duration = Duration::from_mins(1);

/// So long a pasted table is waited for to go on.
const PASTED: Duration = Duration::from_millis(200);

/// Each line of stdin is a buyer's message; the rows of a pasted table are one.
pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let mut common = options.common.clone();
    common.database.get_or_insert_with(|| "sqlite::memory:".to_owned());
    let config = wiring::configure(&common, true)?;
    let context = match &options.context {
        Some(path) => read_context(path)?,
        None => ChatContext::default(),
    };
    let desk = wiring::open(&config).await?;
    let speaker = Speaker {
        external_id: context.contact.external_id.unwrap_or(options.contact),
        name: context.contact.name,
        company: context.contact.company,
        company_verified: context.contact.company_verified,
        attributes: context.contact.attributes,
    };
    if !context.orders.is_empty() {
        testkit::give_orders(&desk, "chat", &speaker.external_id, &context.orders)
            .await
            .context("the orders of the context could not be taken")?;
    }
    converse(&desk, &speaker, options.json, options.documents.as_deref()).await?;
    desk.stop().await;
    Ok(ExitCode::SUCCESS)
}

struct Speaker {
    external_id: String,
    name: Option<String>,
    company: Option<String>,
    company_verified: bool,
    attributes: domain::contact::Attributes,
}

fn read_context(path: &PathBuf) -> anyhow::Result<ChatContext> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("`{}` could not be read", path.display()))?;
    match serde_json::from_str(&text) {
        Ok(context) => Ok(context),
        Err(error) => bail!("`{}` is not a context: {error}", path.display()),
    }
}

async fn converse(
    desk: &Desk,
    speaker: &Speaker,
    json: bool,
    documents: Option<&Path>,
) -> anyhow::Result<()> {
    let mut messages = Messages::new(BufReader::new(tokio::io::stdin()));
    let mut out = tokio::io::stdout();
    let interactive = std::io::IsTerminal::is_terminal(&std::io::stdin());
    loop {
        if interactive {
            out.write_all("你 > ".as_bytes()).await?;
            out.flush().await?;
        }
        let Some(text) = messages.next().await? else { break };
        if text.trim().is_empty() {
            continue;
        }
        let received = Received {
            inbox: "chat".to_owned(),
            contact_external_id: speaker.external_id.clone(),
            contact_name: speaker.name.clone(),
            company: speaker.company.clone(),
            company_verified: speaker.company_verified,
            attributes: speaker.attributes.clone(),
            trusted: true,
            message_external_id: None,
            text,
            attachments: Vec::new(),
        };
        let receipt = desk.receive(received, Some(PATIENCE)).await;
        let turn = receipt.as_ref().ok().and_then(|receipt| receipt.turn.as_ref());
        let papers = match turn {
            Some(turn) => papers(desk, turn, documents).await?,
            None => None,
        };
        let shown = match receipt {
            Ok(receipt) if json => serde_json::to_string(&server::envelope::of(receipt))?,
            Ok(receipt) => match &receipt.turn {
                Some(turn) => plain(turn),
                None => "(还没有答复 · no answer yet)".to_owned(),
            },
            Err(error @ ReceiveError::Invalid { .. }) if json => {
                serde_json::json!({"error": {"code": "invalid_message", "detail": error.to_string()}})
                    .to_string()
            }
            Err(error @ ReceiveError::Invalid { .. }) => format!("! {error}"),
            Err(error) => return Err(error).context("the message could not be taken"),
        };
        out.write_all(shown.as_bytes()).await?;
        out.write_all(b"\n").await?;
        if let Some(note) = papers.filter(|_| !json) {
            out.write_all(format!("       \u{1b}[2m{note}\u{1b}[0m\n").as_bytes()).await?;
        }
        out.flush().await?;
    }
    Ok(())
}

/// Keeps the quote that the turn speaks of as files in `folder`; what to say about it.
async fn papers(desk: &Desk, turn: &Turn, folder: Option<&Path>) -> anyhow::Result<Option<String>> {
    let quoted = turn.reply.facts.iter().find_map(|fact| match &fact.body {
        FactBody::Quote { id, url: Some(_), .. } => Some(*id),
        _ => None,
    });
    let Some(id) = quoted else { return Ok(None) };
    let Some(folder) = folder else {
        let note = "加上 --documents 目录，报价单就存成网页、Excel 和 PDF · --documents FOLDER keeps it as page, XLSX and PDF";
        return Ok(Some(note.to_owned()));
    };
    let quote = desk.store().quote(id).await?.context("the quote is gone")?;
    let document = desk.quote_document(&quote, None);
    let name = &document.file_name;
    std::fs::create_dir_all(folder).with_context(|| format!("`{}` could not be made", folder.display()))?;
    let keep = |file: String, bytes: &[u8]| {
        let path = folder.join(file);
        std::fs::write(&path, bytes).with_context(|| format!("`{}` could not be written", path.display()))
    };
    let links = Links {
        stylesheet: "quote.css".into(),
        pdf: format!("{name}.pdf"),
        xlsx: format!("{name}.xlsx"),
        accept: None,
        other_language: None,
    };
    keep(format!("{name}.html"), quote_page::quote(&document, &links, false).as_bytes())?;
    keep("quote.css".to_owned(), quote_page::stylesheet())?;
    let mut note = format!("{}/{name}.html", folder.display());
    for form in [Form::Xlsx, Form::Pdf] {
        match desk.quote_file(&quote, form, None).await {
            Ok(bytes) => {
                keep(format!("{name}.{}", form.ending()), &bytes)?;
                note.push_str(&format!(" · .{}", form.ending()));
            }
            Err(error) => note.push_str(&format!(" · {}: {error}", form.ending())),
        }
    }
    Ok(Some(note))
}

/// Each line is a message, but for the rows of a pasted table, which are one message together.
struct Messages<R> {
    lines: Split<R>,
    /// A line that was read to see whether the table goes on.
    ahead: Option<String>,
}

impl<R: AsyncBufRead + Unpin> Messages<R> {
    fn new(reader: R) -> Self {
        Self { lines: reader.split(b'\n'), ahead: None }
    }

    async fn next(&mut self) -> std::io::Result<Option<String>> {
        let first = match self.ahead.take() {
            Some(line) => Some(line),
            None => self.line().await?,
        };
        let Some(mut text) = first else { return Ok(None) };
        if !is_row(&text) {
            return Ok(Some(text));
        }
        // What is pasted comes at once; whoever waits for an answer to a single row gets it.
        while let Ok(next) = tokio::time::timeout(PASTED, self.line()).await {
            match next? {
                Some(line) if is_row(&line) => {
                    text.push('\n');
                    text.push_str(&line);
                }
                other => {
                    self.ahead = other;
                    break;
                }
            }
        }
        Ok(Some(text))
    }

    /// Dropping the future loses nothing: what was read of a line stays in the reader.
    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let line = self.lines.next_segment().await?;
        Ok(line.map(|line| String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned()))
    }
}

/// Cells from a spreadsheet have tabs between them, those of Markdown stand between bars.
fn is_row(line: &str) -> bool {
    line.contains('\t') || (line.starts_with('|') && line.trim_end().ends_with('|'))
}

/// The reply, and in one dim line how it came about.
fn plain(turn: &Turn) -> String {
    let intents: Vec<String> = turn
        .understanding
        .intents
        .iter()
        .map(|intent| format!("{} {:.2}", intent.name, intent.confidence))
        .collect();
    let mut note = format!("{} → {} ({})", intents.join(", "), turn.strategy.name, turn.strategy.rule);
    if let Some(lead) = &turn.lead {
        note.push_str(&format!(" · lead {:.2}", lead.score));
    }
    if let Some(handoff) = &turn.handoff {
        note.push_str(&format!(" · handoff {}", handoff.reason.name()));
    }
    let reply = match turn.reply.kind {
        ReplyKind::Silent => "(不作声 · silent)",
        _ => &turn.reply.text,
    };
    format!("掌柜 > {}\n       \u{1b}[2m{note}\u{1b}[0m", reply.replace('\n', "\n       "))
}

#[cfg(test)]
mod tests {
    use super::Messages;

    #[tokio::test]
    async fn the_rows_of_a_table_are_one_message_and_other_lines_one_each() {
        let typed = "你好\r\n型号\t数量\nP001\t20\n多少钱\n| a | b |\n| 1 | 2 |\n\nok";
        let mut messages = Messages::new(typed.as_bytes());
        let mut heard = Vec::new();
        while let Some(message) = messages.next().await.expect("memory can be read") {
            heard.push(message);
        }
        assert_eq!(heard, ["你好", "型号\t数量\nP001\t20", "多少钱", "| a | b |\n| 1 | 2 |", "", "ok"]);
    }
}
