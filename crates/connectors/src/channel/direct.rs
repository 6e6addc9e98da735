use desk::ports::{ChannelSender, Delivered};
use domain::{conversation::Conversation, inbox::Inbox, message::Message};
use futures_util::future::{BoxFuture, FutureExt, ready};

/// For inboxes whose buyers read their replies from this server (API callers, the widget, the terminal): the commit was the
/// delivery, nothing is left to send.
#[derive(Debug, Clone, Copy, Default)]
pub struct Direct;

impl ChannelSender for Direct {
    fn send<'a>(
        &'a self,
        inbox: &'a Inbox,
        _conversation: &'a Conversation,
        _message: &'a Message,
    ) -> BoxFuture<'a, Delivered> {
        let delivered = if inbox.kind.delivers_by_commit() {
            Delivered::Sent
        } else {
            Delivered::Refused { reason: format!("no channel is configured for the inbox {}", inbox.name) }
        };
        ready(delivered).boxed()
    }
}
