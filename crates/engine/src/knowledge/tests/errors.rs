//! Each kind of problem with the exact words that an owner reads.

use super::*;

mod rules;

/// Loads one file; `expected` leaves out the file's name and stands for all that is told.
fn check(text: &str, expected: &str) {
    let loaded = load(&[file("a.yaml", text)]);
    assert_eq!(rendered(&loaded.problems).replace("a.yaml:", ""), expected, "{text}");
    let has_error = loaded.problems.iter().any(|problem| problem.severity == Severity::Error);
    assert_eq!(loaded.knowledge.is_none(), has_error, "{text}");
}

/// The fields of one product.
fn check_product(fields: &str, expected: &str) {
    check(&format!("products:\n- id: P1\n  name: a\n  {fields}"), expected);
}

#[test]
fn keys_that_nobody_knows() {
    check("produts: []", "1:1: error: unknown key `produts`\n  help: did you mean `products`?");
    check_product("prise: 5", "4:3: error: unknown key `prise`\n  help: did you mean `price`?");
    check("products: [{id: P1}]", "1:12: error: the key `name` is missing here");
    check("products: {id: P1}", "1:11: error: a list is expected here, but this is a mapping");
    check("- a\n- b", "1:1: error: a mapping is expected here, but this is a list");
}

#[test]
fn ids_that_stand_twice_name_both_places() {
    let loaded = load(&[
        file("one.yaml", "products: [{id: P1, name: a}]"),
        file("two.yaml", "faqs: []\nproducts: [{id: P1, name: b}]"),
    ]);
    assert_eq!(
        rendered(&loaded.problems),
        "two.yaml:2:17: error: the product `P1` stands here a second time; first at one.yaml:1:17\n  \
         help: remove one of them or give it another id"
    );
    assert!(loaded.knowledge.is_none());
    let loaded = load(&[file("one.yaml", "shop: {name: a}"), file("two.yaml", "shop: {name: b}")]);
    assert_eq!(
        rendered(&loaded.problems),
        "two.yaml:1:7: error: the section `shop` stands here a second time; first at one.yaml:1:7\n  help: put both into one file"
    );
    check(
        "faqs:\n- {questions: [a], answer: b}\n- {questions: [a], answer: c}",
        "3:3: error: the FAQ `faq_bddf13e3` stands here a second time; first at 2:3\n  help: remove one of them or give it another id",
    );
}

#[test]
fn prices_and_quantities() {
    check_product("price: -5", "4:10: error: `-5` is negative");
    check_product(
        "price: 5万",
        "4:10: error: `5万` is not a number\n  help: write digits with at most one point, such as 48000 or 0.0135",
    );
    check_product(
        "price: \"50,000\"",
        "4:10: error: `50,000` is not a number\n  help: write digits with at most one point, such as 48000 or 0.0135",
    );
    check_product("moq: 0", "4:8: error: this must be more than 0");
    check_product("stock: -1", "4:10: error: `-1` is negative");
    check_product(
        "price: 50\n  tiers: [{min: 10, price: 48}, {min: 10, price: 47}]",
        "5:39: error: the tier from 10 overlaps the one before it, from 10\n  help: write tiers in the order of rising `min`",
    );
    check_product(
        "price: 50\n  tiers: [{min: 10, price: 51}]",
        "5:28: error: the price rises from 50 to 51 with the quantity\n  help: more units must not cost more each",
    );
    check_product(
        "price: 50\n  tiers: [{min: 10, price: 48}, {min: 50, price: 48.5}]",
        "5:50: error: the price rises from 48 to 48.5 with the quantity\n  help: more units must not cost more each",
    );
    check_product(
        "tiers: [{min: 10, price: 48}]",
        "4:10: error: tiers without a `price`\n  help: give the price of a single unit as `price`",
    );
    check_product("warranty_months: 1.5", "4:20: error: `1.5` is not a whole number");
}

