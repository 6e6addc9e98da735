use domain::{
    money::{Currency, Money},
    quantity::Thousandths,
    understanding::EntityKind,
};

use super::*;

/// A buyer who asks the price of 20 robots.
struct Scene;

impl Names for Scene {
    fn value(&self, name: Name) -> Value<'_> {
        match name {
            Name::Intent => Value::Text("price_inquiry"),
            Name::Intents => Value::List(&["price_inquiry", "lead_time_inquiry"]),
            Name::Language => Value::Text("zh"),
            Name::Stage => Value::Text("decision"),
            Name::OrderAmount => Value::money(Money { minor: 96_000_000, currency: Currency::CNY }),
            Name::TimeHour => Value::integer(14),
            Name::TimeWeekday => Value::integer(1),
            Name::TimeOpen | Name::Understood => Value::Bool(true),
            Name::ContactType => Value::Text("new"),
            Name::ContactMessageCount => Value::integer(3),
            Name::ProfilePurchaseScale => Value::thousandths(Thousandths(200_500)),
            Name::ConversationRounds => Value::integer(2),
            Name::ConversationOwner => Value::Text("assistant"),
            Name::RequirementProduct => Value::Text("P001"),
            Name::RequirementQuantity => Value::thousandths(Thousandths(20_000)),
            Name::Confidence => Value::probability(0.94),
            Name::Entity(kind) => Value::Bool(kind == EntityKind::Quantity),
            Name::CompanyVerified | Name::Faq => Value::Bool(false),
            _ => Value::Null,
        }
    }
}

