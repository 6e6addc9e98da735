//! Values in, verdict out. Nothing here can fail.

use std::cell::Cell;

use domain::{decimal, money::Money, quantity::Thousandths};

use super::{Expression, Literal, Membership, Name, Operand, Operator, Term, Test, TestKind};

/// What a name stands for at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'v> {
    /// Not known.
    Null,
    Bool(bool),
    /// In millionths.
    Number(i128),
    Text(&'v str),
    List(&'v [&'v str]),
}

const ONE: i128 = 1_000_000;

impl<'v> Value<'v> {
    pub fn integer(number: impl Into<i64>) -> Self {
        Self::Number(i128::from(number.into()) * ONE)
    }

    pub fn thousandths(number: Thousandths) -> Self {
        Self::Number(i128::from(number.0) * (ONE / 1_000))
    }

    /// The amount in major units.
    pub fn money(money: Money) -> Self {
        let digits = money.currency.minor_digits();
        Self::Number(i128::from(money.minor) * ONE / 10_i128.pow(digits))
    }

    /// A number within 0 to 1, such as a confidence.
    pub fn probability(number: f64) -> Self {
        Self::Number((number.clamp(0.0, 1.0) * 1e6).round() as i128)
    }

    /// `Null` where there is no text.
    pub fn text(text: Option<&'v str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

/// Gives the values of names, each of the name's own type or `Null`.
pub trait Names {
    fn value(&self, name: Name) -> Value<'_>;

    /// What numbered tests came to so far, where that is kept.
    fn outcomes(&self) -> Option<&Outcomes> {
        None
    }
}

/// What the tests of numbered expressions come to at one moment. Hundreds of rules ask few different things.
#[derive(Debug)]
pub struct Outcomes(Vec<Cell<Option<bool>>>);

impl Outcomes {
    /// For so many tests ([`Expression::number_tests`]).
    pub fn new(tests: usize) -> Self {
        Self(vec![Cell::new(None); tests])
    }

    fn of(&self, number: u32, test: impl FnOnce() -> bool) -> bool {
        let Some(known) = self.0.get(number as usize) else { return test() };
        known.get().unwrap_or_else(|| {
            let outcome = test();
            known.set(Some(outcome));
            outcome
        })
    }
}

/// Whether an expression holds, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    pub holds: bool,
    /// The terms that made it hold, in words: `intent is price_inquiry`, `order_amount > 100000`.
    pub held: Vec<String>,
    /// The first term that failed, as written.
    pub failed: Option<String>,
}

impl Expression {
    /// Whether it holds, and nothing else: the quick way.
    pub fn holds(&self, names: &dyn Names) -> bool {
        self.term.holds(names)
    }

    pub fn evaluate(&self, names: &dyn Names) -> Verdict {
        if self.term.holds(names) {
            let mut held = Vec::new();
            self.term.explain(names, &mut held);
            return Verdict { holds: true, held, failed: None };
        }
        Verdict { holds: false, held: Vec::new(), failed: self.term.first_failing(names).map(str::to_owned) }
    }
}

impl Term {
    fn holds(&self, names: &dyn Names) -> bool {
        match self {
            Self::All(terms) => terms.iter().all(|term| term.holds(names)),
            Self::Any(terms, _) => terms.iter().any(|term| term.holds(names)),
            Self::Not(term, _) => !term.holds(names),
            Self::Test(test) => test.holds(names),
        }
    }

    /// The terms that make it hold; only called where it does.
    fn explain(&self, names: &dyn Names, held: &mut Vec<String>) {
        match self {
            Self::All(terms) => terms.iter().for_each(|term| term.explain(names, held)),
            Self::Any(terms, _) => {
                if let Some(term) = terms.iter().find(|term| term.holds(names)) {
                    term.explain(names, held);
                }
            }
            Self::Not(_, written) => held.push(written.clone()),
            Self::Test(test) => held.push(test.words(names)),
        }
    }

    fn first_failing(&self, names: &dyn Names) -> Option<&str> {
        match self {
            Self::All(terms) => terms.iter().find(|term| !term.holds(names))?.first_failing(names),
            Self::Any(_, written) | Self::Not(_, written) => Some(written),
            Self::Test(test) => Some(&test.text),
        }
    }
}

impl TestKind {
    fn holds(&self, names: &dyn Names) -> bool {
        match self {
            Self::Constant(value) => *value,
            Self::Flag(name) => names.value(*name) == Value::Bool(true),
            Self::Compare(left, operator, Operand::Literal(Literal::Null))
            | Self::Compare(Operand::Literal(Literal::Null), operator, left) => {
                (left.value(names) == Value::Null) == (*operator == Operator::Equal)
            }
            Self::Compare(left, operator, right) => operator.holds(left.value(names), right.value(names)),
            Self::Among(operand, literals, membership) => {
                let value = operand.value(names);
                let found = literals.iter().any(|literal| Operator::Equal.holds(value, literal.value()));
                match membership {
                    Membership::In => found,
                    Membership::NotIn => !found && value != Value::Null,
                }
            }
            Self::Holds(name, needle, membership) => match (names.value(*name), needle.value(names)) {
                (Value::List(texts), Value::Text(needle)) => {
                    let found = texts.iter().any(|text| text.eq_ignore_ascii_case(needle));
                    found == (*membership == Membership::In)
                }
                _ => false,
            },
        }
    }
}

impl Operand {
    fn value<'v>(&'v self, names: &'v dyn Names) -> Value<'v> {
        match self {
            Self::Name(name) => names.value(*name),
            Self::Literal(literal) => literal.value(),
        }
    }
}

impl Literal {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => Value::Number(*number),
            Self::Text(text) => Value::Text(text),
        }
    }
}

