use super::*;

fn read_text(text: &str) -> Result<(Config, Vec<Problem>), String> {
    read("config.yaml", text.as_bytes(), []).map_err(|error| error.to_string())
}

#[test]
fn the_founding_articles_file_loads_as_it_stands() {
    let text = "\
openclaw:
  model: gpt-4o-mini
  temperature: 0.7
skills:
  - name: sales_automation
    config:
      auto_recommend: true
      lead_threshold: 0.8
  - name: user_profiling
    config:
      update_interval: 250 # 每250条消息更新一次
channels:
  wechat:
    enabled: true
    app_id: your_app_id
";
    let (config, warnings) = read_text(text).expect("it loads");
    assert_eq!((config.proactive, config.lead_threshold), (Some(true), Some(80)));
    assert_eq!(config.update_interval.get(), 250);
    assert_eq!(warnings.len(), 1, "an enabled channel without its secrets is a warning");
}

#[test]
fn the_annotated_default_file_says_what_the_defaults_are() {
    let text = include_str!("../../../../config.yaml");
    let (config, warnings) = read_text(text).expect("it loads");
    assert!(warnings.is_empty(), "{warnings:?}");
    let default = Config::default();
    assert_eq!(config.listen, default.listen);
    assert_eq!(config.database_url, default.database_url);
    assert_eq!(config.silence_hours, default.silence_hours);
    assert_eq!(config.keep_days, default.keep_days);
    assert_eq!(config.trusted_proxies, default.trusted_proxies);
    assert_eq!(config.concurrent_turns, default.concurrent_turns);
    assert_eq!(config.log_filter, default.log_filter);
    assert_eq!(config.log_format, default.log_format);
}

#[test]
fn a_slip_is_named_with_the_nearest_right_key() {
    let error = read_text("server:\n  listn: 127.0.0.1:1\n").expect_err("a slip");
    assert!(error.contains("config.yaml:2:3") && error.contains("`listen`"), "{error}");
}

#[test]
fn the_environment_stands_above_the_file() {
    let environment = [
        ("ZHANGGUI_SERVER__LISTEN".to_owned(), "127.0.0.1:9".to_owned()),
        ("HOME".to_owned(), "/".to_owned()),
    ];
    let (config, _) =
        read("config.yaml", b"server: {listen: \"127.0.0.1:8\"}", environment).expect("it loads");
    assert_eq!(config.listen.port(), 9);
}

#[test]
fn the_public_address_is_that_of_a_site() {
    let url = |text: &str| {
        read_text(&format!("api: {{public_url: \"{text}\"}}")).map(|(config, _)| config.public_url)
    };
    assert_eq!(url("https://desk.example.com/"), Ok(Some("https://desk.example.com".into())));
    assert_eq!(url("http://127.0.0.1:8080"), Ok(Some("http://127.0.0.1:8080".into())));
    for bad in
        ["desk.example.com", "https://", "https://a b", "ftp://x", "https://x?y", "javascript:alert(1)"]
    {
        assert!(
            url(bad).is_err_and(|error| error.contains("config.yaml:1:") && error.contains("https://desk")),
            "{bad}"
        );
    }
}

#[test]
fn a_short_bootstrap_token_is_refused_and_never_shown() {
    let error = read_text("api: {bootstrap_token: tooshort}").expect_err("too short");
    assert!(error.contains("24") && !error.contains("tooshort"), "{error}");
    let (config, _) = read_text("api: {bootstrap_token: 0123456789abcdef0123456789}").expect("long enough");
    assert!(!format!("{config:?}").contains("0123456789"));
}

#[test]
fn proxies_are_named_by_their_addresses() {
    let (config, _) = read_text("server: {trusted_proxies: [10.0.0.7, \"::1\"]}").expect("it loads");
    assert_eq!(config.trusted_proxies.len(), 2);
    let error = read_text("server: {trusted_proxies: [10.0.0.7:80]}").expect_err("a port");
    assert!(error.contains("config.yaml:1:") && error.contains("without a port"), "{error}");
}

#[test]
fn what_is_forgotten_after_how_many_days_is_said_in_whole_days() {
    assert_eq!(read_text("database: {keep_days: 30}").map(|(config, _)| config.keep_days), Ok(30));
    assert!(read_text("database: {keep_days: 0}").is_err());
}
