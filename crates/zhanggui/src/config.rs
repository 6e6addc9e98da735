//! Configuration: one annotated default file is the reference, every key has a default, the environment stands above the file.
//!
//! `ZHANGGUI_SECTION__KEY` overrides `section.key`. Unknown keys are errors with the nearest right name, so that a slip cannot be
//! silently ignored.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    num::NonZero,
    path::Path,
};

use desk::DeskOptions;
use domain::inbox::Autonomy;
use engine::{
    document::{self, Fields, Node, Place, Problem, Problems},
    insights::ModelPrices,
};

/// The skills of the founding article.
const SKILLS: [(&str, Skill); 3] = [
    ("sales_automation", Skill::SalesAutomation),
    ("user_profiling", Skill::UserProfiling),
    ("recommendation_engine", Skill::RecommendationEngine),
];

#[derive(Clone, Copy)]
enum Skill {
    SalesAutomation,
    UserProfiling,
    RecommendationEngine,
}

/// A value that does not show itself in logs.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"…\"")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// What papers are drawn with: paths of files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Documents {
    pub font: Option<String>,
    pub logo: Option<String>,
    pub seal: Option<String>,
}

/// The folder of each language's encoder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EncoderFolders {
    pub zh: Option<String>,
    pub en: Option<String>,
}

/// Everything that can be configured.
#[derive(Debug, Clone)]
pub struct Config {
    pub listen: SocketAddr,
    /// Proxies, beside those on this machine, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    pub database_url: String,
    /// Days after which events that are counted and deliveries that are done are forgotten.
    pub keep_days: i64,
    /// A profile is built anew after so many messages.
    pub update_interval: NonZero<u32>,
    pub knowledge_folder: Option<String>,
    pub bootstrap_token: Option<Hidden>,
    /// Where buyers reach this server; without it, the listen address.
    pub public_url: Option<String>,
    pub documents: Documents,
    pub encoder_folders: EncoderFolders,
    pub autonomy: Vec<(String, Autonomy)>,
    pub silence_hours: i64,
    pub concurrent_turns: usize,
    pub log_format: LogFormat,
    pub log_filter: String,
    pub proactive: Option<bool>,
    /// Integer hundredths.
    pub lead_threshold: Option<u32>,
    /// What a language model costs, for the figures.
    pub model_prices: Option<ModelPrices>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            trusted_proxies: Vec::new(),
            database_url: "sqlite://data/zhanggui.db".to_owned(),
            keep_days: 90,
            update_interval: DeskOptions::UPDATE_INTERVAL,
            knowledge_folder: None,
            bootstrap_token: None,
            public_url: None,
            documents: Documents::default(),
            encoder_folders: EncoderFolders::default(),
            autonomy: Vec::new(),
            silence_hours: 72,
            concurrent_turns: 256,
            log_format: LogFormat::Text,
            log_filter: "info".to_owned(),
            proactive: None,
            lead_threshold: None,
            model_prices: None,
        }
    }
}

/// The problems of a configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("`{path}` could not be read")]
    Read { path: String, source: std::io::Error },
    #[error("the configuration has something to mend:\n{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<Problem>),
}

