//! The learned score: a scorecard of bent lines and levels that starts as the owner's points and learns from won and lost.
//!
//! Three layers, each of which can be read off exactly: logistic regression, whose prior is the rule; small tables of what two columns
//! mean together, once there are outcomes enough; a calibration that no outcome was judged for by a model that had seen it.

use super::rule::{Signal, score};
use crate::learning::{
    chance,
    isotonic::Calibration,
    logistic::{self, Belief, Logistic, Rows},
    measure,
    pairs::{self, TableSettings, Tables},
    table::{Bins, Detail, Encoder, Table},
};

/// The log odds that the rule's points stand for before any outcome: 0.5 is as likely as not, and the whole scale spans from one in
/// fifty to forty-nine in fifty.
const RULE_SLOPE: f64 = 8.0;
/// How sure the prior is of that slope and of the constant: ten outcomes or so change them.
const RULE_PRECISION: f64 = 0.2;
const CONSTANT_PRECISION: f64 = 0.1;
/// How much evidence a feature needs, from which cross-validation chooses.
const PRECISIONS: [f64; 4] = [1.0, 3.0, 10.0, 30.0];
/// With fewer outcomes nothing is chosen or calibrated: choosing would follow chance.
const FEW: usize = 400;
const FEW_PRECISION: f64 = 10.0;
/// With fewer outcomes there are no tables.
const ENOUGH_FOR_TABLES: usize = 1_000;
const FOLDS: usize = 5;
const BINS: usize = 8;

/// A fitted score.
#[derive(Debug, Clone)]
pub struct Scorecard {
    core: Core,
    calibration: Calibration,
}

/// The score before calibration.
#[derive(Debug, Clone)]
struct Core {
    columns: Vec<String>,
    signals: Vec<Signal>,
    encoder: Encoder,
    logistic: Logistic,
    bins: Bins,
    tables: Tables,
}

/// What one column, or two together, or a signal of the rule adds to the log odds.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    pub name: String,
    pub log_odds: f64,
}

/// How to fit; found by cross-validation.
#[derive(Debug, Clone, Copy)]
struct Choice {
    precision: f64,
    steps: usize,
}

impl Scorecard {
    /// Learns from the records with these numbers, in the order of time; `outcomes` stands beside all records.
    pub fn fit(table: &Table, rows: &[usize], outcomes: &[bool], signals: &[Signal]) -> Self {
        if rows.len() < FEW {
            let choice = Choice { precision: FEW_PRECISION, steps: 0 };
            let core = Core::fit(table, rows, outcomes, signals, choice, |_, _| true);
            return Self { core, calibration: Calibration::default() };
        }
        let parts: Vec<(Vec<usize>, Vec<usize>)> = (0..FOLDS)
            .map(|fold| {
                let (out, kept): (Vec<_>, Vec<_>) =
                    rows.iter().enumerate().partition(|(at, _)| at % FOLDS == fold);
                (
                    kept.into_iter().map(|(_, row)| *row).collect(),
                    out.into_iter().map(|(_, row)| *row).collect(),
                )
            })
            .collect();
        let precision = PRECISIONS
            .into_iter()
            .map(|precision| {
                let choice = Choice { precision, steps: 0 };
                let unseen = unseen(table, &parts, outcomes, signals, choice);
                (measure::log_loss(&unseen).unwrap_or(f64::MAX), precision)
            })
            .min_by(|left, right| left.0.total_cmp(&right.0))
            .map_or(FEW_PRECISION, |(_, precision)| precision);
        let steps = if rows.len() < ENOUGH_FOR_TABLES {
            0
        } else {
            steps(table, &parts, outcomes, signals, precision)
        };
        let choice = Choice { precision, steps };
        let calibration = calibrated(&in_time(unseen(table, &parts, outcomes, signals, choice), rows.len()));
        let core = Core::fit(table, rows, outcomes, signals, choice, |_, _| true);
        Self { core, calibration }
    }

    /// That the record's outcome is good.
    pub fn chance(&self, row: &[String]) -> f64 {
        let odds = self.core.log_odds(row);
        let plain = chance(odds);
        // The calibration is a curve over chances; where there is none, the plain one stands.
        self.calibration.chance(plain)
    }

    /// What the log odds are made of, the weightiest first; together they are the log odds but for the constant.
    pub fn reasons(&self, row: &[String]) -> Vec<Reason> {
        self.core.reasons(row)
    }
}

/// What a weight is worth after this share of all outcomes; none: all count alike. Where trade changes, the newest tell more.
const HALF_LIVES: [Option<f64>; 4] = [None, Some(0.5), Some(0.25), Some(0.125)];
/// Of this share of the outcomes, the newest, is asked which of them fits best.
const NEWEST: f64 = 0.2;

