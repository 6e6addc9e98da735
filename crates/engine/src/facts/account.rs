//! A bank account that the buyer names and that is not the shop's: somebody may have written to him in the shop's name.

use domain::understanding::{Entity, EntityKind, Understanding};

use crate::situation::Situation;

/// Account numbers are taken for such from so many digits on: a day with its hour has fewer.
const LEAST_DIGITS: usize = 12;

/// Words that tell that a number is an account's.
const ABOUT_ACCOUNTS: &[&str] = &[
    "账号",
    "帐号",
    "账户",
    "帐户",
    "卡号",
    "开户",
    "收款",
    "汇款",
    "汇到",
    "打款",
    "打到",
    "转账",
    "转到",
    "对公",
    "银行",
    "account",
    "iban",
    "swift",
    "bank",
    "wire",
    "transfer",
    "beneficiary",
];

/// Numbers that look like an account's and are something else.
const OTHERWISE: &[EntityKind] = &[
    EntityKind::Phone,
    EntityKind::OrderNumber,
    EntityKind::TaxId,
    EntityKind::HsCode,
    EntityKind::WechatId,
];

/// Whether the message speaks of an account with a number that the shop's configuration does not have.
pub(crate) fn names_other_account(situation: &Situation<'_>, understanding: &Understanding) -> bool {
    let text = situation.text();
    if text.chars().filter(char::is_ascii_digit).count() < LEAST_DIGITS {
        return false;
    }
    let folded = text.to_lowercase();
    if !ABOUT_ACCOUNTS.iter().any(|word| folded.contains(word)) {
        return false;
    }
    let shop = &situation.knowledge.shop;
    let own: Vec<String> = shop
        .bank_account
        .iter()
        .flat_map(domain::language::LocalizedText::all)
        .chain(shop.phone.as_deref())
        .map(digits)
        .collect();
    let unexplained = without(&text, understanding);
    numbers(&unexplained).into_iter().any(|number| !own.iter().any(|own| own.contains(&number)))
}

/// The text with a break in the place of everything that is understood as something else.
fn without(text: &str, understanding: &Understanding) -> String {
    let is_otherwise = |entity: &&Entity| {
        OTHERWISE.contains(&entity.kind)
            || matches!(entity.kind, EntityKind::Quantity | EntityKind::Money | EntityKind::Date)
                && digits(&entity.text).len() < LEAST_DIGITS
    };
    let explained = |at: usize| {
        let mut known = understanding.entities.iter().filter(is_otherwise);
        known.any(|entity| (entity.start..entity.end).contains(&at))
    };
    text.chars().enumerate().map(|(at, letter)| if explained(at) { '\n' } else { letter }).collect()
}

/// Runs of digits as people write long numbers: with spaces or hyphens between groups, letters of an IBAN left out.
fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut run = String::new();
    let mut gap = false;
    for c in text.chars().chain(['\n']) {
        match c {
            '0'..='9' => {
                run.push(c);
                gap = false;
            }
            ' ' | '-' if !run.is_empty() && !gap => gap = true,
            _ => {
                if run.len() >= LEAST_DIGITS {
                    found.push(std::mem::take(&mut run));
                }
                run.clear();
                gap = false;
            }
        }
    }
    found
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
