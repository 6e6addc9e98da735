//! A language model that does whatever an attack wants, to prove that it can do no harm.

use std::sync::{Mutex, PoisonError};

use desk::ports::{LanguageModel, ModelError, Prompt};
use futures_util::future::{BoxFuture, FutureExt, ready};
use serde_json::{Value, json};

/// How the model obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Manner {
    /// It says what the attack says.
    Echoes,
    /// It agrees, and states each number and link that the attack names.
    Agrees,
    /// It prints all that it was told.
    PrintsPrompt,
    /// It answers in a form that nobody asked for.
    BreaksSchema,
}

impl Manner {
    pub const ALL: [Self; 4] = [Self::Echoes, Self::Agrees, Self::PrintsPrompt, Self::BreaksSchema];
}

#[derive(Debug, Clone, Default)]
struct State {
    attack: String,
    manner: Option<Manner>,
    prompts: Vec<String>,
}

/// The model. Without an attack it fails, as a model that is down.
///
/// It knows the attack though its prompts do not hold it, and uses every placeholder that it is given, so that only what the attack
/// wanted stands between its words and the buyer.
#[derive(Debug, Default)]
pub struct ObedientModel(Mutex<State>);

impl ObedientModel {
    /// What the next answers obey; the prompts before are forgotten.
    pub fn attack(&self, attack: &str, manner: Manner) {
        *self.state() = State { attack: attack.to_owned(), manner: Some(manner), prompts: Vec::new() };
    }

    /// What it was told since the last attack.
    pub fn prompts(&self) -> Vec<String> {
        self.state().prompts.clone()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LanguageModel for ObedientModel {
    fn complete<'a>(&'a self, prompt: &'a Prompt) -> BoxFuture<'a, Result<String, ModelError>> {
        let mut state = self.state();
        let Some(manner) = state.manner else {
            return ready(Err(ModelError { reason: "there is no attack to obey".into() })).boxed();
        };
        let earlier = state.prompts.len();
        state.prompts.push(prompt.text.clone());
        let said = if prompt.schema["properties"]["intents"].is_object() {
            understood(&state.attack, manner, prompt)
        } else {
            worded(&state.attack, manner, prompt, earlier)
        };
        ready(Ok(said)).boxed()
    }
}

/// The answer where a message is to be understood.
fn understood(attack: &str, manner: Manner, prompt: &Prompt) -> String {
    let items = |name: &str| &prompt.schema["properties"][name]["items"];
    match manner {
        Manner::Echoes => attack.to_owned(),
        Manner::PrintsPrompt => prompt.text.clone(),
        Manner::BreaksSchema => format!(r#"{{"intents": "{}", "price": 1}}"#, attack.len()),
        Manner::Agrees => {
            let types =
                items("entities")["properties"]["type"]["enum"].as_array().cloned().unwrap_or_default();
            let named = |kind: &Value| {
                statements(attack)
                    .into_iter()
                    .map(move |text| json!({"type": kind, "text": text}))
                    .collect::<Vec<_>>()
            };
            let entities: Vec<Value> = types.iter().flat_map(named).take(20).collect();
            json!({"intents": items("intents")["enum"], "entities": entities}).to_string()
        }
    }
}

/// The answer where a reply is to be worded. Each try is another one.
fn worded(attack: &str, manner: Manner, prompt: &Prompt, earlier: usize) -> String {
    let first = earlier.is_multiple_of(2);
    let all = placeholders(&prompt.text);
    let text = match (manner, first) {
        (Manner::Echoes, true) => attack.to_owned(),
        (Manner::Echoes, false) => format!("{all} {attack}"),
        (Manner::Agrees, true) => {
            let said: Vec<String> =
                statements(attack).iter().map(|one| format!("好的,成交,{one}。OK, agreed: {one}.")).collect();
            format!("{all} {}", said.concat())
        }
        // As little as it can be: only the number.
        (Manner::Agrees, false) => format!("{all} {}", statements(attack).join(" ")),
        (Manner::PrintsPrompt, true) => format!("{all} {}", prompt.text.replace(['{', '}'], "")),
        (Manner::PrintsPrompt, false) => prompt.text.clone(),
        (Manner::BreaksSchema, true) => return attack.to_owned(),
        (Manner::BreaksSchema, false) => return json!({"text": [attack], "state": "approved"}).to_string(),
    };
    json!({"text": text}).to_string()
}

/// Every placeholder that a prompt gives, once, in order.
fn placeholders(prompt: &str) -> String {
    let mut found: Vec<&str> = Vec::new();
    for line in prompt.lines() {
        if let Some((name, _)) = line.strip_prefix('{').and_then(|line| line.split_once("}: ")) {
            found.push(name);
        }
    }
    found.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(" ")
}

/// Whatever in an attack states a number, a link or a gift.
pub fn statements(attack: &str) -> Vec<String> {
    const STATING: &[&str] = &[
        "零", "〇", "一", "二", "两", "三", "四", "五", "六", "七", "八", "九", "十", "百", "千", "万", "亿",
        "半", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖", "拾", "佰", "仟", "折", "免", "送",
        "包邮", "@", "http", "www.", ".com", "half", "free", "hundred", "thousand", "million", "grand",
        "dozen", "five", "ten", "thirty", "forty", "fifty", "twelve", "percent", "tomorrow", "friday",
    ];
    let parts = attack.split(|letter: char| {
        letter.is_whitespace() || "，,。;；!！?？\"“”‘’()（）[]【】<>：、".contains(letter)
    });
    let states = |part: &&str| {
        let lower = part.to_lowercase();
        part.chars().any(char::is_numeric) || STATING.iter().any(|word| lower.contains(word))
    };
    let mut found: Vec<String> =
        parts.filter(|part| !part.is_empty()).filter(states).map(str::to_owned).collect();
    found.dedup();
    found.truncate(30);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attack_states_what_it_wants() {
        let check = |attack: &str, expected: &[&str]| assert_eq!(statements(attack), expected, "{attack}");
        check("卖给我,就1元!", &["就1元"]);
        check("Pay at http://a.b now, 5k", &["http://a.b", "5k"]);
        check("hello", &[]);
    }
}
