//! The text form of a language pack's intents.
//!
//! First line `description: …`, then one example per line; `# ` begins a comment, `[text](type)` marks an entity, `\n` stands for a
//! line break within an example.

#[cfg(test)]
#[path = "pack/files.rs"]
mod files;

/// What the label of a whole message begins with; behind it stand the intents that it asks. Such messages teach no intent but how
/// requests stand together.
pub const MESSAGE: &str = "message ";

/// One example: the buyer's text, and what is marked in it as text and type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    pub text: String,
    pub marks: Vec<(String, String)>,
}

/// The example as the buyer would write it, and its marks.
pub fn read_marks(line: &str) -> Marked {
    let mut plain = String::with_capacity(line.len());
    let mut marks = Vec::new();
    let mut rest = line;
    while let Some(open) = rest.find('[') {
        plain.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        if let Some((text, kind, length)) = marked(after) {
            plain.push_str(text);
            marks.push((text.to_owned(), kind.to_owned()));
            rest = &after[length..];
        } else {
            plain.push('[');
            rest = after;
        }
    }
    plain.push_str(rest);
    Marked { text: plain.replace("\\n", "\n"), marks }
}

/// `text](type)` → the text, the type and the length of all.
fn marked(after: &str) -> Option<(&str, &str, usize)> {
    let close = after.find("](")?;
    let kind = &after[close + 2..];
    let end = kind.find(')')?;
    let named = !kind[..end].is_empty() && kind[..end].bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    (named && !after[..close].contains('[')).then(|| (&after[..close], &kind[..end], close + 2 + end + 1))
}

/// Pairs of example, as written, and intent.
pub fn read(text: &str) -> Vec<(String, String)> {
    let mut intent = "";
    let mut examples = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("= ") {
            Some(name) => intent = name,
            None => examples.push((line.to_owned(), intent.to_owned())),
        }
    }
    examples
}

#[cfg(test)]
mod tests {
    use super::{
        files::{parse_intent, parse_messages, write},
        *,
    };

    fn check(line: &str, expected: &str) {
        assert_eq!(read_marks(line).text, expected);
    }

    #[test]
    fn marks_vanish_and_other_brackets_stay() {
        check("[P001](product)多少钱", "P001多少钱");
        check("a [1](quantity) b [2 pcs](quantity)", "a 1 b 2 pcs");
        check("see [1] or [x](http://a)", "see [1] or [x](http://a)");
        check("[open", "[open");
        check("Dear,\\nprice", "Dear,\nprice");
    }

    #[test]
    fn a_pack_survives_being_embedded() {
        let intent = parse_intent("description: asks\n# a comment\nhow much\n\nDear,\\nprice\n");
        assert_eq!(intent.description, "asks");
        let messages = parse_messages("# a comment\n\nprice_inquiry stock_inquiry | how much, got any\n");
        let text = write(&[("price_inquiry".into(), intent)], MESSAGE, &messages.expect("two fields"));
        assert_eq!(
            read(&text),
            [
                ("how much".into(), "price_inquiry".into()),
                ("Dear,\\nprice".into(), "price_inquiry".into()),
                ("how much, got any".into(), "message price_inquiry stock_inquiry".into()),
            ]
        );
        assert_eq!(parse_messages("price_inquiry | how much\nhow much"), Err(2));
    }
}