/// What [`unseen`] gives fold by fold, in the order of time.
fn in_time(by_fold: Vec<(f64, bool)>, count: usize) -> Vec<(f64, bool)> {
    let mut places: Vec<usize> = (0..count).collect();
    // A stable sort: within a fold the records are in the order of time already.
    places.sort_by_key(|place| place % FOLDS);
    let mut found: Vec<(usize, (f64, bool))> = places.into_iter().zip(by_fold).collect();
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, one)| one).collect()
}

/// The calibration on chances of unseen records in the order of time. How much the newest count is what would have told the newest
/// fifth best from those before it.
fn calibrated(unseen: &[(f64, bool)]) -> Calibration {
    let fit = |rows: &[(f64, bool)], half_life: Option<f64>| {
        let weighted: Vec<(f64, bool, f64)> = rows
            .iter()
            .rev()
            .enumerate()
            .map(|(age, &(chance, hit))| {
                let halvings = half_life.map_or(0.0, |share| age as f64 / (share * rows.len() as f64));
                (chance, hit, 0.5_f64.powf(halvings))
            })
            .collect();
        Calibration::fit_weighted(&weighted)
    };
    let (before, newest) = unseen.split_at((unseen.len() as f64 * (1.0 - NEWEST)) as usize);
    let loss = |half_life: &Option<f64>| {
        let calibration = fit(before, *half_life);
        let told: Vec<(f64, bool)> =
            newest.iter().map(|&(chance, hit)| (calibration.chance(chance), hit)).collect();
        measure::log_loss(&told).unwrap_or(f64::MAX)
    };
    let best = HALF_LIVES.iter().min_by(|left, right| loss(left).total_cmp(&loss(right)));
    fit(unseen, best.copied().flatten())
}

/// Chance and outcome of each record, by a model that has not seen it; fold by fold.
fn unseen(
    table: &Table,
    parts: &[(Vec<usize>, Vec<usize>)],
    outcomes: &[bool],
    signals: &[Signal],
    choice: Choice,
) -> Vec<(f64, bool)> {
    let mut found = Vec::new();
    for (kept, out) in parts {
        let core = Core::fit(table, kept, outcomes, signals, choice, |_, _| true);
        found.extend(out.iter().map(|row| (chance(core.log_odds(&table.rows[*row])), outcomes[*row])));
    }
    found
}

/// The number of steps after which tables tell unseen records no better.
fn steps(
    table: &Table,
    parts: &[(Vec<usize>, Vec<usize>)],
    outcomes: &[bool],
    signals: &[Signal],
    precision: f64,
) -> usize {
    let most = TableSettings::default().steps;
    let mut losses = vec![0.0; most + 1];
    for (kept, out) in parts {
        let plain = Core::fit(table, kept, outcomes, signals, Choice { precision, steps: 0 }, |_, _| true);
        let places: Vec<Vec<usize>> = out.iter().map(|row| plain.bins.place(&table.rows[*row])).collect();
        let bins: Vec<usize> = (0..plain.bins.columns()).map(|column| plain.bins.count(column)).collect();
        let mut odds: Vec<f64> = out.iter().map(|row| plain.log_odds(&table.rows[*row])).collect();
        let loss = |odds: &[f64]| -> f64 {
            let rows: Vec<(f64, bool)> =
                odds.iter().zip(out).map(|(odds, row)| (chance(*odds), outcomes[*row])).collect();
            measure::log_loss(&rows).unwrap_or_default() * rows.len() as f64
        };
        losses[0] += loss(&odds);
        let mut step = 0;
        Core::fit(table, kept, outcomes, signals, Choice { precision, steps: most }, |pair, values| {
            step += 1;
            for (odds, place) in odds.iter_mut().zip(&places) {
                *odds += values[pairs::cell(&bins, pair, place)];
            }
            if let Some(sum) = losses.get_mut(step) {
                *sum += loss(&odds);
            }
            true
        });
    }
    let best = losses.iter().enumerate().min_by(|left, right| left.1.total_cmp(right.1));
    best.map_or(0, |(steps, _)| steps)
}

