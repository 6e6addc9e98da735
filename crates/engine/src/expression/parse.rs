//! Tokens to a checked term, by recursive descent within a fixed depth.

use super::{
    ExpressionError, Literal, MAX_DEPTH, Membership, Name, Number, Operand, Operator, Term, Test, TestKind,
    name::Kind,
    token::{self, Placed, Token, error},
};

pub(super) fn parse(text: &str) -> Result<Term, ExpressionError> {
    let characters = token::characters(text)?;
    let tokens = token::tokens(&characters)?;
    if tokens.is_empty() {
        return Err(error(
            0,
            "the expression is empty",
            Some("write a condition such as intent == \"greeting\""),
        ));
    }
    let mut parser = Parser { characters: &characters, tokens: &tokens, at: 0 };
    let term = parser.any(0)?;
    match parser.tokens.get(parser.at) {
        None => Ok(term),
        Some(rest) => Err(trailing(rest)),
    }
}

struct Parser<'t> {
    characters: &'t [char],
    tokens: &'t [Placed],
    at: usize,
}

/// An operand with the place where it stands.
struct Placeable {
    operand: Operand,
    start: usize,
}

impl Placeable {
    fn kind(&self) -> Option<Kind> {
        match &self.operand {
            Operand::Name(name) => Some(name.kind()),
            Operand::Literal(literal) => literal.kind(),
        }
    }
}

impl Literal {
    /// `None` for null, which goes with everything.
    const fn kind(&self) -> Option<Kind> {
        match self {
            Self::Null => None,
            Self::Bool(_) => Some(Kind::Bool),
            Self::Number(_) => Some(Kind::Number),
            Self::Text(_) => Some(Kind::Text),
        }
    }
}

