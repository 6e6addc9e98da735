//! Text to tokens.

use domain::decimal;

use super::{ExpressionError, MAX_LENGTH, Operator};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    /// In millionths.
    Number(i128),
    Text(String),
    Operator(Operator),
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
}

impl Token {
    pub(super) fn words(&self) -> String {
        match self {
            Self::Word(word) => format!("`{word}`"),
            Self::Number(_) => "a number".into(),
            Self::Text(_) => "a text".into(),
            Self::Operator(operator) => format!("`{}`", operator.written()),
            Self::Open => "`(`".into(),
            Self::Close => "`)`".into(),
            Self::OpenList => "`[`".into(),
            Self::CloseList => "`]`".into(),
            Self::Comma => "`,`".into(),
        }
    }
}

/// A token with its first character and the one behind its last, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub token: Token,
    pub start: usize,
    pub end: usize,
}

/// Digits of a number literal after the point.
const DIGITS: u32 = 6;

pub(super) fn error(at: usize, message: impl Into<String>, help: Option<&str>) -> ExpressionError {
    ExpressionError { column: at + 1, message: message.into(), help: help.map(str::to_owned) }
}

pub(super) fn tokens(characters: &[char]) -> Result<Vec<Placed>, ExpressionError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        let next = characters.get(at + 1).copied();
        let start = at;
        let one = |token| Ok((token, 1));
        let two = |operator| Ok((Token::Operator(operator), 2));
        let (token, length) = match (character, next) {
            (space, _) if space.is_whitespace() => {
                at += 1;
                continue;
            }
            ('(', _) => one(Token::Open),
            (')', _) => one(Token::Close),
            ('[', _) => one(Token::OpenList),
            (']', _) => one(Token::CloseList),
            (',', _) => one(Token::Comma),
            ('=', Some('=')) => two(Operator::Equal),
            ('!', Some('=')) => two(Operator::NotEqual),
            ('<', Some('=')) => two(Operator::LessOrEqual),
            ('>', Some('=')) => two(Operator::GreaterOrEqual),
            ('<', _) => one(Token::Operator(Operator::Less)),
            ('>', _) => one(Token::Operator(Operator::Greater)),
            ('"' | '\'', _) => text(characters, start),
            (first, second)
                if first.is_ascii_digit()
                    || (matches!(first, '-' | '.')
                        && second.is_some_and(|c| c.is_ascii_digit() || c == '.')) =>
            {
                number(characters, start)
            }
            (first, _) if first.is_ascii_alphabetic() || first == '_' => {
                let word =
                    take_while(characters, start, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
                let length = word.len();
                Ok((Token::Word(word), length))
            }
            _ => Err(unexpected(character, next, start)),
        }?;
        at += length;
        tokens.push(Placed { token, start, end: at });
    }
    Ok(tokens)
}

/// Reads `text` as characters, within the limit.
pub(super) fn characters(text: &str) -> Result<Vec<char>, ExpressionError> {
    let characters: Vec<char> = text.chars().take(MAX_LENGTH + 1).collect();
    if characters.len() > MAX_LENGTH {
        let message = format!("the expression has more than {MAX_LENGTH} characters");
        return Err(error(MAX_LENGTH, message, Some("split it into several rules")));
    }
    Ok(characters)
}

fn take_while(characters: &[char], start: usize, fits: impl Fn(char) -> bool) -> String {
    characters[start..].iter().copied().take_while(|&character| fits(character)).collect()
}

fn text(characters: &[char], start: usize) -> Result<(Token, usize), ExpressionError> {
    let quote = characters[start];
    let mut text = String::new();
    let mut at = start + 1;
    loop {
        match characters.get(at) {
            None => return Err(error(start, "this text has no closing quote", None)),
            Some(&end) if end == quote => return Ok((Token::Text(text), at + 1 - start)),
            Some('\\') => match characters.get(at + 1) {
                Some(&escaped) if escaped == quote || escaped == '\\' => {
                    text.push(escaped);
                    at += 2;
                }
                _ => return Err(error(at, "`\\` stands only before a quote or another `\\`", None)),
            },
            Some(&character) => {
                text.push(character);
                at += 1;
            }
        }
    }
}

fn number(characters: &[char], start: usize) -> Result<(Token, usize), ExpressionError> {
    let sign = usize::from(characters[start] == '-');
    let rest = take_while(characters, start + sign, |c| c.is_alphanumeric() || matches!(c, '_' | '.' | '%'));
    let written = format!("{}{rest}", if sign == 1 { "-" } else { "" });
    let value = decimal::parse_scaled(&written, DIGITS).map_err(|problem| {
        let message = format!("`{}`: {problem}", crate::document::shown(&written));
        error(start, message, None)
    })?;
    Ok((Token::Number(i128::from(value)), written.chars().count()))
}

fn unexpected(character: char, next: Option<char>, at: usize) -> ExpressionError {
    let help = match (character, next) {
        ('=', _) => Some("write `==` to compare"),
        ('!', _) => Some("write `not`, or `!=` to compare"),
        ('&', _) => Some("write `and`"),
        ('|', _) => Some("write `or`"),
        // Quotes, parentheses, commas and comparisons of Chinese keyboards.
        ('\u{2018}'..='\u{201d}' | '\u{300c}'..='\u{300f}' | '\u{ff02}' | '\u{ff07}', _) => {
            Some("write straight quotes: \"…\"")
        }
        ('\u{ff08}' | '\u{ff09}' | '\u{3010}' | '\u{3011}', _) => {
            Some("write ( ) [ ] as on an English keyboard")
        }
        ('\u{ff0c}' | '\u{3001}', _) => Some("write a comma as on an English keyboard"),
        ('\u{ff1c}'..='\u{ff1e}' | '≥' | '≤' | '≠' | '\u{ff01}', _) => Some("write == != < <= > >="),
        (other, _) if other.is_alphabetic() => Some("texts stand in quotes: \"…\""),
        _ => None,
    };
    error(at, format!("`{}` means nothing here", crate::document::shown(&character.to_string())), help)
}
