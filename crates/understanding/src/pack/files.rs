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

/// One text of a whole pack, which is embedded and read back by `pack::read`: a line `= intent`, then its examples.
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