impl Parser<'_> {
    fn any(&mut self, depth: usize) -> Result<Term, ExpressionError> {
        let start = self.start();
        let first = self.all(depth)?;
        let mut terms = vec![first];
        while self.take_word("or") {
            terms.push(self.all(depth)?);
        }
        Ok(match terms.len() {
            1 => terms.swap_remove(0),
            _ => Term::Any(terms, self.written(start)),
        })
    }

    fn all(&mut self, depth: usize) -> Result<Term, ExpressionError> {
        let first = self.negation(depth)?;
        let mut terms = vec![first];
        while self.take_word("and") {
            terms.push(self.negation(depth)?);
        }
        Ok(match terms.len() {
            1 => terms.swap_remove(0),
            _ => Term::All(terms),
        })
    }

    fn negation(&mut self, depth: usize) -> Result<Term, ExpressionError> {
        let start = self.start();
        if depth > MAX_DEPTH {
            let message = format!("the expression is nested more than {MAX_DEPTH} levels deep");
            return Err(error(start, message, Some("split it into several rules")));
        }
        if self.take_word("not") {
            let inner = self.negation(depth + 1)?;
            let written = self.written(start);
            return Ok(match inner {
                Term::Test(test) => Term::Test(Test { negated: !test.negated, text: written, ..test }),
                compound => Term::Not(Box::new(compound), written),
            });
        }
        if self.peek() == Some(&Token::Open) {
            self.at += 1;
            let term = self.any(depth + 1)?;
            self.expect(&Token::Close, "this parenthesis is never closed", start)?;
            return Ok(term);
        }
        self.comparison().map(Term::Test)
    }

    fn comparison(&mut self) -> Result<Test, ExpressionError> {
        let start = self.start();
        let left = self.operand()?;
        let place = self.start();
        if let Some(&Token::Operator(operator)) = self.peek() {
            self.at += 1;
            let right = self.operand()?;
            check_types(&left, operator, &right, place)?;
            if let Some(Token::Operator(next)) = self.peek() {
                let message = format!("`{}` cannot follow a comparison", next.written());
                return Err(error(
                    self.start(),
                    message,
                    Some("write two comparisons with `and` between them"),
                ));
            }
            let kind = TestKind::Compare(left.operand, operator, right.operand);
            return Ok(Test { kind, negated: false, text: self.written(start), number: Number::default() });
        }
        let membership = if self.peek_word("not") && self.word_at(self.at + 1) == Some("in") {
            self.at += 1;
            Membership::NotIn
        } else {
            Membership::In
        };
        if self.take_word("in") {
            let kind = self.membership(left, membership)?;
            return Ok(Test { kind, negated: false, text: self.written(start), number: Number::default() });
        }
        let kind = match left.operand {
            Operand::Literal(Literal::Bool(value)) => TestKind::Constant(value),
            Operand::Name(name) if name.kind() == Kind::Bool => TestKind::Flag(name),
            Operand::Name(name) => {
                let message = format!("`{}` is {}, not a truth value", name.text(), name.kind().words());
                let help = match name.kind() {
                    Kind::List => "ask `\"…\" in intents`",
                    Kind::Number => "compare it, for example with `> 0`",
                    _ => "compare it, for example with `== \"…\"` or `!= null`",
                };
                return Err(error(start, message, Some(help)));
            }
            Operand::Literal(_) => {
                return Err(error(
                    start,
                    "a value by itself is no condition",
                    Some("compare it with a name"),
                ));
            }
        };
        Ok(Test { kind, negated: false, text: self.written(start), number: Number::default() })
    }

    /// What stands behind `in`.
    fn membership(&mut self, left: Placeable, membership: Membership) -> Result<TestKind, ExpressionError> {
        let start = self.start();
        if self.peek() != Some(&Token::OpenList) {
            let right = self.operand()?;
            return match right.operand {
                Operand::Name(name) if name.kind() == Kind::List => {
                    if left.kind() != Some(Kind::Text) {
                        return Err(error(left.start, format!("`{}` holds texts", name.text()), None));
                    }
                    Ok(TestKind::Holds(name, left.operand, membership))
                }
                _ => Err(error(
                    start,
                    "a list is expected behind `in`",
                    Some("write [\"a\", \"b\"] or `intents`"),
                )),
            };
        }
        self.at += 1;
        let mut literals = Vec::new();
        while self.peek() != Some(&Token::CloseList) {
            let item = self.operand()?;
            check_types(&left, Operator::Equal, &item, item.start)?;
            match item.operand {
                Operand::Literal(literal) => literals.push(literal),
                Operand::Name(name) => {
                    let message = format!("a list holds values, not names such as `{}`", name.text());
                    return Err(error(item.start, message, Some("texts stand in quotes")));
                }
            }
            if self.peek() != Some(&Token::Comma) {
                break;
            }
            self.at += 1;
        }
        self.expect(&Token::CloseList, "this list is never closed", start)?;
        if matches!(&left.operand, Operand::Name(name) if name.kind() == Kind::List) {
            return Err(error(left.start, "a list cannot stand before `in`", Some("ask `\"…\" in intents`")));
        }
        Ok(TestKind::Among(left.operand, literals, membership))
    }

    fn operand(&mut self) -> Result<Placeable, ExpressionError> {
        let Some(placed) = self.tokens.get(self.at) else {
            return Err(error(self.characters.len(), "the expression ends too early", None));
        };
        let start = placed.start;
        let operand = match &placed.token {
            Token::Number(number) => Operand::Literal(Literal::Number(*number)),
            Token::Text(text) => Operand::Literal(Literal::Text(text.clone())),
            Token::Word(word) => match word.as_str() {
                "true" | "True" => Operand::Literal(Literal::Bool(true)),
                "false" | "False" => Operand::Literal(Literal::Bool(false)),
                "null" | "None" => Operand::Literal(Literal::Null),
                "and" | "or" | "in" | "not" => {
                    return Err(error(start, format!("`{word}` needs a value before it"), None));
                }
                name => Operand::Name(Name::find(name, start + 1)?),
            },
            other => {
                return Err(error(start, format!("a value is expected here, not {}", other.words()), None));
            }
        };
        self.at += 1;
        Ok(Placeable { operand, start })
    }

    fn expect(&mut self, token: &Token, message: &str, opened: usize) -> Result<(), ExpressionError> {
        if self.peek() == Some(token) {
            self.at += 1;
            return Ok(());
        }
        match self.tokens.get(self.at) {
            None => Err(error(opened, message, None)),
            Some(found) => Err(trailing(found)),
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|placed| &placed.token)
    }

    fn word_at(&self, index: usize) -> Option<&str> {
        match self.tokens.get(index) {
            Some(Placed { token: Token::Word(word), .. }) => Some(word),
            _ => None,
        }
    }

    fn peek_word(&self, word: &str) -> bool {
        self.word_at(self.at) == Some(word)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek_word(word);
        self.at += usize::from(found);
        found
    }

    fn start(&self) -> usize {
        self.tokens.get(self.at).map_or(self.characters.len(), |placed| placed.start)
    }

    /// The text from `start` to the last token taken.
    fn written(&self, start: usize) -> String {
        let end =
            self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, |placed| placed.end);
        self.characters.get(start..end).unwrap_or_default().iter().collect()
    }
}

