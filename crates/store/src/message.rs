//! Messages of buyers, the assistant and people.

use domain::{
    id::{ConversationId, MessageId},
    message::{Author, Message, MessageKind},
};
use futures_util::future::BoxFuture;

use crate::{
    Store,
    error::StoreError,
    page::{Page, Paged},
    sql::message as sql,
    tx::{Statement, statement},
    value::{Row, json, params},
};

impl Store {
    pub fn message(&self, id: MessageId) -> BoxFuture<'_, Result<Option<Message>, StoreError>> {
        self.read(id, |tx, id| {
            Box::pin(async move {
                tx.query_one(sql::MESSAGE, params![*id]).await?.as_ref().map(read_message).transpose()
            })
        })
    }

    /// A conversation's messages, oldest first. The cursor is the last `seq` seen.
    pub fn messages(
        &self,
        conversation: ConversationId,
        page: Page,
    ) -> BoxFuture<'_, Result<Paged<Message>, StoreError>> {
        self.read((conversation, page), |tx, (conversation, page)| {
            Box::pin(async move {
                let key = params![*conversation, page.after_number(0)?, page.fetch()];
                let rows = tx.query(sql::MESSAGES, key).await?;
                let items = rows.iter().map(read_message).collect::<Result<_, _>>()?;
                Ok(Paged::cut(items, page, |message: &Message| message.seq.to_string()))
            })
        })
    }

    /// A conversation's messages, newest first. The cursor is the last `seq` seen.
    pub fn latest_messages(
        &self,
        conversation: ConversationId,
        page: Page,
    ) -> BoxFuture<'_, Result<Paged<Message>, StoreError>> {
        self.read((conversation, page), |tx, (conversation, page)| {
            Box::pin(async move {
                let key = params![*conversation, page.after_number(i64::MAX)?, page.fetch()];
                let rows = tx.query(sql::LATEST, key).await?;
                let items = rows.iter().map(read_message).collect::<Result<_, _>>()?;
                Ok(Paged::cut(items, page, |message: &Message| message.seq.to_string()))
            })
        })
    }
}

/// The statement that stores a message of the assistant or of a person at `seq`.
pub(crate) fn insert<'a>(
    message: &'a Message,
    seq: i64,
    external_id: Option<&'a str>,
) -> Result<Statement<'a>, StoreError> {
    let agent = match message.author {
        Author::Agent(agent) => Some(agent),
        Author::Buyer | Author::Assistant => None,
    };
    let values = params![
        message.id,
        message.conversation,
        seq,
        message.author.name(),
        None::<&str>,
        agent,
        external_id,
        message.kind.name(),
        &message.text,
        json(&message.attachments)?,
        message.turn,
        message.draft,
        message.at
    ];
    Ok(statement(sql::INSERT, values))
}

pub(crate) fn read_message(row: &Row) -> Result<Message, StoreError> {
    let author = match row.str("author")? {
        "buyer" => Author::Buyer,
        "assistant" => Author::Assistant,
        "agent" => Author::Agent(row.id("agent_id")?),
        other => return Err(StoreError::corrupt(format!("column `author` holds `{other}`"))),
    };
    Ok(Message {
        id: row.id("id")?,
        conversation: row.id("conversation_id")?,
        seq: row.integer("seq")?,
        author,
        external_id: row.optional_text("external_id")?,
        kind: row.named("kind", MessageKind::from_name)?,
        text: row.text("text")?,
        attachments: row.json("attachments")?,
        turn: row.optional_id("turn_id")?,
        draft: row.flag("draft")?,
        at: row.time("at")?,
    })
}