#[test]
fn lead_times_and_stock() {
    check_product(
        "lead_time_days: [{max: 20, days: 15}, {max: 10, days: 20}]",
        "4:47: error: the step up to 10 stands after the one up to 20\n  help: write steps in the order of rising `max`",
    );
    check_product(
        "lead_time_days: [{days: 15}, {max: 10, days: 20}]",
        "4:38: error: no step can follow the one without `max`, which holds for any quantity\n  help: put the step without `max` last",
    );
    check_product("lead_time_days: -3", "4:19: error: `-3` is not within 0 to 3650");
    check_product(
        "lead_time_basis: workdays",
        "4:20: error: `workdays` is not known here\n  help: use one of `calendar` and `working`",
    );
    check_product(
        "stock: {quantity: 5, max_age_hours: 24}",
        "4:39: error: `max_age_hours` counts from `as_of`, which is missing\n  help: add the day of the count as `as_of`",
    );
    check_product(
        "new_since: 2026-02-30",
        "4:14: error: `2026-02-30` is not a date of the calendar\n  help: write year, month and day as in 2026-09-01",
    );
    check_product(
        "packing: {carton_cm: [60, 40]}",
        "4:24: error: a carton has 3 sizes, not 2\n  help: write length, width and height: [60, 40, 40]",
    );
}

#[test]
fn references_to_what_is_not_there() {
    check_product(
        "related_products: [P1]",
        "4:22: error: `P1` is related to itself\n  help: remove it from its own list",
    );
    check(
        "products:\n- {id: P001, name: a, related_products: [P0O2]}\n- {id: P002, name: b}",
        "2:8: warning: P001 is related to `P0O2`, not in this knowledge\n  help: did you mean `P002`?",
    );
    check_product(
        "industries: [textile]",
        "2:7: warning: the industry `textile` is not declared\n  help: declare it under `industries`",
    );
    check(
        "categories: [{id: robot, name: 机器人}]\nproducts: [{id: P1, name: a, category: robots}]",
        "2:17: warning: the category `robots` is not declared\n  help: did you mean `robot`?",
    );
    check(
        "price_lists: [{id: gold, items: [{product: P9, price: 5}]}]",
        "1:44: error: there is no product `P9`\n  help: add the product or remove its price from the list",
    );
    check(
        "routing: {teams: [{id: sales, name: 销售}], handoff: {vip: sale, vips: sales, default: sales}}",
        "1:58: error: there is no team `sale`\n  help: did you mean `sales`?\n1:64: error: unknown hand-off reason `vips`\n  help: did you mean `vip`?",
    );
}

#[test]
fn intents_that_are_not_there() {
    check(
        "sales_scripts: [{id: s, intent: prise_inquiry, script: x}]",
        "1:22: warning: there is no intent `prise_inquiry`: this never applies\n  help: did you mean `price_inquiry`?",
    );
    check(
        "rules: [{name: x, when: 'intent == \"leasing\"', then: closing}]",
        "1:25: warning: there is no intent `leasing`: this never applies\n  help: declare it under `intents` with examples",
    );
    check(
        "intents: [{name: leasing, examples: [能租吗, 租一台多少钱, 可以租赁吗, do you lease, 按月租]}]\n\
         rules: [{name: x, when: 'intent == \"leasing\"', then: closing}]",
        "",
    );
    check(
        "intents: [{name: Leasing, examples: [能租吗]}]",
        "1:18: error: `Leasing` cannot be the name of an intent\n  help: use small letters, digits and _",
    );
    check(
        "intents: [{name: leasing, examples: [能租吗]}]",
        "1:37: warning: the intent `leasing` has only 1 examples\n  help: ten to twenty different ones are understood well",
    );
    check(
        "intents: [{name: leasing, examples: [能租吗, 租一台多少钱, 可以租赁吗, Do you lease, 按月租]}, \
         {name: rental, examples: [租设备, do you lease , 租用, 出租吗, '[20台](quantty)能租吗']}]",
        "1:110: error: the example `do you lease` stands under `leasing` too\n  help: keep it where it belongs\n\
         1:134: warning: there is no entity `quantty`\n  help: did you mean `quantity`?",
    );
}

