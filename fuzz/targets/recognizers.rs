//! The readers of any text: each kind in both languages gives texts that stand in the message.

#![no_main]

use libfuzzer_sys::fuzz_target;
use understanding::recognizers::{Culture, Model, recognize};

const MODELS: [Model; 10] = [
    Model::Number,
    Model::Ordinal,
    Model::NumberRange,
    Model::Percent,
    Model::Currency,
    Model::Dimension,
    Model::DateTime,
    Model::PhoneNumber,
    Model::Email,
    Model::Url,
];

fuzz_target!(|data: &[u8]| {
    let Some((&first, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let model = MODELS[usize::from(first) % MODELS.len()];
    let culture = if first & 0x80 == 0 { Culture::Chinese } else { Culture::English };
    let reference = jiff::civil::datetime(2026, 11, 22, 14, 0, 0, 0);
    for one in recognize(model, culture, &text, reference) {
        assert!(!one.text.is_empty() && text.contains(&one.text), "{one:?}");
    }
});
