//! What `zhanggui eval intents` needs: train on given pairs of text and intent, classify others.

use domain::understanding::intent;

use crate::{
    OUT_OF_SCOPE, Understander,
    classifier::{
        calibration, corpus,
        encoder::Encoders,
        features::Family,
        model::{Model, Scores},
        trainer::{self, Example, Examples},
    },
    split, text,
};

/// The stated coverage of the conformal sets.
pub const COVERAGE: f64 = calibration::COVERAGE;

/// A classifier trained by [`train`].
#[derive(Debug, Clone)]
pub struct TrainedClassifier {
    /// One for each language of the training text, at most two, at least one.
    models: Vec<Model>,
}

/// What the classifier makes of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Classified {
    /// Every label with its calibrated probability, the likeliest first; in front what the text asks, in its order, where it asks several
    /// things. Before the gate.
    pub ranked: Vec<(String, f64)>,
    /// The probability that the text belongs to none of the labels, within 0..1.
    pub out_of_scope: f64,
    /// Whether the gate lets the text pass; if not, the result is `out_of_scope`.
    pub in_scope: bool,
    /// The labels that cannot be told apart, the likeliest first: of texts that belong to one of the labels like those of the training,
    /// the share of [`COVERAGE`] has the true one among them.
    pub set: Vec<String>,
}

/// A language with fewer examples than one in so many gets no model of its own.
const MINORITY: usize = 20;

/// Trains on pairs of text and label. Examples labelled `out_of_scope` also teach the gate. The name of a label serves as one more
/// example of it. Texts may carry the entity marks of a pack (`[P001](product) price`), which are taken out and teach names.
///
/// The same pairs in the same order give the same classifier. Time grows with pairs × labels; two threads are used.
pub fn train(pairs: &[(String, String)]) -> TrainedClassifier {
    train_with(pairs, &Encoders::default())
}

/// The same with sentence vectors as further features.
pub fn train_with(pairs: &[(String, String)], encoders: &Encoders) -> TrainedClassifier {
    let examples: Vec<Example> = pairs.iter().map(|(text, label)| corpus::example(text, label)).collect();
    // The lists of concepts help where buyers write, and nowhere else.
    let trade = examples.iter().any(|example| example.label == intent::PRICE_INQUIRY);
    let (chinese, english): (Vec<Example>, Vec<Example>) =
        examples.into_iter().partition(|example| family(&example.text) == Family::Chinese);
    let own = |of, examples: Vec<Example>| {
        let names = names(of, &examples);
        let examples = examples.into_iter().chain(names).collect();
        trainer::train(&Examples::new(of, trade, OUT_OF_SCOPE, encoders.of(of).cloned(), examples))
    };
    let joined = |mut most: Vec<Example>, few: Vec<Example>| {
        most.extend(few);
        most
    };
    let models = if chinese.len() * MINORITY <= english.len() {
        vec![own(Family::English, joined(english, chinese))]
    } else if english.len() * MINORITY <= chinese.len() {
        vec![own(Family::Chinese, joined(chinese, english))]
    } else {
        vec![own(Family::Chinese, chinese), own(Family::English, english)]
    };
    TrainedClassifier { models }
}

/// The names of the labels in words, where they are of the language.
fn names(of: Family, examples: &[Example]) -> Vec<Example> {
    let mut labels: Vec<&str> = examples.iter().map(|example| example.label.as_str()).collect();
    labels.sort_unstable();
    labels.dedup();
    labels
        .into_iter()
        .filter(|label| *label != OUT_OF_SCOPE)
        .map(|label| corpus::example(&label.replace(['_', '-', '.', ':'], " "), label))
        .filter(|example| example.text.chars().any(char::is_alphabetic) && family(&example.text) == of)
        .collect()
}

fn family(folded: &str) -> Family {
    if folded.chars().any(text::is_han) { Family::Chinese } else { Family::English }
}

impl Classified {
    fn of(model: &Model, scores: &Scores) -> Self {
        let labels = model.labels.iter().cloned();
        let mut ranked: Vec<(String, f64)> =
            labels.zip(scores.probabilities.iter().map(|&p| f64::from(p))).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        let set = model.conformal_set(scores).into_iter().map(|class| model.labels[class].clone()).collect();
        Self { ranked, out_of_scope: f64::from(scores.out_of_scope), in_scope: scores.in_scope, set }
    }
}

impl Understander {
    /// What the classifier that serves makes of one text without a conversation.
    pub fn classify(&self, text: &str) -> Classified {
        let folded = text::fold(text);
        let chars: Vec<char> = folded.chars().collect();
        let model = self.model_of(&chars);
        let read = model.read(&folded);
        let scores = model.classify(&read);
        let mut classified = Classified::of(model, &scores);
        let asked = split::intents(model, &chars, &read, &scores);
        if asked.len() > 1 {
            let names: Vec<&str> = asked.iter().map(|one| model.labels[one.class].as_str()).collect();
            classified.ranked.retain(|(label, _)| !names.contains(&label.as_str()));
            let front = names.iter().zip(&asked);
            classified
                .ranked
                .splice(0..0, front.map(|(name, one)| ((*name).to_owned(), f64::from(one.confidence))));
            classified.in_scope = true;
        }
        classified
    }
}

impl TrainedClassifier {
    pub fn classify(&self, text: &str) -> Classified {
        let folded = text::fold(text);
        let wanted = family(&folded);
        let model = self.models.iter().find(|model| model.vocabulary.featurizer.family == wanted);
        match model.or_else(|| self.models.first()) {
            Some(model) => Classified::of(model, &model.classify(&model.read(&folded))),
            None => Classified { ranked: Vec::new(), out_of_scope: 1.0, in_scope: false, set: Vec::new() },
        }
    }
}
