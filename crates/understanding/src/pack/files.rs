//! The files of a pack, as the build script reads them, and the one text that it embeds.

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

/// Reads `several.txt`, with the number of a line that it cannot read as the error: in each line what a message asks, in its order, and
/// behind ` | ` the message.
pub fn parse_messages(text: &str) -> Result<Vec<(String, String)>, usize> {
    let lines = text.lines().map(str::trim).enumerate();
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with("# "))
        .map(|(at, line)| {
            let (asked, message) = line.split_once(" | ").ok_or(at + 1)?;
            Ok((asked.trim().to_owned(), message.trim().to_owned()))
        })
        .collect()
}

/// One text of a whole pack, which is embedded and read back by `pack::read`: a line `= intent`, then its examples, and likewise for what
/// the messages ask.
/// `prefix` stands before the latter.
pub fn write(intents: &[(String, PackIntent)], prefix: &str, messages: &[(String, String)]) -> String {
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
    for (asked, message) in messages {
        for part in ["= ", prefix, asked, "\n", message, "\n"] {
            text.push_str(part);
        }
    }
    text
}
