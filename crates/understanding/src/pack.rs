//! The text form of a language pack's intents.
//!
//! First line `description: …`, then one example per line; `# ` begins a comment, `[text](type)` marks an entity, `\n` stands for a
//! line break within an example.

/// One example: the buyer's text, and what is marked in it as text and type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    pub text: String,
    pub marks: Vec<(String, String)>,
}

/// The examples of one intent as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackIntent {
    pub description: String,
    pub examples: Vec<String>,
}

/// Reads the text of one intent file.
pub fn parse_intent(text: &str) -> PackIntent {
    let mut intent = PackIntent { description: String::new(), examples: Vec::new() };
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        match line.strip_prefix("description:") {
            Some(description) if intent.description.is_empty() => {
                description.trim().clone_into(&mut intent.description);
            }
            _ => intent.examples.push(line.to_owned()),
        }
    }
    intent
}

/// The example as the buyer would write it, and its marks.
pub fn read_marks(line: &str) -> Marked {
    let mut plain = String::with_capacity(line.len());
    let mut marks = Vec::new();
    let mut rest = line;
    while let Some(open) = rest.find('[') {
        plain.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        match marked(after) {
            Some((text, kind, length)) => {
                plain.push_str(text);
                marks.push((text.to_owned(), kind.to_owned()));
                rest = &after[length..];
            }
            None => {
                plain.push('[');
                rest = after;
            }
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

/// One text of a whole pack, which is embedded and read back by [`read`]: a line `= intent`, then its examples.
pub fn write(intents: &[(String, PackIntent)]) -> String {
    let mut text = String::new();
    for (name, intent) in intents {
        text.push_str("= ");
        text.push_str(name);
        text.push('\n');
        for example in &intent.examples {
            text.push_str(example);
            text.push('\n');
        }
    }
    text
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
    use super::*;

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
        let text = write(&[("price_inquiry".into(), intent)]);
        assert_eq!(
            read(&text),
            [("how much".into(), "price_inquiry".into()), ("Dear,\\nprice".into(), "price_inquiry".into())]
        );
    }
}