fn check(text: &str, expected: bool) {
    let expression = Expression::compile(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let verdict = expression.evaluate(&Scene);
    assert_eq!(verdict.holds, expected, "{text}");
    assert_eq!(expression.holds(&Scene), expected, "{text}");
    assert_eq!(verdict.failed.is_none(), expected, "{text}");
}

#[test]
fn comparisons_are_exact_and_typed() {
    check("intent == \"price_inquiry\"", true);
    check("intent == 'price_inquiry'", true);
    check("intent == \"PRICE_INQUIRY\"", true);
    check("intent != \"purchase\"", true);
    check("order_amount > 100000", true);
    check("order_amount >= 960000", true);
    check("order_amount > 960000", false);
    check("order_amount <= 960000.000000", true);
    check("order_amount < 960_000.000001", true);
    check("100000 < order_amount", true);
    check("profile.purchase_scale == 200.5", true);
    check("confidence >= 0.94", true);
    check("confidence > -1", true);
}

#[test]
fn membership_and_truth_values() {
    check("\"price_inquiry\" in intents", true);
    check("\"purchase\" in intents", false);
    check("\"purchase\" not in intents", true);
    check("intent in [\"price_inquiry\", \"purchase\"]", true);
    check("intent in [\"purchase\",]", false);
    check("intent in []", false);
    check("intent not in [\"purchase\"]", true);
    check("time.weekday in [1, 2, 3, 4, 5]", true);
    check("entities.quantity", true);
    check("entities.product", false);
    check("not entities.product", true);
    check("time.open == true and faq == false", true);
    check("true", true);
    check("false", false);
}

#[test]
fn precedence_is_that_of_python() {
    check("true or false and false", true);
    check("(true or false) and false", false);
    check("not false and false", false);
    check("not (false and false)", true);
    check("not not true", true);
    check("not intent == \"purchase\"", true);
    check("not true or true", true);
}

#[test]
fn what_is_not_known_compares_false_but_with_null() {
    for comparison in [
        "contact.tier == \"vip\"",
        "contact.tier != \"vip\"",
        "contact.tier in [\"vip\"]",
        "contact.tier not in [\"vip\"]",
        "contact.tier == contact.tier",
        "contact.tier in [null]",
        "contact.tier != null",
        "null != contact.tier",
        "requirement.product == null",
    ] {
        check(comparison, false);
    }
    check("contact.tier == null", true);
    check("null == contact.tier", true);
    check("requirement.product != null", true);
    check("not (contact.tier == \"vip\")", true);
    check("null == null", true);
}

fn check_words(text: &str, held: &[&str]) {
    let verdict = Expression::compile(text).expect("compiles").evaluate(&Scene);
    assert_eq!(verdict.held, held, "{text}");
}

#[test]
fn a_verdict_says_in_words_what_held() {
    check_words(
        "intent == \"price_inquiry\" and order_amount > 100000",
        &["intent is price_inquiry", "order_amount > 100000"],
    );
    check_words("requirement.quantity != null", &["quantity is known"]);
    check_words("profile.industry == null", &["profile.industry is not known"]);
    check_words("intent in [\"purchase\", \"price_inquiry\"]", &["intent is price_inquiry"]);
    check_words("time.weekday in [1, 2]", &["time.weekday is 1"]);
    check_words("\"price_inquiry\" in intents", &["intents include price_inquiry"]);
    check_words("not \"purchase\" in intents", &["intents lack purchase"]);
    check_words(
        "entities.quantity and not entities.order_number",
        &["quantity is named", "order number is not named"],
    );
    check_words("not (intent == \"purchase\")", &["intent is not purchase"]);
    check_words("not (faq and understood)", &["not (faq and understood)"]);
    check_words("false or time.open", &["the shop is open"]);
    check_words("faq == false and time.open != false", &["no FAQ answers it", "the shop is open"]);
    check_words("requirement.quantity == 20", &["requirement.quantity is 20"]);
}

#[test]
fn a_verdict_names_the_first_term_that_failed_as_written() {
    let failed = |text| Expression::compile(text).expect("compiles").evaluate(&Scene).failed;
    let check = |text, expected: &str| assert_eq!(failed(text).as_deref(), Some(expected));
    check("intent == 'price_inquiry' and order_amount   > 1000000 and faq", "order_amount   > 1000000");
    check("time.open and (faq or intent == \"purchase\")", "faq or intent == \"purchase\"");
    check("not (time.open and understood)", "not (time.open and understood)");
    check("not time.open", "not time.open");
}

fn check_error(text: &str, expected: &str) {
    let error = Expression::compile(text).expect_err(text);
    let help = error.help.as_deref().unwrap_or("-");
    assert_eq!(format!("{}: {} ({help})", error.column, error.message), expected, "{text}");
}

#[test]
fn errors_name_the_column_and_the_nearest_right_name() {
    check_error("intnt == \"x\"", "1: unknown name `intnt` (did you mean `intent`?)");
    check_error("order_amuont > 5", "1: unknown name `order_amuont` (did you mean `order_amount`?)");
    check_error("faq and rounds > 5", "9: unknown name `rounds` (did you mean `conversation.rounds`?)");
    check_error("entities.quantiy", "1: unknown name `entities.quantiy` (did you mean `entities.quantity`?)");
    check_error("intent == purchase", "11: unknown name `purchase` (texts stand in quotes: \"purchase\")");
    check_error(
        "intent == 5",
        "8: a text cannot be compared with a number (texts stand in quotes, numbers without them)",
    );
    check_error(
        "order_amount > \"5\"",
        "14: a number cannot be compared with a text (texts stand in quotes, numbers without them)",
    );
    check_error(
        "order_amount in [5, \"x\"]",
        "21: a number cannot be compared with a text (texts stand in quotes, numbers without them)",
    );
    check_error("intent > \"a\"", "8: `>` needs numbers, not a text (-)");
    check_error("order_amount > null", "14: `>` needs numbers, not null (-)");
    check_error("stage == \"desicion\"", "10: `stage` is never \"desicion\" (did you mean \"decision\"?)");
    check_error(
        "contact.type in [\"vip\"]",
        "18: `contact.type` is never \"vip\" (it is one of new, existing)",
    );
    check_error("intent = \"purchase\"", "8: `=` means nothing here (write `==` to compare)");
    check_error("faq && time.open", "5: `&` means nothing here (write `and`)");
    check_error("!faq", "1: `!` means nothing here (write `not`, or `!=` to compare)");
    check_error(
        "intent == \u{201c}purchase\u{201d}",
        "11: `\u{201c}` means nothing here (write straight quotes: \"…\")",
    );
    check_error("faq AND time.open", "5: `AND` is not expected here (write `and` in small letters)");
    check_error("intent == \"x", "11: this text has no closing quote (-)");
    check_error("(faq", "1: this parenthesis is never closed (-)");
    check_error("faq)", "4: `)` is not expected here (remove it, or open it before)");
    check_error(
        "intent",
        "1: `intent` is a text, not a truth value (compare it, for example with `== \"…\"` or `!= null`)",
    );
    check_error("intents", "1: `intents` is a list, not a truth value (ask `\"…\" in intents`)");
    check_error("intents == \"x\"", "9: a list cannot be compared (ask `\"…\" in intents`)");
    check_error("5 in intents", "1: `intents` holds texts (-)");
    check_error("intent in \"x\"", "11: a list is expected behind `in` (write [\"a\", \"b\"] or `intents`)");
    check_error(
        "1 < order_amount < 5",
        "18: `<` cannot follow a comparison (write two comparisons with `and` between them)",
    );
    check_error("faq and", "8: the expression ends too early (-)");
    check_error("and faq", "1: `and` needs a value before it (-)");
    check_error("", "1: the expression is empty (write a condition such as intent == \"greeting\")");
    check_error(
        "order_amount > 1.0000001",
        "16: `1.0000001`: too many digits after the point; at most 6 are kept exactly (-)",
    );
    check_error(
        "order_amount > 5w",
        "16: `5w`: not a decimal number; write digits with at most one point, such as 48000 or 0.0135 (-)",
    );
    check_error("faq @ 5", "5: `@` means nothing here (-)");
}

fn check_condition(name: &str, test: &str, expected: Result<&str, &str>) {
    let compiled = Expression::condition(name, test);
    let result = compiled
        .as_ref()
        .map(Expression::text)
        .map_err(|error| format!("{}: {}", error.column, error.message));
    assert_eq!(result, expected.map_err(str::to_owned), "{name}: {test}");
}

#[test]
fn the_short_form_of_conditions_is_the_same_language() {
    check_condition("order_amount", "> 100000", Ok("order_amount > 100000"));
    check_condition("order_amount", "100000", Ok("order_amount == 100000"));
    check_condition("stage", "repurchase", Ok("stage == \"repurchase\""));
    check_condition("stage", "== \"repurchase\"", Ok("stage == \"repurchase\""));
    check_condition(
        "stage",
        "in [\"decision\", \"repurchase\"]",
        Ok("stage in [\"decision\", \"repurchase\"]"),
    );
    check_condition("stage", "not in [\"decision\"]", Ok("stage not in [\"decision\"]"));
    check_condition("intents", "purchase", Ok("\"purchase\" in intents"));
    check_condition("time.open", "true", Ok("time.open == true"));
    check_condition("customer", "vip", Ok("contact.tier == \"vip\""));
    check_condition("customer", "new", Ok("contact.type == \"new\""));
    check_condition("customer", "old", Err("1: `old` is no kind of customer"));
    check_condition("order_amout", "> 5", Err("1: unknown name `order_amout`"));
    check_condition(
        "order_amount",
        "> 5元",
        Err("3: `5元`: not a decimal number; write digits with at most one point, such as 48000 or 0.0135"),
    );
    check_condition("stage", "desicion", Err("1: `stage` is never \"desicion\""));
}

#[test]
fn hostile_text_is_refused_without_harm() {
    let million = 1_000_000;
    for text in [
        "(".repeat(million),
        "not ".repeat(million),
        "[".repeat(million),
        "\"".repeat(million),
        "\\".repeat(million),
        "9".repeat(million),
        "a".repeat(million),
        "\u{1f600}".repeat(million),
        "faq or ".repeat(million),
        "(".repeat(MAX_LENGTH),
        "not ".repeat(MAX_LENGTH / 4),
        "9".repeat(MAX_LENGTH),
        "\0\u{7}".into(),
    ] {
        assert!(Expression::compile(&text).is_err(), "{}", text.chars().take(20).collect::<String>());
    }
    let deep = format!("{}faq{}", "(".repeat(MAX_DEPTH), ")".repeat(MAX_DEPTH));
    assert!(Expression::compile(&deep).is_ok());
    let long = format!("faq{}", " or faq".repeat(500));
    assert!(Expression::compile(&long).is_ok());
}

#[test]
fn every_name_is_found_by_its_text() {
    for text in name::all_texts() {
        let found = Name::find(text, 1).expect("is known");
        assert!(found.text() == text || text.starts_with("profile."), "{text}");
    }
}

#[test]
fn texts_compared_are_those_beside_names() {
    let text = "intent == \"a\" or \"b\" in intents or not (profile.industry in [\"c\", \"d\"]) or \"e\" == requirement.product";
    let expression = Expression::compile(text).expect("compiles");
    let expected = [
        (Name::Intent, "a"),
        (Name::Intents, "b"),
        (Name::ProfileIndustry, "c"),
        (Name::ProfileIndustry, "d"),
        (Name::RequirementProduct, "e"),
    ];
    assert_eq!(expression.texts_compared(), expected);
}

/// Counts how often each name is asked for.
struct Counting {
    asked: std::cell::Cell<u32>,
    outcomes: Outcomes,
}

impl Names for Counting {
    fn value(&self, name: Name) -> Value<'_> {
        self.asked.set(self.asked.get() + 1);
        if name == Name::Intent { Value::Text("price_inquiry") } else { Value::Null }
    }

    fn outcomes(&self) -> Option<&Outcomes> {
        Some(&self.outcomes)
    }
}

#[test]
fn what_stands_in_many_numbered_expressions_is_found_out_once() {
    let texts = [
        "intent == \"price_inquiry\" and not faq",
        "not (intent == \"price_inquiry\" and faq)",
        "intent == \"complaint\" or intent == \"price_inquiry\"",
    ];
    let mut numbered: Vec<Expression> = texts.iter().map(|text| Expression::compile(text).unwrap()).collect();
    let plain = numbered.clone();
    assert_eq!(Expression::number_tests(numbered.iter_mut()), 4);
    assert_eq!(numbered, plain, "numbers change no meaning");
    let names = Counting { asked: 0.into(), outcomes: Outcomes::new(4) };
    assert!(numbered.iter().all(|expression| expression.holds(&names)));
    assert_eq!(names.asked.get(), 4);
    assert!(numbered.iter().all(|expression| expression.evaluate(&names).holds));
    let without = Counting { asked: 0.into(), outcomes: Outcomes::new(0) };
    assert!(numbered.iter().all(|expression| expression.holds(&without)));
    assert_eq!(without.asked.get(), 6);
}