/// Reads the file, if one is named, and lays the environment over it. Gives the warnings too.
pub fn load(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<(Config, Vec<Problem>), ConfigError> {
    let text = match file {
        Some(path) => std::fs::read(path)
            .map_err(|source| ConfigError::Read { path: path.display().to_string(), source })?,
        None => Vec::new(),
    };
    let name = file.map_or_else(|| "configuration".to_owned(), |path| path.display().to_string());
    read(&name, &text, environment)
}

/// Reads configuration text; `name` stands in its problems.
pub fn read(
    name: &str,
    text: &[u8],
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<(Config, Vec<Problem>), ConfigError> {
    let mut problems = Problems::default();
    let root = document::parse(name, text, &mut problems);
    let mut root = match root {
        Some(root) if !root.is_null() => root,
        _ => Node::mapping(Vec::new(), problems_place(&mut problems, name)),
    };
    lay_environment(&mut root, environment, &mut problems);
    let config = read_sections(&root, &mut problems);
    let failed = problems.has_errors();
    let list = problems.into_list();
    match config {
        Some(config) if !failed => Ok((config, list)),
        _ => Err(ConfigError::Problems(list)),
    }
}

fn problems_place(problems: &mut Problems, name: &str) -> Place {
    Place { file: problems.add_file(name), line: 1, column: 1 }
}

fn lay_environment(
    root: &mut Node,
    environment: impl IntoIterator<Item = (String, String)>,
    problems: &mut Problems,
) {
    let mut overrides: Vec<(String, String)> = environment
        .into_iter()
        .filter_map(|(name, value)| {
            let path = name.strip_prefix("ZHANGGUI_")?.to_ascii_lowercase();
            // Test switches and the like have no section.
            path.contains("__").then_some((path, value))
        })
        .collect();
    overrides.sort();
    for (path, value) in overrides {
        let place = problems_place(problems, &format!("ZHANGGUI_{}", path.to_ascii_uppercase()));
        let keys: Vec<&str> = path.split("__").collect();
        root.set(&keys, Node::scalar(value, place));
    }
}

fn read_sections(root: &Node, problems: &mut Problems) -> Option<Config> {
    let mut config = Config::default();
    let mut fields = Fields::new(root, problems)?;
    fields.optional("server", |node, problems| read_server(node, &mut config, problems));
    fields.optional("database", |node, problems| {
        let mut fields = Fields::new(node, problems)?;
        if let Some(url) = fields.optional("url", Node::text) {
            config.database_url = url;
        }
        if let Some(days) = fields.optional("keep_days", |node, p| node.integer(1..=36_500, p)) {
            config.keep_days = days;
        }
        fields.finish();
        Some(())
    });
    fields.optional("knowledge", |node, problems| {
        let mut fields = Fields::new(node, problems)?;
        config.knowledge_folder = fields.optional("folder", Node::text);
        fields.finish();
        Some(())
    });
    fields.optional("api", |node, problems| read_api(node, &mut config, problems));
    fields.optional("inboxes", |node, problems| read_inboxes(node, &mut config, problems));
    fields.optional("documents", |node, problems| {
        let mut fields = Fields::new(node, problems)?;
        config.documents.font = fields.optional("font", Node::text);
        config.documents.logo = fields.optional("logo", Node::text);
        config.documents.seal = fields.optional("seal", Node::text);
        fields.finish();
        Some(())
    });
    fields.optional("understanding", |node, problems| read_understanding(node, &mut config, problems));
    fields.optional("conversations", |node, problems| {
        let mut fields = Fields::new(node, problems)?;
        if let Some(hours) = fields.optional("silence_hours", |node, p| node.integer(1..=8_760, p)) {
            config.silence_hours = hours;
        }
        if let Some(turns) = fields.optional("concurrent_turns", |node, p| node.integer(1..=4_096, p)) {
            config.concurrent_turns = turns as usize;
        }
        fields.finish();
        Some(())
    });
    fields.optional("log", |node, problems| {
        let mut fields = Fields::new(node, problems)?;
        let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
        if let Some(format) = fields.optional("format", |node, p| node.one_of(&formats, p)) {
            config.log_format = format;
        }
        if let Some(filter) = fields.optional("filter", Node::text) {
            config.log_filter = filter;
        }
        fields.finish();
        Some(())
    });
    fields.optional("openclaw", |node, problems| read_openclaw(node, &mut config, problems));
    fields.list("skills", |node, problems| read_skill(node, &mut config, problems));
    fields.optional("channels", read_channels);
    fields.finish();
    Some(config)
}

fn read_server(node: &Node, config: &mut Config, problems: &mut Problems) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    if let Some(listen) = fields.optional("listen", |node, problems| {
        let text = node.text(problems)?;
        let address = text.parse().ok();
        if address.is_none() {
            problems.error_with_help(
                node.place,
                format!("`{}` is not an address to listen on", document::shown(&text)),
                "write an IP address and a port, such as 127.0.0.1:8080",
            );
        }
        address
    }) {
        config.listen = listen;
    }
    config.trusted_proxies = fields.list("trusted_proxies", |node, problems| {
        let text = node.text(problems)?;
        let address = text.parse().ok();
        if address.is_none() {
            problems.error_with_help(
                node.place,
                format!("`{}` is not the address of a proxy", document::shown(&text)),
                "write an IP address without a port, such as 10.0.0.7",
            );
        }
        address
    });
    fields.finish();
    Some(())
}

/// The shortest token that is not guessed.
const MIN_TOKEN_CHARS: usize = 24;

fn read_api(node: &Node, config: &mut Config, problems: &mut Problems) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    config.bootstrap_token = fields.optional("bootstrap_token", |node, problems| {
        let token = node.text(problems)?;
        if token.chars().count() < MIN_TOKEN_CHARS {
            problems.error_with_help(
                node.place,
                format!("the bootstrap token is shorter than {MIN_TOKEN_CHARS} characters"),
                "make one with `openssl rand -hex 24`",
            );
            return None;
        }
        Some(Hidden(token))
    });
    config.public_url = fields.optional("public_url", |node, problems| {
        let url = node.text(problems)?;
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
        let plain = !host.trim_matches('/').is_empty()
            && !host.contains(|character: char| character.is_whitespace() || "?#\"'<>".contains(character));
        if !plain {
            problems.error_with_help(
                node.place,
                format!("`{}` is not the address of a site", document::shown(&url)),
                "write it as in `public_url: https://desk.example.com`",
            );
        }
        plain.then(|| url.trim_end_matches('/').to_owned())
    });
    fields.finish();
    Some(())
}

