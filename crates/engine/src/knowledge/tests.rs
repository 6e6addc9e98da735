use domain::{
    catalog::{LeadTimeStep, StockShow},
    language::ReplyLanguage,
    money::Money,
    quantity::Thousandths,
};

use super::*;
use crate::{
    authority::Role,
    document::{Problem, Severity},
    expression::{Name, Names, Value},
};

mod contract;
mod errors;

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.into(), text: text.as_bytes().to_vec() }
}

fn rendered(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Loads one file that must be fine.
fn loaded(text: &str) -> Knowledge {
    let loaded = load(&[file("a.yaml", text)]);
    assert_eq!(rendered(&loaded.problems), "", "{text}");
    loaded.knowledge.expect("no errors")
}

/// The demo shop as it stands in the repository.
fn demo() -> Vec<SourceFile> {
    fn collect(folder: &std::path::Path, prefix: &str, files: &mut Vec<SourceFile>) {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let entry = entry.expect("it can be read");
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                collect(&entry.path(), &format!("{path}/"), files);
            } else {
                files.push(SourceFile { path, text: std::fs::read(entry.path()).expect("it can be read") });
            }
        }
    }
    let mut files = Vec::new();
    collect(
        std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/demo")),
        "",
        &mut files,
    );
    files
}

/// Nobody would say it: the buyer whose request ran out would hear nothing. What a shop published before this was known loads still.
#[test]
fn an_outcomes_fixed_words_that_hold_a_figure_give_way_to_the_usual_ones() {
    let check = |words: &str, expected: &str| {
        let loaded = load(&[file("a.yaml", &format!("shop: {{name: 店}}\ntemplates: {words}\n"))]);
        let knowledge = loaded.knowledge.expect("it loads");
        for key in ["approval.expired", "approval.rejected"] {
            let said = &knowledge.templates[key];
            assert_eq!(crate::authority::outcome::withheld(&knowledge, said), None, "{key}");
        }
        let found = rendered(&loaded.problems);
        assert!(found.starts_with(expected) && found.is_empty() == expected.is_empty(), "{words}: {found}");
    };
    check(
        "{approval.expired: 抱歉久等，24小时内同事联系您}",
        "a.yaml:2:13: warning: the template `approval.expired` says “24小时”, which no fact issues there; the usual words",
    );
    check(
        "{approval.rejected: {zh: 这次做不到, en: Not below 95%}}",
        "a.yaml:2:13: warning: the template `approval.rejected` says “95%”",
    );
    check("{approval.expired: 抱歉久等，同事会联系您}", "");
    check(r#"{approval.sample: "样品批下来了：{product}免费提供{quantity}"}"#, "");
}

#[test]
fn the_demo_shop_loads_without_a_word() {
    let loaded = load(&demo());
    assert_eq!(rendered(&loaded.problems), "");
    let knowledge = loaded.knowledge.expect("no errors");
    assert!(knowledge.products.len() >= 44);
    assert!(knowledge.faqs.len() >= 64);
    assert!(knowledge.industries.len() >= 15);
    assert_eq!(knowledge.product(&"P001".into()).and_then(|product| product.price), Some(50_000_000_000));
    let hours = knowledge.business_hours.expect("it has business hours");
    assert_eq!(hours.days[0], [(510, 720), (780, 1_050)]);
    assert_eq!(hours.days[6], []);
    assert!(knowledge.scripts.iter().any(|script| script.condition.is_some()));
}

#[test]
fn a_shop_without_anything_has_the_defaults() {
    let loaded = load(&[]);
    assert_eq!(rendered(&loaded.problems), "");
    let knowledge = loaded.knowledge.expect("no errors");
    assert_eq!(knowledge.shop.currency.code(), "CNY");
    assert_eq!(knowledge.shop.timezone, "Asia/Shanghai");
    assert_eq!(knowledge.leads.threshold, 80);
    assert!(knowledge.products.is_empty());
    assert!(knowledge.units.iter().any(|unit| unit.words().any(|word| word == "箱")));
    assert!(knowledge.attributes.iter().any(|attribute| attribute.id == "payload"));
    assert!(!knowledge.rules.rules.is_empty());
}

#[test]
fn only_yaml_files_are_read_in_the_order_of_their_paths() {
    let files = [
        file("b.yml", "products: [{id: B, name: b}]"),
        file("a/z.yaml", "products: [{id: A, name: a}]"),
        file("orders.csv", "not: [yaml"),
        file("README.md", "# not: [yaml"),
        file(".hidden.yaml", "not: [yaml"),
    ];
    let loaded = load(&files);
    assert_eq!(rendered(&loaded.problems), "");
    let knowledge = loaded.knowledge.expect("no errors");
    assert_eq!(knowledge.products.iter().map(|product| product.id.as_str()).collect::<Vec<_>>(), ["A", "B"]);
}

#[test]
fn the_digest_is_that_of_names_and_contents_only() {
    let digest = |files: &[SourceFile]| load(files).knowledge.expect("no errors").digest;
    let (a, b) = (file("a.yaml", "faqs: []"), file("b.yaml", "rules: []"));
    let both = digest(&[a.clone(), b.clone()]);
    assert_eq!(both, digest(&[b.clone(), a.clone(), file("notes.txt", "x")]));
    assert_ne!(both, digest(std::slice::from_ref(&a)));
    assert_ne!(both, digest(&[file("a.yaml", "rules: []"), file("b.yaml", "faqs: []")]));
    assert_eq!(both.len(), 64);
}

fn rule_names(text: &str) -> Vec<String> {
    loaded(text).rules.rules.into_iter().map(|rule| rule.rule.name).collect()
}

#[test]
fn the_shops_rules_stand_over_the_default_ones() {
    let defaults = rule_names("{}");
    let first = defaults[0].clone();
    let names = rule_names(
        "rules:\n- {name: low, when: faq, then: faq_answer, priority: -5}\n\
         - {name: high, when: faq, then: faq_answer, priority: 900000}\n- {name: also_high, when: faq, then: faq_answer, priority: 900000}",
    );
    assert_eq!(names.len(), defaults.len() + 3);
    assert_eq!((names[0].as_str(), names[1].as_str()), ("high", "also_high"));
    assert_eq!(names.last().map(String::as_str), Some("low"));
    let names = rule_names(&format!("rules: [{{name: {first}, when: faq, then: closing, priority: -9}}]"));
    assert_eq!((names.len(), names.last()), (defaults.len(), Some(&first)));
    let names = rule_names(&format!("rules: [{{name: {first}, enabled: false}}]"));
    assert!(!names.contains(&first));
}

#[test]
fn a_rule_names_a_strategy_with_parameters_and_a_note() {
    let knowledge = loaded(
        "rules: [{name: x, when: true, then: {strategy: human_handoff, reason: high_value}, priority: 9000, note: {zh: 大单}}]",
    );
    let rule = &knowledge.rules.rules[0];
    assert_eq!(rule.rule.strategy, "human_handoff");
    assert_eq!(rule.rule.parameters.get("reason").map(String::as_str), Some("high_value"));
    assert_eq!(rule.rule.when, "true");
    assert_eq!(rule.note.as_ref().and_then(|note| note.zh.as_deref()), Some("大单"));
}

#[test]
fn a_shop_may_name_a_strategy_that_has_a_template_or_script() {
    loaded("templates: {free_sample: 送您一件样品}\nrules: [{name: x, when: faq, then: free_sample}]");
    loaded("templates: {free_sample.first: 送您一件样品}\nrules: [{name: x, when: faq, then: free_sample}]");
    loaded(
        "sales_scripts: [{id: free_sample, intent: sample_request, script: 送您一件样品}]\n\
         rules: [{name: x, when: faq, then: free_sample}]",
    );
}

#[test]
fn the_shops_words_stand_over_the_default_ones() {
    let knowledge = loaded(
        "units: [{id: case, name: {zh: 箱}, aliases: [大箱]}]\n\
         attributes: [{id: load, name: {zh: 负载, en: load}}, {id: gaps, name: {zh: 公差}}]",
    );
    let boxes: Vec<_> = knowledge.units.iter().filter(|unit| unit.words().any(|word| word == "箱")).collect();
    assert_eq!(boxes.len(), 1);
    assert_eq!(boxes[0].id, "case");
    assert!(boxes[0].aliases.contains(&"ctn".to_owned()), "the default words are lent");
    let mut seen = std::collections::HashSet::new();
    for term in &knowledge.attributes {
        for word in term.name.all().chain(term.aliases.iter().map(String::as_str)) {
            assert!(seen.insert(word.to_lowercase()), "{word} stands for two attributes");
        }
    }
}

#[test]
fn words_of_the_default_pack_stand_for_one_thing_each() {
    let knowledge = loaded("{}");
    for terms in [&knowledge.units, &knowledge.attributes] {
        let mut seen = HashMap::new();
        for term in terms {
            for word in term.words() {
                let before = seen.insert(word.to_lowercase(), term.id.clone());
                assert!(before.is_none_or(|id| id == term.id), "{word} stands for two things");
            }
        }
    }
}

struct Amount(i64, &'static str);

impl Names for Amount {
    fn value(&self, name: Name) -> Value<'_> {
        match name {
            Name::OrderAmount => Value::integer(self.0),
            Name::Stage => Value::Text(self.1),
            _ => Value::Null,
        }
    }
}

#[test]
fn conditions_of_scripts_are_compiled_together() {
    let knowledge = loaded(
        "sales_scripts:\n- {intent: purchase, script: x, conditions: {order_amount: '> 100000', stage: [decision, repurchase]}}\n\
         - {intent: purchase, script: y}",
    );
    let condition = knowledge.scripts[0].condition.as_ref().expect("it has conditions");
    assert_eq!(condition.text(), "order_amount > 100000 and stage in [\"decision\", \"repurchase\"]");
    assert!(condition.holds(&Amount(100_001, "decision")));
    assert!(!condition.holds(&Amount(100_000, "decision")));
    assert!(!condition.holds(&Amount(100_001, "awareness")));
    assert_eq!(knowledge.scripts[1].condition, None);
    assert_ne!(knowledge.scripts[0].script.id, knowledge.scripts[1].script.id);
}

#[test]
fn price_lists_are_kept_for_pricing() {
    let knowledge = loaded(
        "products: [{id: P1, name: a, price: 10}]\nprice_lists:\n- id: gold\n  grade: gold\n  currency: USD\n  from: 2026-01-01\n  \
         until: 2026-12-31\n  items: [{product: P1, price: 1.25, tiers: [{min: 100, price: 1.1}]}]",
    );
    let list = &knowledge.price_lists[0];
    assert_eq!(
        (list.id.as_str(), list.grade.as_deref(), list.currency.code()),
        ("gold", Some("gold"), "USD")
    );
    assert_eq!(list.items[0].price, 1_250_000);
    assert_eq!(list.items[0].tiers[0].min, Thousandths(100_000));
}

#[test]
fn settings_have_defaults_for_what_is_not_said() {
    let knowledge = loaded(
        "recommendation: {min_rounds: 3, proactive: false}\nleads: {threshold: 0.75, points: {asked_price: 0.3}}\n\
         authority: {assistant: {max_discount_percent: 2.5}}",
    );
    assert_eq!(knowledge.recommendation.min_rounds, 3);
    assert!(!knowledge.recommendation.proactive);
    assert_eq!(knowledge.recommendation.max_items, 3);
    assert_eq!(knowledge.leads.threshold, 75);
    assert_eq!(knowledge.leads.points["asked_price"], 30);
    assert_eq!(knowledge.leads.points["asked_discount"], 25);
    let assistant = &knowledge.authority.roles[&Role::Assistant];
    assert_eq!(assistant.max_discount_percent, Some(Thousandths(2_500)));
}

#[test]
fn a_revision_of_two_thousand_products_loads_quickly() {
    let files: Vec<SourceFile> = (0..2)
        .map(|part| {
            let products: Vec<String> = (0..1_000)
                .map(|number| {
                    let id = part * 1_000 + number;
                    format!(
                        "- {{id: P{id}, name: {{zh: 商品{id}, en: product {id}}}, price: {id}.5, tiers: [{{min: 10, price: {id}.25}}], \
                         unit: 件, stock: 5, lead_time_days: 3, specs: {{weight: 2 kg}}, related_products: [P{}, X{id}]}}\n",
                        (id + 1) % 2_000
                    )
                })
                .collect();
            file(&format!("{part}.yaml"), &format!("products:\n{}", products.concat()))
        })
        .collect();
    let start = std::time::Instant::now();
    let loaded = load(&files);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    assert_eq!(loaded.knowledge.expect("no errors").products.len(), 2_000);
    assert!(loaded.problems.iter().all(|problem| problem.severity == Severity::Warning));
}
