//! Problems of rules, their tests and days, and of scripts.

use super::check;

/// Two rules that are tried against each other.
fn check_shares(one: &str, other: &str, expected: &str) {
    let rule =
        |name: &str, share: &str| format!("- name: {name}\n  when: faq\n  then: closing\n  share: {share}\n");
    check(&format!("rules:\n{}{}", rule("one", one), rule("other", other)), expected);
}

#[test]
fn shares_that_do_not_add_up() {
    check_shares("{test: t, percent: 50}", "{test: t, percent: 50}", "");
    check_shares("{test: t, percent: 45, hold_out: 10}", "{test: t, percent: 45}", "");
    check_shares("60", "60", "");
    check_shares(
        "{test: t, percent: 50}",
        "{test: t, percent: 50.01}",
        "9:10: error: the shares of the test `t` add up to 100.01 %, not 100 % (one 50, other 50.01)\n  \
         help: lower them; what they leave of 100 is the hold-out",
    );
    check_shares(
        "{test: t, percent: 45, hold_out: 20}",
        "{test: t, percent: 45}",
        "9:10: error: the shares of the test `t` add up to 110 %, not 100 % (one 45, other 45, hold_out 20)\n  \
         help: change the shares until they and the hold-out make 100",
    );
    check_shares(
        "{test: t, percent: 40, hold_out: 10}",
        "{test: t, percent: 40}",
        "9:10: error: the shares of the test `t` add up to 90 %, not 100 % (one 40, other 40, hold_out 10)\n  \
         help: change the shares until they and the hold-out make 100",
    );
    check_shares(
        "{test: t, percent: 40, hold_out: 20}",
        "{test: t, percent: 40, hold_out: 10}",
        "9:10: error: the hold-out of the test `t` is 10 % here and 20 % at 5:10\n  help: say it once",
    );
    check_shares("0", "10", "5:10: error: this must be more than 0");
    check_shares(
        "10",
        "101",
        "9:10: error: a share of 101 % is more than all buyers\n  help: give at most 100",
    );
    check_shares(
        "10",
        "{percnt: 10}",
        "9:10: error: the key `percent` is missing here\n9:11: error: unknown key `percnt`\n  help: did you mean `percent`?",
    );
}

#[test]
fn days_of_rules() {
    let rule = |days: &str| format!("rules: [{{name: x, when: faq, then: closing, {days}}}]");
    check(&rule("from: 2026-01-01, until: 2026-12-31"), "");
    check(
        &rule("from: 2026-12-31, until: 2026-01-01"),
        "1:70: error: this rule ends before it begins\n  help: exchange `from` and `until`",
    );
    check(
        &rule("until: 2026-13-01"),
        "1:52: error: `2026-13-01` is not a date of the calendar\n  help: write year, month and day as in 2026-09-01",
    );
}

#[test]
fn rules_and_scripts() {
    check(
        "rules: [{name: x, when: 'order_amuont > 5', then: closing}]",
        "1:26: error: unknown name `order_amuont`\n  help: did you mean `order_amount`?",
    );
    check(
        "rules:\n- name: x\n  when: faq and intent > 5\n  then: closing",
        "3:24: error: a text cannot be compared with a number\n  help: texts stand in quotes, numbers without them",
    );
    check(
        "rules: [{name: x, when: faq, then: price_anser}]",
        "1:36: error: unknown strategy `price_anser`\n  help: did you mean `price_answer`?",
    );
    check(
        "rules: [{name: x, when: faq, then: juggle}]",
        "1:36: error: unknown strategy `juggle`\n  help: give it a template or a script of that name, or use one of the product's",
    );
    check(
        "rules: [{name: x, when: faq, then: {strategy: human_handoff, reason: vips}}]",
        "1:70: error: unknown hand-off reason `vips`\n  help: did you mean `vip`?",
    );
    check(
        "rules: [{name: x, when: faq, then: {reason: vip}}]",
        "1:36: error: the key `strategy` is missing here",
    );
    check(
        "sales_scripts: [{id: s, intent: purchase, script: x, conditions: {order_amout: '> 5'}}]",
        "1:67: error: unknown name `order_amout`\n  help: did you mean `order_amount`?",
    );
    check(
        "sales_scripts: [{id: s, intent: purchase, script: x, conditions: {order_amount: '> 5元'}}]",
        "1:84: error: `5元`: not a decimal number; write digits with at most one point, such as 48000 or 0.0135",
    );
    check(
        "sales_scripts: [{id: s, intent: purchase, script: '质保 {warranty_month} 个月'}]",
        "1:51: warning: nothing fills in {warranty_month}: the script will not be said\n  help: did you mean {warranty_months}?",
    );
    check("templates: {price_anwser: x}", "1:13: warning: no rule or reply uses the template `price_anwser`");
}
