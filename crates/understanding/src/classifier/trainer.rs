//! Trains a model: the fits, and on held-out parts the temperature and the out-of-scope gate.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use super::{
    calibration::{self, Judged},
    collection::Collection,
    concepts::NameKind,
    encoder::Encoder,
    features::{Family, Featurizer},
    held_out::HeldOut,
    joined,
    joints::Joints,
    model::{Model, Quantised, Signs},
    several::Several,
    solver::{self, Bayes, Data, Matrix, padded},
    vocabulary::{Terms, Weighing},
};
use crate::pack;

/// One message to learn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Folded.
    pub text: String,
    pub label: String,
    /// The names in it, folded.
    pub names: Vec<(NameKind, String)>,
}

impl Example {
    /// What a whole message asks, in its order; `None` for an example of one intent.
    pub fn asks(&self) -> Option<impl Iterator<Item = &str>> {
        Some(self.label.strip_prefix(pack::MESSAGE)?.split_whitespace())
    }
}

/// Messages of one language with their classes.
pub struct Examples {
    pub labels: Vec<String>,
    /// Whole messages, folded, with the classes of all that each asks.
    pub(super) messages: Vec<(String, Vec<usize>)>,
    /// The class for messages that belong to none, if it was given examples.
    pub out_of_scope: Option<usize>,
    pub(super) examples: Vec<Example>,
    pub(super) classes: Vec<u16>,
    /// Knows the names of all examples.
    pub(super) featurizer: Featurizer,
    pub(super) collection: Collection,
}

impl Examples {
    /// The classes are the labels in alphabetical order; examples of [`Example::asks`] stand apart. `trade`: whether these are buyers' messages.
    pub fn new(
        family: Family,
        trade: bool,
        out_of_scope: &str,
        encoder: Option<Arc<dyn Encoder>>,
        examples: Vec<Example>,
    ) -> Self {
        let (whole, examples): (Vec<Example>, Vec<Example>) =
            examples.into_iter().partition(|example| trade && example.asks().is_some());
        let mut labels: Vec<String> = examples.iter().map(|example| example.label.clone()).collect();
        labels.sort_unstable();
        labels.dedup();
        let class = |example: &Example| labels.binary_search(&example.label).unwrap_or(0) as u16;
        let classes = examples.iter().map(class).collect();
        let out_of_scope = labels.iter().position(|label| label == out_of_scope);
        let featurizer = featurizer(family, trade, examples.iter()).with_encoder(encoder);
        let texts: Vec<&str> = examples.iter().map(|example| example.text.as_str()).collect();
        let collection = Collection::read(&featurizer, &texts);
        let asked = |example: &Example| -> Option<Vec<usize>> {
            example.asks()?.map(|label| labels.iter().position(|known| known == label)).collect()
        };
        let messages = whole.iter().filter_map(|one| Some((one.text.clone(), asked(one)?))).collect();
        Self { labels, messages, out_of_scope, examples, classes, featurizer, collection }
    }

    fn len(&self) -> usize {
        self.examples.len()
    }

    /// Whether the examples show well enough what is out of scope.
    fn know_foreign(&self) -> bool {
        let is_foreign = |&&class: &&u16| Some(usize::from(class)) == self.out_of_scope;
        self.classes.iter().filter(is_foreign).count() >= FOREIGN_ENOUGH
    }
}

/// Reads messages with the names of these examples known.
pub fn featurizer<'a>(
    family: Family,
    trade: bool,
    examples: impl Iterator<Item = &'a Example>,
) -> Featurizer {
    if !trade {
        return Featurizer::general(family);
    }
    let names = examples.flat_map(|example| example.names.iter().map(|(kind, name)| (*kind, name.as_str())));
    Featurizer::of_trade(family, names)
}

