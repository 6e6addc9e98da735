//! Server-sent events: one stream for consoles, one for visitors, over the desk's feed.

use std::{convert::Infallible, time::Duration};

use axum::{
    http::HeaderMap,
    response::sse::{Event as Frame, Sse},
};
use desk::live::{Heard, Listener};
use domain::{
    event::{Event, EventKind},
    id::MessageId,
};
use futures_util::{Stream, future::BoxFuture, stream};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::{Interval, MissedTickBehavior, interval};
use utoipa::ToSchema;

use crate::{AppState, access::Caller, problem::Problem, resource::conversation::Message};

/// Who listens: what he may see of an event, and whether he still may.
pub(crate) trait Audience: Send + Sized + 'static {
    /// The event as this listener sees it, or `None` where it is none of his.
    fn show<'a>(&'a mut self, state: &'a AppState, event: &'a Event) -> BoxFuture<'a, Option<Value>>;

    /// Asked at every heartbeat.
    fn still_allowed<'a>(&'a self, state: &'a AppState) -> BoxFuture<'a, bool>;
}

/// An event of the console's feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LiveEvent {
    /// `evt_…`
    id: String,
    /// Also the frame's `event`.
    kind: &'static str,
    conversation_id: Option<String>,
    contact_id: Option<String>,
    at: String,
    /// The message of `message_received` and `message_sent`.
    message: Option<Message>,
    /// Further details, which depend on the kind.
    data: Value,
}

struct Feed<A> {
    state: AppState,
    audience: A,
    listener: Listener,
    heartbeat: Interval,
}

/// Milliseconds after which a client should come back.
const RETRY: Duration = Duration::from_secs(2);

/// The stream for one listener, from after the event that the request names or from now on.
pub(crate) async fn stream_to<A: Audience>(
    state: AppState,
    audience: A,
    headers: &HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Frame, Infallible>> + use<A>>, Problem> {
    let listener = state.desk.listen(last_event_id(headers)?).await?;
    let mut heartbeat = interval(state.options.heartbeat);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once and tells the client that the stream is open.
    let feed = Feed { state, audience, listener, heartbeat };
    let opening = stream::once(async { Ok(Frame::default().retry(RETRY)) });
    let events = stream::unfold(Some(feed), |feed| async move { next(feed?).await });
    Ok(Sse::new(stream::StreamExt::chain(opening, events)))
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().ok().filter(|number| *number >= 0).map(Some).ok_or_else(|| {
        Problem::invalid_parameter("Last-Event-ID", "`Last-Event-ID` is not the id of an event; leave it out")
    })
}

type Next<A> = Option<(Result<Frame, Infallible>, Option<Feed<A>>)>;

async fn next<A: Audience>(mut feed: Feed<A>) -> Next<A> {
    loop {
        let heard = tokio::select! {
            () = feed.state.stopping.cancelled() => return None,
            heard = feed.listener.next() => heard,
            _ = feed.heartbeat.tick() => {
                if !feed.audience.still_allowed(&feed.state).await {
                    return None;
                }
                return Some((Ok(Frame::default().comment("")), Some(feed)));
            }
        };
        match heard {
            Ok(Some(Heard::Event(event))) => {
                let Some(data) = feed.audience.show(&feed.state, &event).await else { continue };
                return Some((Ok(frame(event.number, event.event.kind.name(), &data)), Some(feed)));
            }
            Ok(Some(Heard::Reset { next })) => {
                return Some((Ok(frame(next, "reset", &json!({ "next": next }))), Some(feed)));
            }
            // The client comes back and names the last event that it saw.
            Ok(None) => return None,
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "events could not be read for a listener");
                return None;
            }
        }
    }
}

fn frame(number: i64, kind: &str, data: &Value) -> Frame {
    Frame::default().id(number.to_string()).event(kind).data(data.to_string())
}

/// The message that an event tells of.
pub(crate) async fn message_of(state: &AppState, event: &Event) -> Option<domain::message::Message> {
    if !matches!(event.event.kind, EventKind::MessageReceived | EventKind::MessageSent) {
        return None;
    }
    let data = &event.event.data;
    let id = data.get("message_id")?.as_str()?;
    let id: MessageId = id.parse().ok()?;
    state.desk.store().message(id).await.ok().flatten()
}

impl Audience for Caller {
    fn show<'a>(&'a mut self, state: &'a AppState, event: &'a Event) -> BoxFuture<'a, Option<Value>> {
        Box::pin(async move {
            let message = message_of(state, event).await.map(Into::into);
            let told = &event.event;
            serde_json::to_value(LiveEvent {
                id: told.id.to_string(),
                kind: told.kind.name(),
                conversation_id: told.conversation.map(|id| id.to_string()),
                contact_id: told.contact.map(|id| id.to_string()),
                at: told.at.to_string(),
                message,
                data: told.data.clone(),
            })
            .ok()
        })
    }

    fn still_allowed<'a>(&'a self, state: &'a AppState) -> BoxFuture<'a, bool> {
        Box::pin(Self::still_allowed(self, state))
    }
}