impl Core {
    fn fit(
        table: &Table,
        rows: &[usize],
        outcomes: &[bool],
        signals: &[Signal],
        choice: Choice,
        watch: impl FnMut(pairs::Pair, &[f64]) -> bool,
    ) -> Self {
        let encoder = Encoder::fit(table, rows, Detail::Fine);
        let bins = Bins::fit(table, rows, BINS);
        let labels: Vec<bool> = rows.iter().map(|row| outcomes[*row]).collect();
        let mut core = Self {
            columns: table.columns.clone(),
            signals: signals.to_vec(),
            logistic: logistic::fit(&Rows::new(0), &[], None, &[]),
            encoder,
            bins,
            tables: Tables::default(),
        };
        let mut features = Rows::new(core.width());
        for row in rows {
            features.push(core.features(&table.rows[*row]));
        }
        core.logistic = logistic::fit(&features, &labels, None, &core.prior(choice.precision));
        if choice.steps > 0 {
            let places: Vec<Vec<usize>> = rows.iter().map(|row| core.bins.place(&table.rows[*row])).collect();
            let odds: Vec<f64> = features.iter().map(|row| core.logistic.log_odds(row)).collect();
            let counts: Vec<usize> = (0..core.bins.columns()).map(|column| core.bins.count(column)).collect();
            let settings = TableSettings { steps: choice.steps, ..TableSettings::default() };
            core.tables = Tables::fit(&places, &counts, &labels, &odds, settings, watch);
        }
        core
    }

    /// The encoded columns, then the rule's score as a whole, then each of its signals.
    fn width(&self) -> usize {
        let rule = if self.signals.is_empty() { 0 } else { 1 + self.signals.len() };
        self.encoder.width() + rule
    }

    fn features(&self, row: &[String]) -> Vec<f32> {
        let mut features = self.encoder.encode(row);
        if !self.signals.is_empty() {
            // In hundredths, which are exact.
            features.push(score(&self.signals, row) as f32);
            features.extend(self.signals.iter().map(|signal| f32::from(u8::from(signal.holds(row)))));
        }
        features
    }

    fn prior(&self, precision: f64) -> Vec<Belief> {
        let mut prior: Vec<Belief> = self
            .encoder
            .stiffness()
            .into_iter()
            .map(|share| Belief { mean: 0.0, precision: share * precision })
            .collect();
        prior.resize(self.width(), Belief { mean: 0.0, precision });
        prior[0] = Belief { mean: 0.0, precision: CONSTANT_PRECISION };
        if !self.signals.is_empty() {
            prior[self.encoder.width()] =
                Belief { mean: RULE_SLOPE / 100.0, precision: RULE_PRECISION * 10_000.0 };
            prior[0].mean = -RULE_SLOPE / 2.0;
        }
        prior
    }

    fn log_odds(&self, row: &[String]) -> f64 {
        self.logistic.log_odds(&self.features(row)) + self.tables.log_odds(&self.bins.place(row))
    }

    fn reasons(&self, row: &[String]) -> Vec<Reason> {
        let features = self.features(row);
        let sum = |range: std::ops::Range<usize>| -> f64 {
            range.map(|at| self.logistic.weights[at] * f64::from(features[at])).sum()
        };
        let mut reasons: Vec<Reason> = self
            .columns
            .iter()
            .enumerate()
            .map(|(column, name)| Reason { name: name.clone(), log_odds: sum(self.encoder.features(column)) })
            .collect();
        let rule = self.encoder.width();
        // Where the cap cuts points off, each signal gives its part.
        let whole: u32 =
            self.signals.iter().filter(|signal| signal.holds(row)).map(|signal| signal.points).sum();
        let kept = f64::from(score(&self.signals, row)) / f64::from(whole.max(1));
        for (at, signal) in self.signals.iter().enumerate() {
            let holds = f64::from(features[rule + 1 + at]);
            let own = self.logistic.weights[rule + 1 + at];
            let share = self.logistic.weights[rule] * f64::from(signal.points) * kept;
            reasons.push(Reason { name: signal.name.clone(), log_odds: holds * (own + share) });
        }
        for ((left, right), value) in self.tables.parts(&self.bins.place(row)) {
            let name = if left == right {
                self.columns[left].clone()
            } else {
                format!("{} × {}", self.columns[left], self.columns[right])
            };
            match reasons.iter_mut().find(|reason| reason.name == name) {
                Some(reason) => reason.log_odds += value,
                None => reasons.push(Reason { name, log_odds: value }),
            }
        }
        reasons.retain(|reason| reason.log_odds != 0.0);
        reasons.sort_by(|left, right| right.log_odds.abs().total_cmp(&left.log_odds.abs()));
        reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lead::rule::Condition, learning::random::Random};