#[test]
fn the_shop_and_its_times() {
    check("shop: {currency: RMB}", "1:18: error: `RMB` is not a currency of ISO 4217\n  help: write `CNY`");
    check(
        "shop: {currency: USA}",
        "1:18: error: `USA` is not a currency of ISO 4217\n  help: did you mean `USD`?",
    );
    check(
        "shop: {timezone: Asia/Shangai}",
        "1:18: error: `Asia/Shangai` is not a time zone\n  help: did you mean `Asia/Shanghai`?",
    );
    check("shop: {tax_rate: 130}", "1:18: error: a percentage is not more than 100");
    check(
        "shop: {languages: [zh, de]}",
        "1:24: error: `de` is not known here\n  help: use one of `zh` and `en`",
    );
    check(
        "calendar: {closed: [{from: 2027-02-21, to: 2027-01-30}]}",
        "1:44: error: this closure ends before it begins\n  help: exchange `from` and `to`",
    );
    check(
        "business_hours: {days: {mon: [\"8:30-12:00\"], tue: [\"13:00-12:00\"], wed: [\"08:00-12:00\", \"11:00-13:00\"], day: []}}",
        "1:31: error: `8:30-12:00` are not opening times\n  help: write them as in \"08:30-12:00\"\n\
         1:52: error: `13:00-12:00` ends before it begins\n  help: split times over midnight: \"22:00-24:00\" and \"00:00-06:00\"\n\
         1:73: error: the opening from 11:00 begins before the one before it ends\n  help: write opening times in order, without overlap\n\
         1:105: error: unknown key `day`\n  help: known here: mon, tue, wed, thu, fri, sat, sun",
    );
    check(
        "leads: {threshold: 80}",
        "1:20: error: this is not within 0 to 1\n  help: write a share such as 0.8",
    );
    check("recommendation: {max_items: 10}", "1:29: error: `10` is not within 1 to 3");
    check(
        "authority: {boss: {max_discount_percent: 5}}",
        "1:13: error: unknown key `boss`\n  help: known here: assistant, rep, manager, grades, autonomy, concessions, approval_hours, offer_days",
    );
    check(
        "faqs: [{id: f, questions: [a], answer: 全国最好的品质}]",
        "1:13: warning: the FAQ `f` says “最好”, which advertising law forbids\n  help: say what can be proved: a figure, a certificate, a test",
    );
    check_product(
        "price: 5\n  cost: 6\n  floor_price: 7",
        "5:9: warning: the cost lies above the price\n  help: correct one of the two\n\
         6:16: warning: the floor lies above the price: nothing can be conceded\n  help: correct one of the two",
    );
    check(
        "authority: {assistant: {max_discount_percent: 2}, concessions: {steps: [1, 3]}}",
        "1:64: warning: a concession of 3% lies beyond the assistant's 2%\n  help: raise the limit, or take the step out",
    );
    check(
        "authority: {assistant: {price_lists: [dealer]}}",
        "1:39: warning: there is no price list `dealer`",
    );
    check(
        "authority: {grades: {gold: {boss: {free_samples: 1}}}}",
        "1:29: error: unknown role `boss`\n  help: use one of `assistant`, `rep` and `manager`",
    );
    check(
        "authority: {assistant: {payment: {}}}",
        "1:34: error: this limits nothing\n  help: write `min_deposit_percent`, `max_net_days` or both",
    );
    check(
        "authority: {autonomy: [{level: full}]}",
        "1:32: error: `full` is not known here\n  help: use one of `off`, `draft`, `answer`, `quote` and `sell`",
    );
    check(
        "authority: {concessions: {give_to_get: [{percent: 1, prepayment: true, days_later: 5}]}}",
        "1:41: error: a concession in return for nothing in particular\n  help: write exactly one of `quantity_more_percent`, `prepayment: true` and `days_later`",
    );
    check(
        "authority: {assistant: {max_discount_percent: 5}, concessions: {steps: [2, 2]}}",
        "1:76: error: the step `2` gives no more than the one before\n  help: write steps in rising order, each above 0",
    );
}

#[test]
fn one_broken_file_does_not_hide_the_problems_of_the_others() {
    let loaded = load(&[
        file("a.yaml", "products: [\n"),
        SourceFile { path: "b.yaml".into(), text: b"shop: {name: \xff}".to_vec() },
        file("c.yaml", "leads: {threshold: 9}"),
    ]);
    assert_eq!(loaded.problems.len(), 3, "{}", rendered(&loaded.problems));
    assert!(loaded.knowledge.is_none());
}

