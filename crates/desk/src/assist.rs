//! A language model's help with understanding, and the budget that it shares with wording. The local result always stands; what a model
//! adds is checked.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use domain::{Timestamp, conversation::Memory, insight::ModelUse, understanding::Understanding};
use understanding::{Context, Understander, assist};

use crate::{Desk, ports::Prompt};

/// When a model may be asked. It costs money and time, and the local way is right for most messages.
#[derive(Debug, Clone)]
pub struct AssistOptions {
    /// Questions to the model per conversation.
    pub per_conversation: u32,
    /// Per day (UTC) of this process.
    pub per_day: u32,
    /// How long an answer may take; the buyer waits meanwhile.
    pub patience: Duration,
    /// Whether a model that is there words replies, too.
    pub words_replies: bool,
}

impl Default for AssistOptions {
    fn default() -> Self {
        Self { per_conversation: 10, per_day: 1_000, patience: Duration::from_secs(8), words_replies: true }
    }
}

/// How often a model was asked today.
#[derive(Debug, Default)]
pub(crate) struct Spent(Mutex<(i64, u32)>);

impl Spent {
    /// Takes one of the day's questions, if one is left.
    fn take(&self, now: Timestamp, per_day: u32) -> bool {
        let today = now.millis().div_euclid(86_400_000);
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.0 != today {
            *spent = (today, 0);
        }
        let left = spent.1 < per_day;
        spent.1 += u32::from(left);
        left
    }
}

impl Desk {
    /// Takes one question from the budget, if one is left; `asked` were asked in this turn already.
    pub(crate) fn may_ask(&self, memory: &Memory, asked: u32) -> bool {
        let options = &self.inner.options.assist;
        memory.model_questions.saturating_add(asked) < options.per_conversation
            && self.inner.spent.take(self.now(), options.per_day)
    }

    /// What a message means, with a model's help where something is open and the budget allows, and what a model was asked for it.
    pub(crate) async fn understand(
        &self,
        understander: &Understander,
        context: &Context<'_>,
        memory: &Memory,
        text: &str,
    ) -> (Understanding, ModelUse) {
        let mut used = ModelUse::default();
        let local = understander.understand(context, text);
        let Some(model) = &self.inner.model else { return (local, used) };
        let Some(request) = assist::request(text, &local, context) else { return (local, used) };
        let options = &self.inner.options.assist;
        if !self.may_ask(memory, 0) {
            metrics::counter!("model_questions_total", "result" => "over_budget").increment(1);
            return (local, used);
        }
        let prompt = Prompt { text: request.prompt(), schema: request.schema() };
        used.ask(&prompt.text);
        let said = match tokio::time::timeout(options.patience, model.complete(&prompt)).await {
            Ok(Ok(said)) => said,
            Ok(Err(error)) => {
                metrics::counter!("model_questions_total", "result" => "failed").increment(1);
                tracing::warn!(%error, "the language model gave no answer; the local result stands");
                return (local, used);
            }
            Err(_) => {
                metrics::counter!("model_questions_total", "result" => "too_late").increment(1);
                tracing::warn!("the language model took too long; the local result stands");
                return (local, used);
            }
        };
        used.hear(&said);
        match request.read(&said) {
            Ok(answer) => {
                metrics::counter!("model_questions_total", "result" => "answered").increment(1);
                metrics::counter!("model_inventions_total").increment(answer.invented.len() as u64);
                (understander.merge(context, local, text, answer), used)
            }
            Err(refused) => {
                metrics::counter!("model_questions_total", "result" => "refused").increment(1);
                tracing::warn!(%refused, "the language model's answer does not count; the local result stands");
                (local, used)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_so_many_questions() {
        let spent = Spent::default();
        let day = |days: i64| Timestamp::from_millis(days * 86_400_000 + 5);
        assert_eq!([1, 1, 1, 2, 2].map(|days| spent.take(day(days), 2)), [true, true, false, true, true]);
        assert!(!spent.take(day(3), 0));
    }
}