    /// Visits, source and outcome: who comes by recommendation buys, who visits often does more or less.
    fn records(count: usize) -> (Table, Vec<bool>) {
        let mut random = Random::new(3);
        let mut table = Table { columns: vec!["visits".into(), "source".into()], rows: Vec::new() };
        let mut outcomes = Vec::new();
        for _ in 0..count {
            let visits = random.below(10);
            let source = ["web", "fair", "recommended"][random.below(3)];
            let odds = visits as f64 / 3.0 - 3.0 + if source == "recommended" { 2.5 } else { 0.0 };
            table.rows.push(vec![visits.to_string(), source.to_owned()]);
            outcomes.push(random.share() < chance(odds));
        }
        (table, outcomes)
    }

    fn rule(table: &Table) -> Vec<Signal> {
        let signal = |name: &str, points, condition: &str| Signal {
            name: name.to_owned(),
            points,
            conditions: vec![Condition::parse(condition, table).expect("a condition")],
        };
        vec![signal("five_messages", 20, "visits >= 5"), signal("asked_discount", 25, "source == fair")]
    }

    fn row(visits: &str, source: &str) -> [String; 2] {
        [visits.to_owned(), source.to_owned()]
    }

    #[test]
    fn without_outcomes_the_order_is_the_rules() {
        let (table, outcomes) = records(10);
        let card = Scorecard::fit(&table, &[], &outcomes, &rule(&table));
        let chances = [("1", "web"), ("7", "web"), ("1", "fair"), ("7", "fair")]
            .map(|(visits, source)| card.chance(&row(visits, source)));
        assert!(chances.windows(2).all(|pair| pair[0] < pair[1]), "{chances:?}");
    }

    #[test]
    fn with_outcomes_the_score_says_what_happened() {
        let (table, outcomes) = records(3_000);
        let (train, test): (Vec<usize>, Vec<usize>) = (0..3_000).partition(|row| row % 3 != 0);
        let card = Scorecard::fit(&table, &train, &outcomes, &rule(&table));
        let judged: Vec<(f64, bool)> =
            test.iter().map(|row| (card.chance(&table.rows[*row]), outcomes[*row])).collect();
        assert!(measure::auc(&judged) > Some(0.8), "{:?}", measure::auc(&judged));
        assert!(
            measure::calibration_error(&judged) < Some(0.06),
            "{:?}",
            measure::calibration_error(&judged)
        );
        let reasons = card.reasons(&row("9", "recommended"));
        assert!(reasons.iter().take(2).any(|reason| reason.name == "source"), "{reasons:?}");
    }

    #[test]
    fn where_trade_changes_the_newest_outcomes_tell_more() {
        let mut random = Random::new(4);
        // Half of all chances of 0.5 held in the first half; later four of five do.
        let mut drifting = |share: &dyn Fn(usize) -> f64| -> Vec<(f64, bool)> {
            (0..4_000).map(|at| (0.5, random.share() < share(at))).collect()
        };
        let changed = drifting(&|at| if at < 2_000 { 0.5 } else { 0.8 });
        let steady = drifting(&|_| 0.5);
        assert!((calibrated(&changed).chance(0.5) - 0.8).abs() < 0.05);
        assert!((calibrated(&steady).chance(0.5) - 0.5).abs() < 0.05);
    }

    #[test]
    fn folds_are_put_back_into_the_order_of_time() {
        let by_fold: Vec<(f64, bool)> = (0..FOLDS)
            .flat_map(|fold| (0..13).filter(move |at| at % FOLDS == fold))
            .map(|at| (at as f64, true))
            .collect();
        let ordered: Vec<f64> = in_time(by_fold, 13).into_iter().map(|one| one.0).collect();
        assert_eq!(ordered, (0..13).map(f64::from).collect::<Vec<_>>());
    }

    #[test]
    fn reasons_add_up_to_the_score() {
        let (table, outcomes) = records(1_100);
        let rows: Vec<usize> = (0..1_100).collect();
        let card = Scorecard::fit(&table, &rows, &outcomes, &rule(&table));
        for record in table.rows.iter().take(50) {
            let sum: f64 = card.reasons(record).iter().map(|reason| reason.log_odds).sum();
            let odds = card.core.log_odds(record) - card.core.logistic.weights[0];
            assert!((sum - odds).abs() < 1e-9, "{record:?}");
        }
    }

    #[test]
    fn records_that_were_never_seen_have_a_chance_too() {
        let (table, outcomes) = records(600);
        let rows: Vec<usize> = (0..600).collect();
        let card = Scorecard::fit(&table, &rows, &outcomes, &[]);
        for strange in [row("", ""), row("many", "💥"), row("1e308", "web"), row("-5", "fair")] {
            let chance = card.chance(&strange);
            assert!(chance > 0.0 && chance < 1.0, "{strange:?}: {chance}");
        }
        assert!(card.chance(&[]).is_finite());
    }
}
