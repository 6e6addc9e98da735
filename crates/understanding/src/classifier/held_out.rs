//! How a fit judges messages that it has not seen.

use super::{
    calibration::Judged,
    features::Featurizer,
    model::{Calibrated, Scores, Signals, Signs, signals},
    solver::Matrix,
    trainer::{Classes, Examples, FOREIGN, Fit, featurizer, known_vector},
    vocabulary::Weighing,
};

/// A fit and the messages that it has not seen.
pub struct HeldOut {
    fit: Fit,
    classes: Classes,
    /// Where the fit must not know the names that stand in those messages either, what reads them without.
    featurizer: Option<Featurizer>,
    /// Positions among the examples.
    pub messages: Vec<usize>,
}

/// So many messages tell temperature and gate well enough.
const ENOUGH: usize = 5_000;

impl HeldOut {
    /// `kept` are the messages that the fit learned from.
    pub fn new(
        examples: &Examples,
        fit: Fit,
        classes: Classes,
        kept: &[usize],
        messages: Vec<usize>,
    ) -> Self {
        let featurizer = examples.featurizer.is_of_trade().then(|| {
            let known = kept.iter().map(|&i| &examples.examples[i]);
            let encoder = examples.featurizer.encoder().cloned();
            featurizer(examples.featurizer.family, true, known).with_encoder(encoder)
        });
        Self { fit, classes, featurizer, messages }
    }

    pub fn judge(&self, examples: &Examples) -> Vec<Judged> {
        let stride = self.messages.len().div_ceil(ENOUGH).max(1);
        let mut vector = Vec::new();
        self.messages
            .iter()
            .step_by(stride)
            .map(|&i| {
                let (scores, signals) = if self.featurizer.is_some() {
                    let sentence = examples.collection.sentence(i);
                    self.read(examples, &examples.examples[i].text, sentence, &mut vector)
                } else {
                    let coverage = known_vector(examples, &self.fit.terms, i, &mut vector);
                    self.score(&vector, coverage)
                };
                let class = usize::from(examples.classes[i]);
                let foreign = self.classes.numbers[class] == FOREIGN;
                let out_of_scope = foreign || Some(class) == examples.out_of_scope;
                Judged { class, out_of_scope, signals, scores }
            })
            .collect()
    }

    /// What the fit makes of any text, once it is calibrated. Only for a fit of all classes.
    pub fn classify(&self, examples: &Examples, calibrated: &Calibrated, text: &str) -> Scores {
        let sentence = examples.featurizer.sentence(text);
        let (scores, signals) = self.read(examples, text, &sentence, &mut Vec::new());
        calibrated.scores(&scores, &signals, examples.out_of_scope)
    }

    fn read(
        &self,
        examples: &Examples,
        text: &str,
        sentence: &[f32],
        vector: &mut Vec<(u32, f32)>,
    ) -> (Vec<f32>, Signals) {
        let featurizer = self.featurizer.as_ref().unwrap_or(&examples.featurizer);
        let terms = &self.fit.terms;
        let mut weighing = Weighing::new(featurizer, &terms.idf, terms.unseen_idf, vector);
        for block in featurizer.blocks(text) {
            let row = |hash| examples.collection.number(hash).and_then(|number| terms.row(number));
            weighing.block(block.iter().map(|&(hash, times)| (row(hash), times)), 0);
        }
        weighing.sentence(sentence);
        let coverage = weighing.finish();
        self.score(vector, coverage)
    }

    fn score(&self, vector: &[(u32, f32)], coverage: f32) -> (Vec<f32>, Signals) {
        let scores = |matrix: &Matrix| {
            let mut scores = vec![0.0; matrix.width];
            matrix.scores(vector, &mut scores);
            scores
        };
        let mut merged = self.fit.merged.as_ref().map_or(Vec::new(), scores);
        let signs = self
            .fit
            .signs
            .as_ref()
            .map(|signs| Signs { logistic: scores(&signs.logistic), ratio: scores(&signs.ratio) });
        let unknown = vector.is_empty();
        let (count, out) = (self.classes.count, self.classes.out_of_scope);
        let signals = signals(&merged, signs.as_ref(), count, coverage, out, unknown);
        merged.truncate(count);
        (merged, signals)
    }
}