fn read_inboxes(node: &Node, config: &mut Config, problems: &mut Problems) -> Option<()> {
    let names = Autonomy::ALL.map(|autonomy| (autonomy.name(), autonomy));
    let mut fields = Fields::new(node, problems)?;
    for inbox in ["api", "web", "chat"] {
        let autonomy = fields.optional(inbox, |node, problems| {
            let mut fields = Fields::new(node, problems)?;
            let autonomy = fields.optional("autonomy", |node, p| node.one_of(&names, p));
            fields.finish();
            autonomy
        });
        if let Some(autonomy) = autonomy {
            config.autonomy.push((inbox.to_owned(), autonomy));
        }
    }
    fields.finish();
    Some(())
}

fn read_understanding(node: &Node, config: &mut Config, problems: &mut Problems) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    fields.optional("encoder", |node, problems| {
        let mut fields = Fields::new(node, problems)?;
        config.encoder_folders.zh = fields.optional("zh", Node::text);
        config.encoder_folders.en = fields.optional("en", Node::text);
        fields.finish();
        Some(())
    });
    fields.finish();
    Some(())
}

/// Model and temperature are checked, so that the file is known to be sound; the adapter that uses them is not there yet.
fn read_openclaw(node: &Node, config: &mut Config, problems: &mut Problems) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    let prompt = fields.optional("prompt_price", |node, p| node.amount(6, p));
    let answer = fields.optional("answer_price", |node, p| node.amount(6, p));
    if prompt.is_some() || answer.is_some() {
        config.model_prices = Some(ModelPrices { prompt: prompt.unwrap_or(0), answer: answer.unwrap_or(0) });
    }
    fields.optional("model", Node::text);
    fields.optional("temperature", |node, problems| {
        let place = node.place;
        let scaled = node.amount(6, problems)?;
        if scaled > 2_000_000 {
            problems.error_with_help(place, "the temperature is above 2", "write a number from 0 to 2");
        }
        Some(())
    });
    fields.finish();
    Some(())
}

fn read_skill(node: &Node, config: &mut Config, problems: &mut Problems) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    let skill = fields.required("name", |node, p| node.one_of(&SKILLS, p));
    match skill {
        Some(Skill::SalesAutomation) => {
            fields.optional("config", |node, problems| {
                let mut fields = Fields::new(node, problems)?;
                config.proactive = fields.optional("auto_recommend", Node::boolean);
                config.lead_threshold = fields.optional("lead_threshold", |node, problems| {
                    let hundredths = node.amount(2, problems)?;
                    if hundredths > 100 {
                        problems.error_with_help(
                            node.place,
                            "the lead threshold is above 1",
                            "scores lie between 0 and 1",
                        );
                        return None;
                    }
                    u32::try_from(hundredths).ok()
                });
                fields.finish();
                Some(())
            });
        }
        Some(Skill::UserProfiling) => {
            fields.optional("config", |node, problems| {
                let mut fields = Fields::new(node, problems)?;
                let interval = fields.optional("update_interval", |node, p| node.integer(1..=1_000_000, p));
                let interval = interval.and_then(|messages| NonZero::new(u32::try_from(messages).ok()?));
                config.update_interval = interval.unwrap_or(config.update_interval);
                fields.finish();
                Some(())
            });
        }
        Some(Skill::RecommendationEngine) => {
            fields.optional("config", |node, problems| {
                Fields::new(node, problems)?.finish();
                Some(())
            });
        }
        None => {
            fields.node("config");
        }
    }
    fields.finish();
    Some(())
}

fn read_channels(node: &Node, problems: &mut Problems) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    fields.optional("wechat", |node, problems| {
        let mut fields = Fields::new(node, problems)?;
        let enabled = fields.flag("enabled", false);
        fields.optional("app_id", Node::text);
        let secrets =
            ["app_secret", "token", "encoding_aes_key"].map(|key| fields.optional(key, Node::text).is_some());
        if enabled && !secrets.iter().all(|&given| given) {
            let place = fields.place();
            fields.problems().warning(
                place,
                "the channel `wechat` is enabled but its secrets are missing, so it stays off",
                Some("set app_secret, token and encoding_aes_key, best by the environment".to_owned()),
            );
        }
        fields.finish();
        Some(())
    });
    fields.finish();
    Some(())
}

#[cfg(test)]
mod tests;
