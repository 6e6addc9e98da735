use desk::ports::{Delivered, Notice, Notifier};
use futures_util::future::{BoxFuture, FutureExt, ready};

/// Writes notices to the structured log, from where an operator's own tools may pick them up. The console shows them as well.
#[derive(Debug, Clone, Copy, Default)]
pub struct Log;

impl Notifier for Log {
    fn notify<'a>(&'a self, notice: &'a Notice) -> BoxFuture<'a, Delivered> {
        match notice {
            Notice::HotLead { lead } => tracing::info!(
                lead.id = %lead.id,
                lead.score = f64::from(lead.score) / 100.0,
                lead.assigned_to = lead.assigned_to.as_deref(),
                "a lead reached the threshold"
            ),
            Notice::Handoff { conversation } => {
                let handoff = conversation.memory.handoff.as_ref();
                tracing::info!(
                    conversation.id = %conversation.id,
                    handoff.reason = handoff.map(|handoff| handoff.reason.name()),
                    handoff.assigned_to = handoff.and_then(|handoff| handoff.assigned_to.as_deref()),
                    "a person is asked for"
                );
            }
        }
        ready(Delivered::Sent).boxed()
    }
}