/// So many parts of the examples, and in each fit one of them is held out.
const FOLDS: usize = 3;
/// With more messages × classes than this only one part is held out, the last of so many: it holds thousands of messages and tells
/// enough, in a third of the time.
const LARGE: usize = 500_000;
const LARGE_FOLDS: usize = 4;
/// Fits that lack a group of intents show what messages of an unknown kind look like,
const GROUPS: usize = 3;
/// unless so many examples of what is out of scope show that better.
const FOREIGN_ENOUGH: usize = 300;
/// Buyers write in more ways than the writers of a pack: one message in fifty is misread however sure it seems. With a stretch of the
/// pack held out, this share brought confidence nearest to truth.
const DOUBT: f32 = 0.02;
/// Of the clauses of the pack, most of which ask one thing, this share may seem to hold two.
const JOINTS: f64 = 0.06;
/// One in so many of the rest is held out in a group fit.
const HELD_OUT_OF: usize = 3;
/// Fewer examples than this, and more passes are needed.
const SMALL: usize = 3_000;

/// The linear models of one fit in full precision.
pub struct Fit {
    pub terms: Terms,
    pub merged: Option<Matrix>,
    pub signs: Option<Signs<Matrix>>,
}

/// Which classes a fit knows.
pub struct Classes {
    /// The fit's number of each class.
    pub numbers: Vec<u16>,
    pub count: usize,
    pub out_of_scope: Option<usize>,
}

#[derive(Clone, Copy)]
enum Job {
    All,
    /// Which part is held out, and of how many.
    Fold(usize, usize),
    Group(usize),
}

enum Outcome {
    All(Box<Fit>),
    /// With what judged, where that is needed later.
    Judged(Vec<Judged>, Option<Box<HeldOut>>),
}

/// Trains on everything; two fits run at a time.
pub fn train(examples: &Examples) -> Model {
    let mut jobs = vec![Job::All];
    if examples.len() * examples.labels.len() > LARGE {
        jobs.push(Job::Fold(LARGE_FOLDS - 1, LARGE_FOLDS));
    } else {
        jobs.extend((0..FOLDS).map(|fold| Job::Fold(fold, FOLDS)));
    }
    if !examples.know_foreign() {
        jobs.extend((0..GROUPS).map(Job::Group));
    }
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
    let mut held_out = None;
    let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (outcome, job) in outcomes.into_iter().zip(&jobs) {
        match outcome {
            Some(Outcome::All(fit)) => fitted = Some(*fit),
            Some(Outcome::Judged(judged, reader)) if matches!(job, Job::Fold(..)) => {
                folded.extend(judged);
                held_out = held_out.or(reader);
            }
            Some(Outcome::Judged(judged, _)) => grouped.extend(judged),
            None => {}
        }
    }
    let fit = fitted.unwrap_or_else(|| fit(examples, &everything(examples), &all_classes(examples), true));
    let trade = examples.featurizer.is_of_trade();
    let chinese = examples.featurizer.family == Family::Chinese;
    // In Chinese, without examples of what is foreign, the highest logit alone is the better sign.
    let plain = chinese && examples.out_of_scope.is_none();
    let doubt = if trade { DOUBT } else { 0.0 };
    let calibrated = calibration::calibrate(&folded, &grouped, doubt, examples.out_of_scope, plain);
    let lines = examples.examples.iter().map(|example| example.text.as_str());
    let joints = (trade && chinese).then(|| Joints::learn(lines, JOINTS));
    let several = match held_out.filter(|_| trade) {
        Some(held_out) => joined::learn(examples, &held_out, &calibrated, joints.as_ref()),
        None => Several::none(examples.labels.len()),
    };
    let signs = fit
        .signs
        .map(|signs| Signs { logistic: Quantised::of(&signs.logistic), ratio: Quantised::of(&signs.ratio) });
    Model {
        labels: examples.labels.clone(),
        out_of_scope: examples.out_of_scope,
        merged: Quantised::of(&fit.merged.unwrap_or_else(|| Matrix::zero(0, 0))),
        signs,
        vocabulary: fit.terms.vocabulary(&examples.collection, examples.featurizer.clone()),
        calibrated,
        joints,
        several,
    }
}

