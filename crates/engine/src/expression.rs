//! The small typed language of rules and conditions, compiled when knowledge is loaded.
//!
//! ```text
//! intent == "price_negotiation" and order_amount > 100000 and not (contact.tier == "vip")
//! ```
//!
//! Literals are exact decimals, texts in double or single quotes, `true`, `false` and `null`; operators are `== != < <= > >=`,
//! `in [..]`, `"…" in intents`, `and`, `or`, `not` with the precedence of Python. Names and types are checked when it is compiled.
//! At run time a name without a value compares false to everything; only `== null` and `!= null` ask for it. Texts compare without
//! regard to ASCII case. To add a name, add a line to the table in `expression/name.rs`.

mod evaluate;
mod name;
mod parse;
mod token;

use std::{collections::HashMap, sync::Arc};

pub use evaluate::{Names, Outcomes, Value, Verdict};
pub use name::Name;

/// The longest expression, in code points.
pub const MAX_LENGTH: usize = 4_000;
/// How deep parentheses and `not` may stand in each other.
pub const MAX_DEPTH: usize = 64;

/// Why an expression could not be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// Counts code points from 1.
    pub column: usize,
    pub message: String,
    pub help: Option<String>,
}

/// A compiled expression. Cloning it is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    term: Arc<Term>,
    text: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    /// `and` of two or more.
    All(Vec<Term>),
    /// `or` of two or more, with the whole as it was written.
    Any(Vec<Term>, String),
    /// A negated compound, with the whole as it was written.
    Not(Box<Term>, String),
    Test(Test),
}

/// One comparison that needs no further thought.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Test {
    kind: TestKind,
    /// Whether `not` stands before it.
    negated: bool,
    /// As it was written.
    text: String,
    number: Number,
}

/// The number of a test among those of several expressions, where they were numbered. It says nothing of what is tested.
#[derive(Debug, Clone, Copy, Default, Eq)]
struct Number(Option<u32>);

impl PartialEq for Number {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum TestKind {
    Constant(bool),
    /// A truth value by itself.
    Flag(Name),
    Compare(Operand, Operator, Operand),
    /// A value among literals, or known and not among them.
    Among(Operand, Vec<Literal>, Membership),
    /// A text among the values of a list, or not among them.
    Holds(Name, Operand, Membership),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Operand {
    Name(Name),
    Literal(Literal),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Literal {
    Null,
    Bool(bool),
    /// In millionths.
    Number(i128),
    Text(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Membership {
    In,
    NotIn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    const fn written(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Expression {
    /// Compiles `text`; names and types are checked here, so that evaluation cannot fail.
    pub fn compile(text: &str) -> Result<Self, ExpressionError> {
        let term = parse::parse(text)?;
        Ok(Self { term: Arc::new(term), text: text.trim().into() })
    }

    /// The short form of a script's condition: a name and what it must be, as in `order_amount: "> 100000"`, `stage: repurchase`,
    /// `intent: in ["purchase", "reorder"]`. `customer` is `new`, `existing` or `vip`.
    ///
    /// Columns of errors count within `test`.
    pub fn condition(name: &str, test: &str) -> Result<Self, ExpressionError> {
        let test = test.trim();
        let name = name.trim();
        if name == "customer" {
            return match test {
                "new" | "existing" => Self::compile(&format!("contact.type == \"{test}\"")),
                "vip" => Self::compile("contact.tier == \"vip\""),
                _ => Err(ExpressionError {
                    column: 1,
                    message: format!("`{}` is no kind of customer", crate::document::shown(test)),
                    help: Some("use `new`, `existing` or `vip`".into()),
                }),
            };
        }
        let known = Name::find(name, 1)?;
        let has_operator = test.starts_with(['=', '!', '<', '>', '(', '&', '|'])
            || test.starts_with("in ")
            || test.starts_with("in[")
            || test.starts_with("not in");
        let quoted = test.starts_with(['"', '\'']);
        let bare = matches!(test, "true" | "false" | "null")
            || test.starts_with(|first: char| first.is_ascii_digit() || first == '-' || first == '.');
        let (text, added) = if has_operator {
            (format!("{name} {test}"), name.chars().count() + 1)
        } else if known == Name::Intents {
            (format!("\"{}\" in {name}", test.trim_matches(['"', '\''])), 0)
        } else if quoted || bare {
            (format!("{name} == {test}"), name.chars().count() + 4)
        } else {
            (format!("{name} == \"{}\"", test.replace(['"', '\\'], "")), name.chars().count() + 4)
        };
        Self::compile(&text)
            .map_err(|error| ExpressionError { column: error.column.saturating_sub(added).max(1), ..error })
    }

    /// All of them hold; `None` where there are none.
    pub fn all(expressions: Vec<Self>) -> Option<Self> {
        if expressions.len() < 2 {
            return expressions.into_iter().next();
        }
        let texts: Vec<String> = expressions
            .iter()
            .map(|expression| match *expression.term {
                Term::Any(..) => format!("({})", expression.text),
                _ => expression.text.to_string(),
            })
            .collect();
        let terms = expressions.iter().map(|expression| (*expression.term).clone()).collect();
        Some(Self { term: Arc::new(Term::All(terms)), text: texts.join(" and ").into() })
    }

    /// Numbers the tests of expressions that are evaluated together, those of the same words alike, and gives how many there are:
    /// what one comes to need then be found out only once ([`Outcomes`]).
    pub fn number_tests<'e>(expressions: impl Iterator<Item = &'e mut Self>) -> usize {
        let mut known = HashMap::new();
        expressions.for_each(|expression| number(Arc::make_mut(&mut expression.term), &mut known));
        known.len()
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Each text that a name is compared with, such as the intents that a rule names.
    pub fn texts_compared(&self) -> Vec<(Name, &str)> {
        let mut found = Vec::new();
        collect_texts(&self.term, &mut found);
        found
    }
}

fn number(term: &mut Term, known: &mut HashMap<String, u32>) {
    match term {
        Term::All(terms) | Term::Any(terms, _) => terms.iter_mut().for_each(|term| number(term, known)),
        Term::Not(term, _) => number(term, known),
        Term::Test(test) => {
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            test.number = Number(Some(*known.entry(test.text.clone()).or_insert(next)));
        }
    }
}

fn collect_texts<'t>(term: &'t Term, found: &mut Vec<(Name, &'t str)>) {
    match term {
        Term::All(terms) | Term::Any(terms, _) => terms.iter().for_each(|term| collect_texts(term, found)),
        Term::Not(term, _) => collect_texts(term, found),
        Term::Test(test) => match &test.kind {
            TestKind::Compare(Operand::Name(name), _, Operand::Literal(Literal::Text(text)))
            | TestKind::Compare(Operand::Literal(Literal::Text(text)), _, Operand::Name(name))
            | TestKind::Holds(name, Operand::Literal(Literal::Text(text)), _) => found.push((*name, text)),
            TestKind::Among(Operand::Name(name), literals, _) => {
                found.extend(literals.iter().filter_map(|literal| match literal {
                    Literal::Text(text) => Some((*name, text.as_str())),
                    _ => None,
                }));
            }
            _ => {}
        },
    }
}

#[cfg(test)]
mod tests;
