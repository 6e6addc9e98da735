//! What `zhanggui eval intents` needs: train on given pairs of text and intent, classify others.

use domain::understanding::intent;

use crate::{
    OUT_OF_SCOPE, Understander,
    classifier::{
        features::{Family, Featurizer},
        model::Model,
        trainer::{self, Examples},
    },
    text,
};

/// A classifier trained by [`train`].
#[derive(Debug, Clone)]
pub struct TrainedClassifier {
    /// One for each language of the training text, at most two, at least one.
    models: Vec<Model>,
}

/// What the classifier makes of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Classified {
    /// Every label with its calibrated probability, the likeliest first. Before the gate.
    pub ranked: Vec<(String, f64)>,
    /// The probability that the text belongs to none of the labels, within 0..1.
    pub out_of_scope: f64,
    /// Whether the gate lets the text pass; if not, the result is `out_of_scope`.
    pub in_scope: bool,
}

/// A language with fewer examples than one in so many gets no model of its own.
const MINORITY: usize = 20;

/// Trains on pairs of text and label. Examples labelled `out_of_scope` also teach the gate. The name of a label serves as one more
/// example of it.
///
/// The same pairs in the same order give the same classifier. Time grows with pairs × labels; two threads are used.
pub fn train(pairs: &[(String, String)]) -> TrainedClassifier {
    let folded: Vec<(String, &str)> =
        pairs.iter().map(|(text, label)| (text::fold(text), label.as_str())).collect();
    let chinese = folded.iter().filter(|(text, _)| family(text) == Family::Chinese).count();
    let english = folded.len() - chinese;
    let families: &[Family] = if chinese * MINORITY <= english {
        &[Family::English]
    } else if english * MINORITY <= chinese {
        &[Family::Chinese]
    } else {
        &[Family::Chinese, Family::English]
    };
    // The lists of concepts help where buyers write, and nowhere else.
    let trade = pairs.iter().any(|(_, label)| label == intent::PRICE_INQUIRY);
    let models = families
        .iter()
        .map(|&of| {
            let own = folded.iter().filter(|(text, _)| families.len() == 1 || family(text) == of);
            let own: Vec<(&str, &str)> = own.map(|(text, label)| (text.as_str(), *label)).collect();
            let names = names(of, &own);
            let names = names.iter().map(|(text, label)| (text.as_str(), *label));
            trainer::train(&Examples::new(Featurizer::new(of, trade), OUT_OF_SCOPE, own.iter().copied().chain(names)))
        })
        .collect();
    TrainedClassifier { models }
}

/// The names of the labels in words, where they are of the language.
fn names<'a>(of: Family, pairs: &[(&'a str, &'a str)]) -> Vec<(String, &'a str)> {
    let mut labels: Vec<&str> = pairs.iter().map(|(_, label)| *label).collect();
    labels.sort_unstable();
    labels.dedup();
    labels
        .into_iter()
        .filter(|label| *label != OUT_OF_SCOPE)
        .map(|label| (text::fold(&label.replace(['_', '-', '.', ':'], " ")), label))
        .filter(|(words, _)| words.chars().any(char::is_alphabetic) && family(words) == of)
        .collect()
}

fn family(folded: &str) -> Family {
    if folded.chars().any(text::is_han) { Family::Chinese } else { Family::English }
}

impl Classified {
    fn of(model: &Model, folded: &str) -> Self {
        let scores = model.classify(folded);
        let labels = model.labels.iter().cloned();
        let mut ranked: Vec<(String, f64)> =
            labels.zip(scores.probabilities.iter().map(|&p| f64::from(p))).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        Self { ranked, out_of_scope: f64::from(scores.out_of_scope), in_scope: scores.in_scope }
    }
}

impl Understander {
    /// What the classifier that serves makes of one text, before splitting and without a conversation.
    pub fn classify(&self, text: &str) -> Classified {
        let folded = text::fold(text);
        Classified::of(self.model_of(&folded.chars().collect::<Vec<_>>()), &folded)
    }
}

impl TrainedClassifier {
    pub fn classify(&self, text: &str) -> Classified {
        let folded = text::fold(text);
        let wanted = family(&folded);
        let model = self.models.iter().find(|model| model.vocabulary.featurizer.family == wanted);
        match model.or_else(|| self.models.first()) {
            Some(model) => Classified::of(model, &folded),
            None => Classified { ranked: Vec::new(), out_of_scope: 1.0, in_scope: false },
        }
    }
}