fn run(examples: &Examples, job: Job) -> Outcome {
    match job {
        Job::All => {
            let fit = fit(examples, &everything(examples), &all_classes(examples), true);
            Outcome::All(Box::new(fit))
        }
        Job::Fold(fold, folds) => {
            let parts = parts(&examples.classes, folds);
            let (held_out, kept): (Vec<usize>, Vec<usize>) =
                (0..examples.len()).partition(|&i| parts[i] == fold);
            let classes = all_classes(examples);
            let fit = fit(examples, &kept, &classes, true);
            let held_out = HeldOut::new(examples, fit, classes, &kept, held_out);
            let judged = held_out.judge(examples);
            let wanted = examples.featurizer.is_of_trade() && fold + 1 == folds;
            Outcome::Judged(judged, wanted.then(|| Box::new(held_out)))
        }
        Job::Group(group) => {
            let parts = parts(&examples.classes, HELD_OUT_OF);
            let within = |class: usize| Some(class) == examples.out_of_scope || class % GROUPS != group;
            let classes = some_classes(examples, within);
            let foreign = |i: usize| !within(usize::from(examples.classes[i]));
            let held_out = |i: usize| parts[i] == group % HELD_OUT_OF;
            let kept: Vec<usize> = (0..examples.len()).filter(|&i| !foreign(i) && !held_out(i)).collect();
            let fit = fit(examples, &kept, &classes, false);
            let judged: Vec<usize> = (0..examples.len()).filter(|&i| foreign(i) || held_out(i)).collect();
            Outcome::Judged(HeldOut::new(examples, fit, classes, &kept, judged).judge(examples), None)
        }
    }
}

fn everything(examples: &Examples) -> Vec<usize> {
    (0..examples.len()).collect()
}

fn all_classes(examples: &Examples) -> Classes {
    some_classes(examples, |_| true)
}

fn some_classes(examples: &Examples, within: impl Fn(usize) -> bool) -> Classes {
    let mut numbers = vec![FOREIGN; examples.labels.len()];
    let mut count = 0;
    for (_, number) in numbers.iter_mut().enumerate().filter(|(class, _)| within(*class)) {
        *number = count;
        count += 1;
    }
    let out_of_scope = examples.out_of_scope.map(|class| usize::from(numbers[class]));
    Classes { numbers, count: usize::from(count), out_of_scope }
}

/// The number of a class that a fit does not know.
pub const FOREIGN: u16 = u16::MAX;

/// In which of so many parts of its class each example lies. The parts are stretches: examples that stand together tend to be of one hand,
/// and a part that is held out shall tell how well another hand is understood.
fn parts(classes: &[u16], parts: usize) -> Vec<usize> {
    let mut sizes = vec![0; classes.iter().max().map_or(0, |&top| usize::from(top) + 1)];
    for &class in classes {
        sizes[usize::from(class)] += 1;
    }
    let mut seen = vec![0; sizes.len()];
    let next = |&class: &u16| {
        let class = usize::from(class);
        seen[class] += 1;
        (seen[class] - 1) * parts / sizes[class]
    };
    classes.iter().map(next).collect()
}

fn fit(examples: &Examples, rows: &[usize], classes: &Classes, with_merged: bool) -> Fit {
    let collection = &examples.collection;
    let terms = Terms::learn(collection, rows);
    let mut data = Data::default();
    let mut vector = Vec::new();
    for &i in rows {
        known_vector(examples, &terms, i, &mut vector);
        data.push(&vector, classes.numbers[usize::from(examples.classes[i])]);
    }
    let dense = examples.featurizer.dimension();
    let features = terms.idf.len() + dense;
    let epochs = match (examples.len() < SMALL, with_merged) {
        (true, _) => 30,
        (false, true) => 5,
        // The gate's signs are as good after fewer.
        (false, false) => 3,
    };
    let logistic = solver::logistic(&data, features, classes.count, epochs);
    let bayes = solver::bayes(&data, terms.idf.len(), dense, classes.count);
    // With ten examples a class, logistic regression alone is best; with fifty, the full mix.
    let mix = ((rows.len() as f32 / classes.count.max(1) as f32 - 10.0) / 40.0).clamp(0.0, 1.0);
    let merged = with_merged.then(|| {
        if mix == 0.0 {
            return logistic.clone();
        }
        let hinge = solver::hinge(&data, features, classes.count, epochs.div_ceil(2));
        let trade = examples.featurizer.is_of_trade();
        merge(&logistic, hinge, &bayes, Mix::at(mix, trade), classes.count)
    });
    let signs = (!examples.know_foreign()).then(|| Signs { logistic, ratio: ratio(bayes, classes.count) });
    Fit { terms, merged, signs }
}

