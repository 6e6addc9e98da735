//! The extractors: spans are valid, in order and apart, texts are the buyer's own, and the same message gives the same entities.

#![no_main]

use std::sync::LazyLock;

use domain::{Timestamp, catalog::Term, language::LocalizedText};
use libfuzzer_sys::fuzz_target;
use understanding::{Context, Lexicon, Understander, text::MAX_CODE_POINTS};

static UNDERSTANDER: LazyLock<Understander> = LazyLock::new(|| {
    let industry = Term {
        id: "automotive_parts".into(),
        name: LocalizedText { zh: Some("汽车零部件".into()), en: Some("automotive parts".into()) },
        aliases: vec!["汽配".into()],
    };
    let lexicon = Lexicon::new(&[], &[industry], &[], &[], &[]);
    Understander::new(lexicon, &[]).expect("the embedded model")
});

fuzz_target!(|data: &[u8]| {
    // The first byte says when the message came and what was asked.
    let Some((&first, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let context = Context {
        now: Timestamp::from_millis(1_795_335_240_000 + i64::from(first) * 90_000_000_000),
        timezone: if first & 1 == 0 { "Asia/Shanghai" } else { "America/New_York" },
        question: None,
        focus: None,
        language: None,
    };
    let entities = UNDERSTANDER.entities(&context, &text, first & 2 == 0);
    let chars: Vec<char> = text.chars().take(MAX_CODE_POINTS).collect();
    let mut reached = 0;
    for entity in &entities {
        assert!(reached <= entity.start && entity.start < entity.end, "{entity:?}");
        assert_eq!(chars[entity.start..entity.end].iter().collect::<String>(), entity.text);
        reached = entity.end;
    }
    assert_eq!(entities, UNDERSTANDER.entities(&context, &text, first & 2 == 0));
});