impl Operator {
    fn holds(self, left: Value<'_>, right: Value<'_>) -> bool {
        use std::cmp::Ordering;
        let ordering = match (left, right) {
            (Value::Number(left), Value::Number(right)) => left.cmp(&right),
            (Value::Text(left), Value::Text(right)) => equality(left.eq_ignore_ascii_case(right)),
            (Value::Bool(left), Value::Bool(right)) => equality(left == right),
            // Nothing is true of what is not known.
            _ => return false,
        };
        match self {
            Self::Equal => ordering == Ordering::Equal,
            Self::NotEqual => ordering != Ordering::Equal,
            Self::Less => ordering == Ordering::Less,
            Self::LessOrEqual => ordering != Ordering::Greater,
            Self::Greater => ordering == Ordering::Greater,
            Self::GreaterOrEqual => ordering != Ordering::Less,
        }
    }
}

fn equality(equal: bool) -> std::cmp::Ordering {
    if equal { std::cmp::Ordering::Equal } else { std::cmp::Ordering::Less }
}

impl Test {
    fn holds(&self, names: &dyn Names) -> bool {
        let test = || self.kind.holds(names) != self.negated;
        match (self.number.0, names.outcomes()) {
            (Some(number), Some(outcomes)) => outcomes.of(number, test),
            _ => test(),
        }
    }

    /// What the test found, in words; only called where it holds.
    fn words(&self, names: &dyn Names) -> String {
        match &self.kind {
            TestKind::Flag(Name::Entity(kind)) => {
                format!(
                    "{} is {}named",
                    kind.name().replace('_', " "),
                    if self.negated { "not " } else { "" }
                )
            }
            TestKind::Flag(name) => flag_words(*name, self.negated).to_owned(),
            TestKind::Compare(Operand::Name(name), operator, Operand::Literal(literal))
            | TestKind::Compare(Operand::Literal(literal), operator, Operand::Name(name))
                if matches!(operator, Operator::Equal | Operator::NotEqual) =>
            {
                let equal = (*operator == Operator::Equal) != self.negated;
                let not = if equal { "" } else { "not " };
                match literal {
                    Literal::Null if equal => format!("{} is not known", name.label()),
                    Literal::Null => format!("{} is known", name.label()),
                    Literal::Bool(value) if name.kind() == super::name::Kind::Bool => {
                        flag_words(*name, *value != equal).to_owned()
                    }
                    Literal::Bool(_) => self.text.clone(),
                    Literal::Number(number) => format!("{} is {not}{}", name.text(), number_text(*number)),
                    Literal::Text(text) => format!("{} is {not}{text}", name.text()),
                }
            }
            TestKind::Among(Operand::Name(name), _, Membership::In) if !self.negated => {
                match names.value(*name) {
                    Value::Text(text) => format!("{} is {text}", name.text()),
                    Value::Number(number) => format!("{} is {}", name.text(), number_text(number)),
                    _ => self.text.clone(),
                }
            }
            TestKind::Holds(name, Operand::Literal(Literal::Text(text)), membership) => {
                let found = (*membership == Membership::In) != self.negated;
                format!("{} {} {text}", name.text(), if found { "include" } else { "lack" })
            }
            _ => self.text.clone(),
        }
    }
}

fn number_text(number: i128) -> String {
    i64::try_from(number)
        .map_or_else(|_| (number / ONE).to_string(), |number| decimal::format_scaled(number, 6))
}

fn flag_words(name: Name, negated: bool) -> &'static str {
    match (name, negated) {
        (Name::TimeOpen, false) => "the shop is open",
        (Name::TimeOpen, true) => "the shop is closed",
        (Name::CompanyVerified, false) => "the company is verified",
        (Name::CompanyVerified, true) => "the company is not verified",
        (Name::Faq, false) => "a FAQ answers it",
        (Name::Faq, true) => "no FAQ answers it",
        (Name::Understood, false) => "the message is understood",
        (Name::Understood, true) => "the message is not understood",
        (other, _) => other.text(),
    }
}
