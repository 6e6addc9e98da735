use domain::language::ReplyLanguage;

use super::*;
use crate::reply::{check::Licence, talk::demo};

#[test]
fn every_template_renders_in_both_languages_with_known_placeholders_and_states_no_number() {
    let knowledge = demo();
    for (key, text) in &knowledge.templates {
        let known = placeholders(key).unwrap_or_else(|| panic!("`{key}` is not used; take it out"));
        let values: Vec<(&str, &str)> = known.iter().map(|name| (*name, "…")).collect();
        for language in [ReplyLanguage::Zh, ReplyLanguage::En] {
            assert!(!text.falls_back(language), "`{key}` lacks {language:?}");
            let rendered = render(&knowledge, key, language, &values)
                .unwrap_or_else(|problem| panic!("`{key}`: {problem}"));
            assert!(!rendered.is_empty() && !rendered.contains(['{', '}']), "`{key}`: {rendered}");
            let stated = Licence::default().check(&rendered);
            // Said where the shop's own fee is zero, or an approval issued a sample without one.
            let is_free =
                ["sample.free", "approval.sample", "approval.sample_counter"].contains(&key.as_str());
            assert!(stated.is_ok() || is_free, "`{key}` states something: {stated:?}");
        }
    }
}

#[test]
fn every_key_that_replies_use_is_in_the_pack() {
    let knowledge = demo();
    for (key, _) in KEYS {
        assert!(knowledge.templates.contains_key(*key), "`{key}` is missing");
    }
    for intent in domain::understanding::intent::ALL {
        assert!(
            knowledge.templates.contains_key(&format!("intent.{intent}")),
            "`intent.{intent}` is missing"
        );
    }
}

#[test]
fn chinese_wordings_have_chinese_punctuation() {
    for (key, text) in &demo().templates {
        let zh = text.get(ReplyLanguage::Zh);
        assert!(!zh.contains([',', '?', '!', ';', '(', ')']), "`{key}`: {zh}");
    }
}

#[test]
fn only_named_braces_are_placeholders() {
    let values = [("a", "1"), ("long_name", "2")];
    let filled = |text: &str| fill(text, &values);
    assert_eq!(filled("{a}-{long_name}{a}"), Ok("1-21".into()));
    assert_eq!(filled("{ a} {} {A} {1} {"), Ok("{ a} {} {A} {1} {".into()));
    assert_eq!(filled("{{a}}"), Ok("{1}".into()));
    assert_eq!(filled("{b}"), Err(TemplateProblem::Placeholder("b".into())));
    assert_eq!(
        filled("{b}").map_err(|problem| problem.to_string()),
        Err("the template has no value for `{b}` here; leave the placeholder out".into())
    );
}
