//! Trains a model: the fits, and on held-out parts the temperature and the out-of-scope gate.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use super::{
    calibration::{self, Judged},
    concepts::NameKind,
    features::{Block, Family, Featurizer},
    model::{Model, Quantised, Signals, signals},
    solver::{self, Bayes, Data, Matrix, padded},
    vocabulary::Vocabulary,
};

/// One message to learn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Folded.
    pub text: String,
    pub label: String,
    /// The names in it, folded.
    pub names: Vec<(NameKind, String)>,
}

/// Messages of one language with their classes.
pub struct Examples {
    pub labels: Vec<String>,
    /// The class for messages that belong to none, if it was given examples.
    pub out_of_scope: Option<usize>,
    examples: Vec<Example>,
    classes: Vec<u16>,
    /// Knows the names of all examples.
    featurizer: Featurizer,
    messages: Vec<Vec<Block>>,
}

impl Examples {
    /// The classes are the labels in alphabetical order. `trade`: whether these are buyers' messages.
    pub fn new(family: Family, trade: bool, out_of_scope: &str, examples: Vec<Example>) -> Self {
        let mut labels: Vec<String> = examples.iter().map(|example| example.label.clone()).collect();
        labels.sort_unstable();
        labels.dedup();
        let class = |example: &Example| labels.binary_search(&example.label).unwrap_or(0) as u16;
        let classes = examples.iter().map(class).collect();
        let out_of_scope = labels.iter().position(|label| label == out_of_scope);
        let featurizer = featurizer(family, trade, examples.iter());
        let messages = examples.iter().map(|example| featurizer.blocks(&example.text)).collect();
        Self { labels, out_of_scope, examples, classes, featurizer, messages }
    }

    fn len(&self) -> usize {
        self.messages.len()
    }
}

fn featurizer<'a>(family: Family, trade: bool, examples: impl Iterator<Item = &'a Example>) -> Featurizer {
    if !trade {
        return Featurizer::general(family);
    }
    let names = examples.flat_map(|example| example.names.iter().map(|(kind, name)| (*kind, name.as_str())));
    Featurizer::of_trade(family, names)
}

const FOLDS: usize = 3;
/// With more messages × classes than this a single fold is judged: it holds thousands of messages and tells enough, in a third of the time.
const LARGE: usize = 500_000;
const GROUPS: usize = 3;
/// One in so many of the rest is held out in a group fit.
const HELD_OUT_OF: usize = 3;
/// Fewer examples than this, and more passes are needed.
const SMALL: usize = 3_000;

/// The linear models of one fit in full precision.
struct Fit {
    vocabulary: Vocabulary,
    /// All messages as this fit reads them, where it reads them in its own way.
    messages: Option<Vec<Vec<Block>>>,
    merged: Option<Matrix>,
    logistic: Matrix,
    ratio: Matrix,
}

#[derive(Clone, Copy)]
enum Job {
    All,
    Fold(usize),
    Group(usize),
}

enum Outcome {
    All(Box<Fit>),
    Judged(Vec<Judged>),
}