fn trailing(found: &Placed) -> ExpressionError {
    let help = match &found.token {
        Token::Close | Token::CloseList => "remove it, or open it before",
        Token::Word(word) if word.eq_ignore_ascii_case("and") => "write `and` in small letters",
        Token::Word(word) if word.eq_ignore_ascii_case("or") => "write `or` in small letters",
        _ => "put `and` or `or` between two conditions",
    };
    error(found.start, format!("{} is not expected here", found.token.words()), Some(help))
}

fn check_types(
    left: &Placeable,
    operator: Operator,
    right: &Placeable,
    place: usize,
) -> Result<(), ExpressionError> {
    let ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
    match (left.kind(), right.kind()) {
        (Some(Kind::List), _) | (_, Some(Kind::List)) => {
            return Err(error(place, "a list cannot be compared", Some("ask `\"…\" in intents`")));
        }
        (Some(a), Some(b)) if a != b => {
            let message = format!("{} cannot be compared with {}", a.words(), b.words());
            let help = match (a, b) {
                (Kind::Text, Kind::Number) | (Kind::Number, Kind::Text) => {
                    "texts stand in quotes, numbers without them"
                }
                _ => "compare values of one type",
            };
            return Err(error(place, message, Some(help)));
        }
        (Some(kind), _) | (None, Some(kind)) if ordered && kind != Kind::Number => {
            let message = format!("`{}` needs numbers, not {}", operator.written(), kind.words());
            return Err(error(place, message, None));
        }
        (_, None) | (None, _) if ordered => {
            let message = format!("`{}` needs numbers, not null", operator.written());
            return Err(error(place, message, None));
        }
        _ => {}
    }
    check_choice(left, right)?;
    check_choice(right, left)
}

/// A name with a closed set of texts is never compared with any other.
fn check_choice(name: &Placeable, literal: &Placeable) -> Result<(), ExpressionError> {
    let (Operand::Name(name), Operand::Literal(Literal::Text(text))) = (&name.operand, &literal.operand)
    else {
        return Ok(());
    };
    let Some(choices) = name.choices() else { return Ok(()) };
    if choices.iter().any(|choice| choice.eq_ignore_ascii_case(text)) {
        return Ok(());
    }
    let message = format!("`{}` is never \"{}\"", name.text(), crate::document::shown(text));
    let help = crate::document::nearest(text, choices.iter().copied()).map_or_else(
        || format!("it is one of {}", choices.join(", ")),
        |near| format!("did you mean \"{near}\"?"),
    );
    Err(error(literal.start, message, Some(&help)))
}
