//! A language model's wording of a reply, within the budget that it shares with understanding. The template's words always stand ready:
//! they leave where the model is silent, late, too dear or says what no fact issued.

use std::time::Duration;

use domain::{conversation::Memory, insight::ModelUse, turn::Reply};
use engine::{knowledge::Knowledge, reply::wording::Wording};

use crate::{
    Desk,
    ports::{LanguageModel, Prompt},
};

/// The first answer and one repair.
const ATTEMPTS: u32 = 2;

impl Desk {
    /// The model that words replies, if one is wired and may.
    pub(crate) fn wording_model(&self) -> Option<&dyn LanguageModel> {
        self.inner.options.assist.words_replies.then_some(self.inner.model.as_deref()).flatten()
    }

    /// Puts a model's words into `reply` where they may leave. What was refused is recorded with its reason. Gives what the
    /// model was asked.
    pub(crate) async fn word(
        &self,
        model: &dyn LanguageModel,
        knowledge: &Knowledge,
        memory: &Memory,
        asked_already: u32,
        wording: &Wording,
        reply: &mut Reply,
    ) -> ModelUse {
        let options = &self.inner.options.assist;
        let mut used = ModelUse::default();
        let talk = async {
            let mut prompt = Prompt { text: wording.prompt(), schema: wording.schema() };
            while used.questions < ATTEMPTS {
                if !self.may_ask(memory, asked_already + used.questions) {
                    return "over_budget";
                }
                used.ask(&prompt.text);
                let said = match model.complete(&prompt).await {
                    Ok(said) => said,
                    Err(error) => {
                        tracing::warn!(%error, "the language model gave no wording; the template's words stand");
                        return "failed";
                    }
                };
                used.hear(&said);
                match wording.read(knowledge, &said) {
                    Ok((text, worded_by)) => {
                        (reply.text, reply.worded_by) = (text, worded_by);
                        return if used.questions == 1 { "worded" } else { "repaired" };
                    }
                    Err(refused) => {
                        metrics::counter!("reply_wordings_dropped_total", "reason" => refused.kind())
                            .increment(1);
                        tracing::warn!(reason = refused.kind(), "a language model's wording was dropped");
                        let words: String = said.chars().take(500).collect();
                        reply.withheld.push(format!("model: {refused}: {words}"));
                        prompt.text = wording.repair(&said, &refused);
                    }
                }
            }
            "refused"
        };
        let result = within(options.patience, talk).await;
        metrics::counter!("model_wordings_total", "result" => result).increment(1);
        used
    }
}

/// The outcome of `talk`, or that it took too long: the buyer waits meanwhile.
async fn within(patience: Duration, talk: impl Future<Output = &'static str>) -> &'static str {
    tokio::time::timeout(patience, talk).await.unwrap_or_else(|_| {
        tracing::warn!("the language model took too long; the template's words stand");
        "too_late"
    })
}