/// Trains on everything; two fits run at a time.
pub fn train(examples: &Examples) -> Model {
    let mut jobs = vec![Job::All];
    let folds = if examples.len() * examples.labels.len() > LARGE { 1 } else { FOLDS };
    jobs.extend((0..folds).map(Job::Fold));
    jobs.extend((0..GROUPS).map(Job::Group));
    let next = AtomicUsize::new(0);
    let outcomes: Mutex<Vec<Option<Outcome>>> = Mutex::new(jobs.iter().map(|_| None).collect());
    let work = || loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(&job) = jobs.get(at) else { break };
        let outcome = run(examples, job);
        if let Some(place) = outcomes.lock().unwrap_or_else(PoisonError::into_inner).get_mut(at) {
            *place = Some(outcome);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    let mut fitted = None;
    let mut folded = Vec::new();
    let mut grouped = Vec::new();
    let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (outcome, job) in outcomes.into_iter().zip(&jobs) {
        match outcome {
            Some(Outcome::All(fit)) => fitted = Some(*fit),
            Some(Outcome::Judged(judged)) if matches!(job, Job::Fold(_)) => folded.extend(judged),
            Some(Outcome::Judged(judged)) => grouped.extend(judged),
            None => {}
        }
    }
    let fit = fitted.unwrap_or_else(|| fit(examples, |_| true, true));
    let temperature = calibration::temperature(&folded, examples.out_of_scope);
    // In Chinese, without examples of what is foreign, the highest logit alone is the better sign.
    let plain = examples.featurizer.family == Family::Chinese && examples.out_of_scope.is_none();
    let gate = calibration::gate(&folded, &grouped, temperature, examples.out_of_scope, plain);
    let merged = fit.merged.as_ref().unwrap_or(&fit.logistic);
    Model {
        labels: examples.labels.clone(),
        out_of_scope: examples.out_of_scope,
        merged: Quantised::of(merged),
        logistic: Quantised::of(&fit.logistic),
        ratio: Quantised::of(&fit.ratio),
        vocabulary: fit.vocabulary,
        temperature,
        gate,
    }
}

fn run(examples: &Examples, job: Job) -> Outcome {
    match job {
        Job::All => Outcome::All(Box::new(fit(examples, |_| true, true))),
        Job::Fold(fold) => {
            let turns = turns(&examples.classes);
            let fit = fit(examples, |i| turns[i] % FOLDS != fold, true);
            let held_out = (0..examples.len()).filter(|&i| turns[i] % FOLDS == fold);
            Outcome::Judged(judge(examples, &fit, held_out, |_| false))
        }
        Job::Group(group) => {
            let turns = turns(&examples.classes);
            let out = examples.out_of_scope;
            let foreign = |i: usize| {
                let class = usize::from(examples.classes[i]);
                Some(class) != out && class % GROUPS == group
            };
            let kept = |i: usize| !foreign(i) && turns[i] % HELD_OUT_OF != group % HELD_OUT_OF;
            let fit = fit(examples, kept, false);
            let held_out = (0..examples.len()).filter(|&i| !kept(i));
            Outcome::Judged(judge(examples, &fit, held_out, foreign))
        }
    }
}

/// The how-manieth of its class each example is.
fn turns(classes: &[u16]) -> Vec<usize> {
    let mut seen = vec![0; classes.iter().max().map_or(0, |&top| usize::from(top) + 1)];
    let next = |&class: &u16| {
        let turn = &mut seen[usize::from(class)];
        *turn += 1;
        *turn - 1
    };
    classes.iter().map(next).collect()
}

fn fit(examples: &Examples, kept: impl Fn(usize) -> bool, with_merged: bool) -> Fit {
    let rows: Vec<usize> = (0..examples.len()).filter(|&i| kept(i)).collect();
    // A fit that is judged on what it has not seen must not know the names that stand there either.
    let own = (examples.featurizer.is_of_trade() && rows.len() < examples.len()).then(|| {
        let known = rows.iter().map(|&i| &examples.examples[i]);
        let featurizer = featurizer(examples.featurizer.family, true, known);
        let messages: Vec<_> =
            examples.examples.iter().map(|example| featurizer.blocks(&example.text)).collect();
        (featurizer, messages)
    });
    let (featurizer, messages) = match &own {
        Some((featurizer, messages)) => (featurizer, messages),
        None => (&examples.featurizer, &examples.messages),
    };
    let vocabulary = Vocabulary::learn(featurizer, rows.iter().map(|&i| messages[i].as_slice()));
    let mut data = Data::default();
    for &i in &rows {
        data.push(&vocabulary.vector(&messages[i]).0, examples.classes[i]);
    }
    let classes = examples.labels.len();
    let features = vocabulary.idf.len();
    let epochs = if rows.len() < SMALL { 30 } else { 8 };
    let logistic = solver::logistic(&data, features, classes, epochs);
    let bayes = solver::bayes(&data, features, classes);
    // With ten examples a class, logistic regression alone is best; with fifty, the full mix.
    let mix = ((rows.len() as f32 / classes.max(1) as f32 - 10.0) / 40.0).clamp(0.0, 1.0);
    let merged = with_merged.then(|| {
        if mix == 0.0 {
            return logistic.clone();
        }
        let hinge = solver::hinge(&data, features, classes, epochs.div_ceil(2));
        merge(&logistic, &hinge, &bayes, mix, classes)
    });
    let mut ratio = bayes.classes;
    for (row, background) in ratio.values.chunks_exact_mut(padded(classes)).zip(&bayes.background) {
        for value in &mut row[..classes] {
            *value -= background;
        }
    }
    Fit { vocabulary, messages: own.map(|(_, messages)| messages), merged, logistic, ratio }
}

/// The mix, each row around zero: what all classes share says nothing, and would cost the quantised form its precision.
fn merge(logistic: &Matrix, hinge: &Matrix, bayes: &Bayes, mix: f32, classes: usize) -> Matrix {
    let mut merged = logistic.clone();
    let width = merged.width;
    let parts = hinge.values.chunks_exact(width).zip(bayes.classes.values.chunks_exact(width));
    for (row, (hinge, bayes)) in merged.values.chunks_exact_mut(width).zip(parts) {
        for class in 0..classes {
            row[class] += mix * (3.0 * hinge[class] + 0.5 * bayes[class]);
        }
        let mean = row[..classes].iter().sum::<f32>() / classes as f32;
        for value in &mut row[..classes] {
            *value -= mean;
        }
    }
    merged
}

fn judge(
    examples: &Examples,
    fit: &Fit,
    rows: impl Iterator<Item = usize>,
    foreign: impl Fn(usize) -> bool,
) -> Vec<Judged> {
    let classes = examples.labels.len();
    let mut logits = vec![0.0; padded(classes)];
    let mut ratios = logits.clone();
    let mut merged = logits.clone();
    let messages = fit.messages.as_ref().unwrap_or(&examples.messages);
    rows.map(|i| {
        let (vector, coverage) = fit.vocabulary.vector(&messages[i]);
        fit.logistic.scores(&vector, &mut logits);
        fit.ratio.scores(&vector, &mut ratios);
        let signals: Signals = signals(
            &logits[..classes],
            &ratios[..classes],
            coverage,
            examples.out_of_scope,
            vector.is_empty(),
        );
        let scores = match &fit.merged {
            Some(matrix) => {
                matrix.scores(&vector, &mut merged);
                merged[..classes].to_vec()
            }
            None => Vec::new(),
        };
        let class = usize::from(examples.classes[i]);
        let out_of_scope = foreign(i) || Some(class) == examples.out_of_scope;
        Judged { class, out_of_scope, signals, scores }
    })
    .collect()
}
