//! The section `quotes`: how long a quote holds, when a person has to approve it, what stands on it.

use domain::{language::LocalizedText, money::Currency};

use super::QuoteSettings;
use crate::document::{Fields, Node, Problems};

/// So many further lines fit on the paper.
const MAX_NOTES: usize = 8;

pub(super) fn read(node: &Node, currency: Currency, problems: &mut Problems) -> Option<QuoteSettings> {
    let default = QuoteSettings::default();
    let mut fields = Fields::new(node, problems)?;
    let valid_days = fields.optional("valid_days", |node, problems| node.integer(1..=365, problems));
    let approval_from = fields.optional("approval_from", |node, problems| {
        let minor = node.positive(currency.minor_digits(), problems)?;
        Some(domain::money::Money { minor, currency })
    });
    let number_prefix = fields.optional("number_prefix", |node, problems| {
        let prefix = node.text(problems)?;
        let plain = (1..=8).contains(&prefix.len()) && prefix.bytes().all(|byte| byte.is_ascii_uppercase());
        if !plain {
            problems.error_with_help(
                node.place,
                "the prefix of quote numbers is not one to eight capital letters",
                "write it as in `number_prefix: QT`",
            );
        }
        plain.then_some(prefix)
    });
    let port_of_loading = fields.optional("port_of_loading", Node::localized);
    let shipping_marks = fields.optional("shipping_marks", Node::text);
    let place = fields.place_of("notes");
    let notes: Vec<LocalizedText> = fields.list("notes", Node::localized);
    if notes.len() > MAX_NOTES {
        fields.problems().error_with_help(
            place,
            format!("there are {} notes", notes.len()),
            format!("keep {MAX_NOTES} at most: a quote is one page for most buyers"),
        );
    }
    fields.finish();
    Some(QuoteSettings {
        valid_days: valid_days.unwrap_or(default.valid_days),
        approval_from,
        number_prefix: number_prefix.unwrap_or(default.number_prefix),
        port_of_loading,
        shipping_marks,
        notes,
    })
}
