use std::time::{Duration, Instant};

use super::*;

/// Reads `text` and renders its problems.
fn problems_of(bytes: &[u8]) -> String {
    let mut problems = Problems::default();
    parse("a.yaml", bytes, &mut problems);
    rendered(problems)
}

fn rendered(problems: Problems) -> String {
    problems.into_list().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn check(text: &str, expected: &str) {
    assert_eq!(problems_of(text.as_bytes()), expected, "{text}");
}

/// The tree in short: places in front, keys and plain texts as they are, quoted ones in quotes.
fn outline(node: &Node) -> String {
    let place = format!("{}:{} ", node.place.line, node.place.column);
    let value = match &node.value {
        Value::Scalar(scalar) if scalar.style == Style::Plain => scalar.text.clone(),
        Value::Scalar(scalar) => format!("{:?}", scalar.text),
        Value::Sequence(items) => format!("[{}]", items.iter().map(outline).collect::<Vec<_>>().join(", ")),
        Value::Mapping(entries) => {
            let entries = entries.iter().map(|entry| format!("{}= {}", entry.key, outline(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    };
    place + &value
}

fn check_tree(text: &str, expected: &str) {
    let mut problems = Problems::default();
    let node = parse("a.yaml", text.as_bytes(), &mut problems);
    assert_eq!(rendered(problems), "", "{text}");
    assert_eq!(node.as_ref().map(outline).as_deref(), Some(expected), "{text}");
}

#[test]
fn every_value_knows_its_place_and_keeps_its_text() {
    check_tree("price: 0.0135", "1:1 {price= 1:8 0.0135}");
    check_tree("a:\n  - 1\n  - \"2\"\n", "1:1 {a= 2:3 [2:5 1, 3:5 \"2\"]}");
    check_tree("{a: [007, 1e3, 0x1F]}", "1:1 {a= 1:5 [1:6 007, 1:11 1e3, 1:16 0x1F]}");
    check_tree("名: 机器人 # 注", "1:1 {名= 1:4 机器人}");
    check_tree("a: |\n  x\n  y\n", "1:1 {a= 2:3 \"x\\ny\\n\"}");
    check_tree("a: &b {c: 1}\nd: *b\n", "1:1 {a= 1:4 {c= 1:11 1}, d= 2:4 {c= 1:11 1}}");
    check_tree("a: !!str 5", "1:1 {a= 1:4 \"5\"}");
    check_tree("\u{feff}a: 1", "1:1 {a= 1:4 1}");
    check_tree("---\na: 1\n...\n", "2:1 {a= 2:4 1}");
    check_tree("a:\r\n  b: 1\r\n", "1:1 {a= 2:3 {b= 2:6 1}}");
    check_tree("", "1:1 {}");
    check_tree("# nothing yet\n", "1:1 {}");
}

#[test]
fn text_that_is_no_yaml_is_an_error_at_its_place() {
    check(
        "a: [1, 2\nb: 3\n",
        "a.yaml:2:2: error: this is not valid YAML: illegal placement of ':' indicator\n  \
         help: a bracket [ or { is not closed before this line",
    );
    check(
        "a:\n\tb: 1\n",
        "a.yaml:2:2: error: this is not valid YAML: tabs disallowed within this context (block indentation)\n  \
         help: indent with spaces, never with tabs",
    );
    check(
        "a: 1\n---\nb: 2\n",
        "a.yaml:2:1: error: a second document begins here; a file holds one\n  help: remove the `---` or split the file",
    );
    check(
        "a: 1\nb: 2\na: 3\nb: 4\n",
        "a.yaml:3:1: error: the key `a` stands here twice; first in line 1\n  help: remove one of them\n\
         a.yaml:4:1: error: the key `b` stands here twice; first in line 2\n  help: remove one of them",
    );
    check(
        "a: {product} is good",
        "a.yaml:1:14: error: this is not valid YAML: while parsing a block mapping, did not find expected key\n  \
         help: check that brackets close and that a text with { [ : or # stands in quotes",
    );
    check(
        "{a: 1}: b",
        "a.yaml:1:1: error: a key must be plain text\n  help: put quotes around a text that begins with { or [",
    );
    check(
        "a: !secret b",
        "a.yaml:1:4: error: tags are not understood here\n  help: remove the part that begins with `!`",
    );
    check("a: &x [*x]", "a.yaml:1:8: error: this alias stands within the value that it names");
    check("a: b\0c", "a.yaml:1:5: error: a zero byte stands in the file");
}

#[test]
fn other_encodings_are_refused_with_the_offset() {
    let expected = "a.yaml:2:7: error: the file is not UTF-8: a wrong byte at offset 11\n  help: save it with the encoding UTF-8";
    assert_eq!(problems_of(b"a: 1\nname: \xc4\xfe\xb2\xa8"), expected);
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let text = "#".repeat(MAX_BYTES + 1);
    check(
        &text,
        "a.yaml:1:1: error: the file has 8388609 bytes; at most 8388608 are read\n  help: split it into several files",
    );
}

/// What follows must end at once, whatever it holds.
fn check_bomb(text: &str, expected: &str) {
    let start = Instant::now();
    let problems = problems_of(text.as_bytes());
    assert!(problems.contains(expected), "{problems}");
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
}

#[test]
fn bombs_end_with_an_error_that_names_the_place() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let below = format!("*a{}", level - 1);
        laughs += &format!("a{level}: &a{level} [{}]\n", [below.as_str(); 10].join(", "));
    }
    check_bomb(
        &laughs,
        "a.yaml:6:15: error: the file holds more than 400000 values, aliases counted each time",
    );
    let wide = format!("a: &a \"{}\"\nb: [{}]", "x".repeat(1_000_000), "*a, ".repeat(10_000));
    check_bomb(
        &wide,
        "a.yaml:2:61: error: the file holds more than 16777216 bytes of text, aliases counted each time",
    );
    let mut chain = String::from("a0: &a0 [x]\n");
    for level in 1..200 {
        chain += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
    }
    check_bomb(&chain, "values stand more than 64 levels deep in each other");
    check_bomb(&"[".repeat(1_000_000), "error: values stand more than 64 levels deep");
    check_bomb(&"{a: ".repeat(250_000), "levels deep");
    check_bomb(&"- ".repeat(500_000), "a.yaml:1:129: error: values stand more than 64 levels deep");
    check_bomb(&"? ".repeat(500_000), "a key must be plain text");
    check_bomb(&format!("a: {}", "&a ".repeat(300_000)), "not valid YAML");
}

#[test]
fn many_values_are_read_in_linear_time() {
    let keys = (0..190_000).map(|number| format!("k{number}: {number}")).collect::<Vec<_>>().join("\n");
    let start = Instant::now();
    assert_eq!(problems_of(keys.as_bytes()), "");
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
}

/// Reads one mapping with a field of each kind.
fn check_fields(text: &str, expected: &str) {
    let mut problems = Problems::default();
    let root = parse("a.yaml", text.as_bytes(), &mut problems).expect("valid YAML");
    if let Some(mut fields) = Fields::new(&root, &mut problems) {
        fields.required("name", Node::text);
        fields.optional("title", Node::localized);
        fields.optional("price", |node, problems| node.amount(6, problems));
        fields.optional("count", |node, problems| node.integer(1..=10, problems));
        fields.optional("days", |node, problems| node.integer(0..=i64::MAX, problems));
        fields.optional("pack", |node, problems| node.positive(3, problems));
        fields.optional("since", Node::date);
        fields.optional("show", |node, problems| {
            node.one_of(&[("exact", 1), ("range", 2), ("yes_no", 3)], problems)
        });
        fields.flag("new", false);
        fields.texts("words");
        fields.finish();
    }
    assert_eq!(rendered(problems), expected, "{text}");
}

#[test]
fn fields_report_everything_that_is_wrong_at_once() {
    check_fields(
        "name: x\nprice: 48_000.5\ncount: 10\nsince: 2024-02-29\nshow: range\nnew: true\nwords: [a]",
        "",
    );
    check_fields("name: x\nprice:\ncount: ~\nsince: null", "");
    check_fields("{}", "a.yaml:1:1: error: the key `name` is missing here");
    check_fields("[]", "a.yaml:1:1: error: a mapping is expected here, but this is a list");
    check_fields(
        "name: [x]\nprice: fifty\ncount: 11\ndays: -1\npack: 0\nsince: 2026-02-30\nshow: exakt\nnew: yes\nwords: a",
        "a.yaml:1:7: error: a text is expected here, but this is a list\n\
         a.yaml:2:8: error: `fifty` is not a number\n  help: write digits with at most one point, such as 48000 or 0.0135\n\
         a.yaml:3:8: error: `11` is not within 1 to 10\n\
         a.yaml:4:7: error: `-1` is negative\n\
         a.yaml:5:7: error: this must be more than 0\n\
         a.yaml:6:8: error: `2026-02-30` is not a date of the calendar\n  help: write year, month and day as in 2026-09-01\n\
         a.yaml:7:7: error: `exakt` is not known here\n  help: did you mean `exact`?\n\
         a.yaml:8:6: error: `yes` is neither true nor false\n  help: write `true`\n\
         a.yaml:9:8: error: a list is expected here, but this is a single value",
    );
    check_fields(
        "name: ''\ntitle: {de: x}\nprice: 1.2345678\ncount: 1.5\npack: 99999999999999999999\nshow: 1",
        "a.yaml:1:7: error: this text is empty\n  help: write something or remove the key\n\
         a.yaml:2:9: error: unknown key `de`\n  help: known here: zh, en\n\
         a.yaml:3:8: error: `1.2345678` has more than 6 digits after the point\n  help: round it; nothing is rounded silently\n\
         a.yaml:4:8: error: `1.5` is not a whole number\n\
         a.yaml:5:7: error: `99999999999999999999` is too large\n\
         a.yaml:6:7: error: `1` is not known here\n  help: use one of `exact`, `range` and `yes_no`",
    );
    check_fields(
        "name: x\nprise: 5\nzzzz: 1\ntitle: {zh: 快,稳, en: fast}",
        "a.yaml:2:1: error: unknown key `prise`\n  help: did you mean `price`?\n\
         a.yaml:3:1: error: unknown key `zzzz`\n  help: known here: name, title, price, count, days, pack, since, show, new, words\n\
         a.yaml:4:15: error: unknown key `稳`\n  \
         help: if it belongs to the text before it, put that text in quotes: within { } a comma ends a text",
    );
    check_fields(
        "name: x\ntitle: {}",
        "a.yaml:2:8: error: this text has no language\n  help: give `zh`, `en` or both",
    );
    check_fields(
        "name: x\nsince: 2026-9-1",
        "a.yaml:2:8: error: `2026-9-1` is not a date of the calendar\n  help: write year, month and day as in 2026-09-01",
    );
}

#[test]
fn problems_are_kept_up_to_a_limit_and_counted_beyond() {
    let text = (0..5_000).map(|number| format!("k{number}: 1")).collect::<Vec<_>>().join("\n");
    let mut problems = Problems::default();
    let root = parse("a.yaml", text.as_bytes(), &mut problems).expect("valid YAML");
    Fields::new(&root, &mut problems).expect("a mapping").finish();
    assert_eq!(problems.errors(), 5_000);
    let list = problems.into_list();
    assert_eq!(list.len(), 1_001);
    assert_eq!(
        list[1_000].to_string(),
        "a.yaml:5000:1: error: and 4000 further problems, the last one here\n  help: mend those above first"
    );
}

#[test]
fn another_source_overrides_values_by_path() {
    let mut problems = Problems::default();
    let mut root = parse("a.yaml", b"api: {listen: x}\nport: 1", &mut problems).expect("valid YAML");
    let place = Place { file: problems.add_file("environment"), line: 1, column: 1 };
    root.set(&["api", "listen"], Node::scalar("y", place));
    root.set(&["port"], Node::scalar("2", place));
    root.set(&["channels", "wechat", "enabled"], Node::scalar("true", place));
    let text = |path: &[&str]| {
        let node = path.iter().try_fold(&root, |node, key| node.get(key))?;
        node.as_scalar().map(|scalar| scalar.text.as_str())
    };
    assert_eq!(text(&["api", "listen"]), Some("y"));
    assert_eq!(text(&["port"]), Some("2"));
    assert_eq!(text(&["channels", "wechat", "enabled"]), Some("true"));
}

#[test]
fn the_founding_configuration_can_be_read() {
    let text = "openclaw:\n  model: gpt-4o-mini\n  temperature: 0.7\nskills:\n  - name: sales_automation\n    config:\n      \
                auto_recommend: true\n      lead_threshold: 0.8\n  - name: user_profiling\n    config:\n      update_interval: 100 \
                # 每100条消息更新一次\nchannels:\n  wechat:\n    enabled: true\n    app_id: your_app_id\n";
    let mut problems = Problems::default();
    let root = parse("config.yaml", text.as_bytes(), &mut problems).expect("valid YAML");
    let model = root.get("openclaw").expect("is there");
    let mut fields = Fields::new(model, &mut problems).expect("a mapping");
    assert_eq!(fields.required("model", Node::text).as_deref(), Some("gpt-4o-mini"));
    assert_eq!(fields.required("temperature", |node, problems| node.decimal(3, problems)), Some(700));
    fields.finish();
    let mut fields = Fields::new(&root, &mut problems).expect("a mapping");
    let skills = fields.list("skills", |node, problems| {
        let mut fields = Fields::new(node, problems)?;
        let name = fields.required("name", Node::text);
        let config = fields.optional("config", |node, problems| {
            node.entries(|entry, problems| Some((entry.key.clone(), entry.value.text(problems)?)), problems)
        });
        fields.finish();
        Some((name?, config?))
    });
    assert_eq!(skills.len(), 2);
    assert_eq!(skills[1].1, [("update_interval".to_owned(), "100".to_owned())]);
    fields.node("openclaw");
    fields.node("channels");
    fields.finish();
    assert_eq!(rendered(problems), "");
}

#[test]
fn the_nearest_name_is_found_for_slips_only() {
    let names = ["price_inquiry", "price_negotiation", "purchase"];
    assert_eq!(nearest("prise_inquiry", names), Some("price_inquiry"));
    assert_eq!(nearest("Purchase", names), Some("purchase"));
    assert_eq!(nearest("weather", names), None);
    assert_eq!(nearest(&"x".repeat(1_000_000), names), None);
    assert_eq!(nearest("", names), None);
}