#[test]
fn exchange_rates_and_currencies() {
    check(
        "shop: {exchange_rates: [{from: USD, to: USD, rate: 1, as_of: 2026-11-01, valid_until: 2026-11-30}]}",
        "1:41: error: a rate between a currency and itself\n  help: give the currency that prices stand in and the one that they are told in",
    );
    check(
        "shop: {exchange_rates: [{from: USD, to: CNY, rate: 7.1, as_of: 2026-11-30, valid_until: 2026-11-01}]}",
        "1:89: error: this rate ends before its own day\n  help: exchange `as_of` and `valid_until`",
    );
    check(
        "shop: {exchange_rates: [{from: USD, to: CNY, rate: 0, as_of: 2026-11-01, valid_until: 2026-11-30}]}",
        "1:52: error: this must be more than 0",
    );
    check(
        "shop: {exchange_rates: [{from: USD, to: CNY, rate: 7.1, as_of: 2026-11-01}]}",
        "1:25: error: the key `valid_until` is missing here",
    );
    check(
        "shop: {currencies: [USD]}",
        "1:21: error: there is no rate between USD and CNY\n  help: give one under `exchange_rates`, or leave the currency out",
    );
    check(
        "shop: {country: China}",
        "1:17: error: `China` is not a country\n  help: write its two capital letters such as CN, DE or US",
    );
}

#[test]
fn freight_options_and_surcharges() {
    check(
        "shop: {freight: [{incoterm: CIP, place: 汉堡, over: DDP, per_unit: 3}]}",
        "1:51: error: DDP does not come before CIP\n  help: `over` is the term nearer to the factory that this one adds to",
    );
    check(
        "shop: {freight: [{incoterm: CIF, per_unit: 3}]}",
        "1:18: error: CIF needs a place\n  help: give the port or town that the freight is for as `place`",
    );
    check(
        "shop: {freight: [{incoterm: FOV, per_unit: 3}]}",
        "1:29: error: `FOV` is not an Incoterm\n  help: did you mean `FOB`?",
    );
    check(
        "shop: {freight: [{incoterm: FOB}]}",
        "1:18: error: freight without an amount\n  help: give `per_unit`, `per_shipment` or `steps` of them",
    );
    check(
        "shop: {freight: [{incoterm: FOB, steps: [{per_unit: 3}, {max: 5, per_unit: 4}]}]}",
        "1:63: error: the steps overlap\n  help: write steps in the order of rising `max`, the one without it last",
    );
    check_product(
        "price: 5\n  options: [{id: a, name: A, per_unit: 1, percent: 2}]",
        "5:13: error: one thing that costs in several ways\n  help: give one of `per_unit`, `percent` and `per_order`, and a second entry for another",
    );
    check_product(
        "price: 5\n  surcharges: [{id: a, name: A}]",
        "5:16: error: a surcharge without an amount\n  help: give `per_unit`, `percent` or `per_order`",
    );
    check_product(
        "packages: [{unit: 件, contains: 4}]",
        "4:21: error: `件` cannot be a package of itself\n  help: name the larger unit, such as 箱",
    );
    check_product(
        "price: 50\n  invoice_prices: {none: {price: 45, tiers: [{min: 10, price: 46}]}}",
        "5:63: error: the price rises from 45 to 46 with the quantity\n  help: more units must not cost more each",
    );
    check(
        "shop: {prices_include_tax: true, invoice: {points: {special: 8}}}",
        "1:28: error: points for an invoice come on top of prices without tax, but these prices include it\n  \
         help: set `prices_include_tax: false`, or take `points` out",
    );
}

#[test]
fn price_lists_that_cannot_be_used() {
    check(
        "products: [{id: P1, name: a, price: 5}]\nprice_lists: [{id: x, export: true, tax: included, items: [{product: P1, price: 4}]}]",
        "2:42: error: prices for abroad cannot include the tax of home\n  help: leave `tax` out, or take `export` and `incoterm` out",
    );
    check(
        "products: [{id: P1, name: a, price: 5}]\nprice_lists: [{id: x, items: [{product: P1, price: 4, tiers: [{min: 5, price: 4.5}]}]}]",
        "2:79: error: the price rises from 4 to 4.5 with the quantity\n  help: more units must not cost more each",
    );
    check(
        "shop: {freight: [{id: sea, incoterm: FOB, currency: EUR, per_shipment: 90}]}\n\
         products: [{id: P1, name: a, price: 5}]\nprice_lists: [{id: x, export: true, currency: USD, items: [{product: P1, price: 4}]}]",
        "3:20: error: the freight `sea` is in EUR, this list in USD, and there is no rate\n  \
         help: give one under `exchange_rates` of `shop`, or write both in one currency",
    );
}

