//! A bank account that the buyer names and that is not the shop's: somebody may have written to him in the shop's name.

use domain::understanding::{EntityKind, Understanding};

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
    let explained: Vec<String> = understanding
        .entities
        .iter()
        .filter(|entity| OTHERWISE.contains(&entity.kind))
        .map(|entity| digits(&entity.text))
        .collect();
    numbers(&folded).into_iter().any(|number| {
        !own.iter().any(|own| own.contains(&number)) && !explained.iter().any(|known| known.contains(&number))
    })
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