/// By how much each class makes a message likelier than all pooled do.
fn ratio(bayes: Bayes, classes: usize) -> Matrix {
    let mut ratio = bayes.classes;
    for (row, background) in ratio.values.chunks_exact_mut(padded(classes)).zip(&bayes.background) {
        for value in &mut row[..classes] {
            *value -= background;
        }
    }
    ratio
}

/// The vector of a message as it was read with all names known.
pub fn known_vector(examples: &Examples, terms: &Terms, i: usize, out: &mut Vec<(u32, f32)>) -> f32 {
    let mut weighing = Weighing::new(&examples.featurizer, &terms.idf, terms.unseen_idf, out);
    let (blocks, unknown) = examples.collection.message(i);
    for block in blocks {
        weighing.block(block.iter().map(|&(feature, times)| (terms.row(feature), times)), unknown);
    }
    weighing.sentence(examples.collection.sentence(i));
    weighing.finish()
}

/// How much the two other models count beside logistic regression.
#[derive(Clone, Copy)]
struct Mix {
    hinge: f32,
    bayes: f32,
}

impl Mix {
    /// At this share of the full mix. In trade, where a stretch of the pack by another hand was held out, naive Bayes earned more.
    const fn at(share: f32, trade: bool) -> Self {
        Self { hinge: 3.0 * share, bayes: if trade { share } else { 0.5 * share } }
    }
}

/// The mix, each row around zero: what all classes share says nothing, and would cost the quantised form its precision.
fn merge(logistic: &Matrix, hinge: Matrix, bayes: &Bayes, mix: Mix, classes: usize) -> Matrix {
    let mut merged = hinge;
    let width = merged.width;
    let parts = logistic.values.chunks_exact(width).zip(bayes.classes.values.chunks_exact(width));
    for (row, (logistic, bayes)) in merged.values.chunks_exact_mut(width).zip(parts) {
        for ((value, logistic), bayes) in row[..classes].iter_mut().zip(logistic).zip(bayes) {
            *value = logistic + (mix.hinge * *value + mix.bayes * bayes);
        }
        let mean = row[..classes].iter().sum::<f32>() / classes as f32;
        for value in &mut row[..classes] {
            *value -= mean;
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_messages_stand_apart_from_the_examples_of_one_intent() {
        use crate::classifier::corpus::example;
        let lines =
            [("how much", "price"), ("got any", "stock"), ("how much, got any", "message price stock")];
        let of = |trade, lines: &[(&str, &str)]| {
            let examples = lines.iter().map(|(line, label)| example(line, label)).collect();
            Examples::new(Family::English, trade, "out_of_scope", None, examples)
        };
        let examples = of(true, &lines);
        assert_eq!(examples.labels, ["price", "stock"]);
        assert_eq!(examples.messages, [("how much, got any".to_owned(), vec![0, 1])]);
        // A message that asks what no example shows teaches nothing.
        assert!(of(true, &[lines[0], ("how much, got any", "message price stock")]).messages.is_empty());
        // Another set may have a label of that name.
        assert_eq!(of(false, &lines).labels.len(), 3);
    }

    #[test]
    fn parts_are_stretches_of_each_class() {
        assert_eq!(parts(&[0, 0, 1, 0, 0, 1, 1], 2), [0, 0, 0, 1, 1, 0, 1]);
        assert_eq!(parts(&[0], 3), [0]);
        assert_eq!(parts(&[], 3), [0; 0]);
    }
}