#[test]
fn what_has_ended_is_named_with_its_line() {
    let text = "\
shop: {exchange_rates: [{from: USD, to: CNY, rate: 7.1, as_of: 2026-10-01, valid_until: 2026-10-31}]}
products:
- {id: P1, name: a, price: 5, price_valid_until: 2026-10-31}
price_lists:
- {id: autumn, until: 2026-11-21, items: [{product: P1, price: 4}]}
- {id: today, until: 2026-11-22, items: [{product: P1, price: 4}]}
faqs:
- {id: fair, questions: [展会], answer: 三号馆, valid_until: 2026-10-31}
";
    let now = domain::Timestamp::parse("2026-11-22T02:00:00Z").expect("a time");
    let files = [file("a.yaml", text)];
    let loaded = load_on(&files, Some(now));
    let told = rendered(&loaded.problems).replace("a.yaml:", "");
    assert_eq!(
        told,
        "1:7: warning: the rate from USD to CNY ended on 2026-10-31: nothing is converted with it\n  \
         help: give a newer rate under `exchange_rates`\n\
         3:8: warning: the price of P1 ended on 2026-10-31: a person quotes it\n  \
         help: confirm the price and move `price_valid_until`\n\
         5:8: warning: the price list `autumn` ended on 2026-11-21: it is not used\n  \
         help: move `until`, give a list that follows it, or remove it\n\
         8:8: warning: the answer `fair` ended on 2026-10-31: it is not said\n  \
         help: confirm the answer and move `valid_until`"
    );
    assert!(loaded.knowledge.is_some(), "the rest of the shop goes on");
    assert_eq!(rendered(&load(&files).problems), "");
}

#[test]
fn follow_ups_that_say_nothing_or_too_much() {
    let step = |fields: &str| format!("follow_ups: {{steps: [{{id: a, {fields}}}]}}");
    check(
        "follow_ups: {max_per_weak: 2}",
        "1:14: error: unknown key `max_per_weak`\n  help: did you mean `max_per_week`?",
    );
    check(
        "follow_ups: {quiet_hours: late}",
        "1:27: error: `late` are not quiet hours\n  help: write them as in \"20:00-09:00\", or `none`",
    );
    check("follow_ups: {max_per_week: 0}", "1:28: error: `0` is not within 1 to 21");
    check(
        &step("reason: price_give, after_hours: 1"),
        "1:38: error: `price_give` is not known here\n  help: did you mean `price_given`?",
    );
    check(&step("reason: price_given"), "1:22: error: the key `after_hours` is missing here");
    check(
        &step("reason: quote_expires, before_hours: 1, cycle_percent: 90"),
        "1:85: error: `cycle_percent` says nothing for the reason `quote_expires`\n  help: write `before_hours` instead",
    );
    check(
        &step("reason: price_given, after_hours: 1, stages: [decisions]"),
        "1:76: error: `decisions` is not known here\n  help: did you mean `decision`?",
    );
    check(
        &step("reason: reorder_due, cycle_percent: 90, text: \"{product}\""),
        "1:76: error: a step for `reorder_due` has no `{product}`\n  help: did you mean `products`?",
    );
    check(&step("reason: interest, enabled: false"), "");
}

#[test]
fn teams_that_look_after_nothing_that_there_is() {
    check(
        "products: [{id: P1, name: a, category: gripper}]\nrouting: {teams: [{id: t, goods: [gripper, griper]}]}",
        "2:44: warning: there is no category or product `griper`: this never applies\n  help: name a category or the id of a product",
    );
    check(
        "routing: {teams: [{id: t, members: [陈晓, Kevin]}], skills: {Kevn: {languages: [en]}}}",
        "1:60: warning: `Kevn` is in no team: this never applies\n  help: did you mean `Kevin`?",
    );
    check(
        "routing: {teams: [{id: t, members: [Kevin]}], skills: {Kevin: {languages: [english]}}}",
        "1:76: error: `english` is not known here\n  help: use one of `zh` and `en`",
    );
    check(
        "routing: {owners: {某某公司: Kevin}, skills: {Kevin: {goods: [robots]}}}",
        "1:59: warning: there is no category or product `robots`: this never applies\n  help: name a category or the id of a product",
    );
}
