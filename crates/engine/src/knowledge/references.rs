//! What one row says of another: names that nothing bears are reported where they are used.

use std::collections::{BTreeSet, HashSet};

use domain::{catalog::Term, understanding::intent};

use super::{
    CompiledRule, RuleBook,
    load::Tables,
    rule::{ReadRule, STRATEGIES},
    share,
    table::{Row, Table},
};
use crate::{
    document::{Place, Problems, nearest, shown, suggestion},
    expression::{Expression, Name},
};

/// Suggestions are sought only among so many names: beyond, seeking would cost more than the rest of loading.
const MOST_CANDIDATES: usize = 2_000;

/// Reports products, industries, categories and intents that are named but not there.
pub(super) fn check(tables: &Tables, problems: &mut Problems) {
    for row in &tables.products.rows {
        let product = &row.value;
        let missing: Vec<&str> = product
            .related_products
            .iter()
            .map(domain::id::ProductId::as_str)
            .filter(|id| !tables.products.has(id))
            .collect();
        if !missing.is_empty() {
            let names: Vec<String> = missing.iter().map(|id| format!("`{}`", shown(id))).collect();
            let message = format!(
                "{} is related to {}, not in this knowledge",
                shown(product.id.as_str()),
                names.join(", ")
            );
            let help = near(missing[0], &tables.products, problems)
                .unwrap_or_else(|| "add the missing products or remove them from the list".into());
            problems.warning(row.place, message, Some(help));
        }
        for industry in product.industries.iter().filter(|id| !tables.industries.has(id)) {
            undeclared("industry", "industries", industry, row.place, &tables.industries, problems);
        }
        // Categories need no declaration; one that looks like a declared one is probably a slip.
        if let Some(category) = product.category.as_deref().filter(|id| !tables.categories.has(id))
            && let Some(near) = near(category, &tables.categories, problems)
        {
            problems.warning(
                row.place,
                format!("the category `{}` is not declared", shown(category)),
                Some(near),
            );
        }
    }
    for Row { value, place } in tables.listed_products.iter().filter(|row| !tables.products.has(&row.value)) {
        let help = near(value, &tables.products, problems)
            .unwrap_or_else(|| "add the product or remove its price from the list".into());
        problems.error_with_help(*place, format!("there is no product `{}`", shown(value)), help);
    }
    for script in &tables.scripts.rows {
        check_intent(&script.value.script.intent, script.place, tables, problems);
        if let Some(condition) = &script.value.condition {
            check_texts(condition, script.place, tables, problems);
        }
    }
    for named in &tables.routed_intents {
        check_intent(&named.name, named.place, tables, problems);
    }
    let used: HashSet<&str> =
        tables.products.rows.iter().filter_map(|row| row.value.category.as_deref()).collect();
    for named in &tables.routed_goods {
        let name = named.name.as_str();
        if !tables.products.has(name) && !tables.categories.has(name) && !used.contains(name) {
            let help =
                near(name, &tables.categories, problems).or_else(|| near(name, &tables.products, problems));
            let help = help.unwrap_or_else(|| "name a category or the id of a product".into());
            let message = format!("there is no category or product `{}`: this never applies", shown(name));
            problems.warning(named.place, message, Some(help));
        }
    }
    for named in &tables.autonomy_intents {
        check_intent(&named.name, named.place, tables, problems);
    }
    for Row { value, place } in tables.named_lists.iter().filter(|row| !tables.price_lists.has(&row.value)) {
        let help = near(value, &tables.price_lists, problems);
        problems.warning(*place, format!("there is no price list `{}`", shown(value)), help);
    }
    for rule in &tables.rules.rows {
        if let Some(compiled) = &rule.value.compiled {
            check_texts(&compiled.expression, rule.value.when_place, tables, problems);
        }
    }
}

fn near<T>(id: &str, table: &Table<T>, problems: &Problems) -> Option<String> {
    if !problems.wants_suggestions() || table.len_of_ids() > MOST_CANDIDATES {
        return None;
    }
    let mut ids: Vec<&str> = table.ids().filter(|other| !is_another_number(id, other)).collect();
    ids.sort_unstable();
    suggestion(id, ids)
}

/// `P002` beside `P001`: ids that are counted on are near each other without being slips.
fn is_another_number(id: &str, other: &str) -> bool {
    let letters = |id: &str| {
        id.chars().filter(|c| !c.is_ascii_digit()).flat_map(char::to_lowercase).collect::<String>()
    };
    letters(id) == letters(other) && !id.eq_ignore_ascii_case(other)
}

fn undeclared(
    what: &str,
    section: &str,
    id: &str,
    place: Place,
    table: &Table<Term>,
    problems: &mut Problems,
) {
    let help = near(id, table, problems).unwrap_or_else(|| format!("declare it under `{section}`"));
    problems.warning(place, format!("the {what} `{}` is not declared", shown(id)), Some(help));
}

fn check_intent(name: &str, place: Place, tables: &Tables, problems: &mut Problems) {
    if intent::ALL.contains(&name) || tables.intents.has(name) {
        return;
    }
    let own = tables.intents.ids();
    let help = suggestion(name, intent::ALL.iter().copied().chain(own))
        .unwrap_or_else(|| "declare it under `intents` with examples".into());
    problems.warning(place, format!("there is no intent `{}`: this never applies", shown(name)), Some(help));
}

/// The ids that an expression compares with.
fn check_texts(expression: &Expression, place: Place, tables: &Tables, problems: &mut Problems) {
    for (name, text) in expression.texts_compared() {
        match name {
            Name::Intent | Name::Intents => check_intent(text, place, tables, problems),
            Name::ProfileIndustry if !tables.industries.has(text) => {
                undeclared("industry", "industries", text, place, &tables.industries, problems);
            }
            Name::RequirementProduct if !tables.products.has(text) => {
                let help = near(text, &tables.products, problems);
                problems.warning(place, format!("there is no product `{}`", shown(text)), help);
            }
            _ => {}
        }
    }
}

/// The shop's rules over the default ones, in the order in which they are tried. Also checks the strategies and templates that
/// rules name.
pub(super) fn merged_rules(shop: &Tables, defaults: &Tables, problems: &mut Problems) -> RuleBook {
    let replaced: HashSet<&str> = shop.rules.values().map(|rule| rule.name.as_str()).collect();
    let kept = defaults.rules.values().filter(|rule| !replaced.contains(rule.name.as_str()));
    let all: Vec<&ReadRule> = shop.rules.values().chain(kept).collect();
    let own = own_strategies(shop, defaults);
    let mut used: HashSet<&str> = STRATEGIES.iter().copied().collect();
    let slices = share::lay_out(&all, problems);
    let mut rules = Vec::new();
    for rule in all {
        let Some(compiled) = &rule.compiled else { continue };
        let strategy = compiled.rule.strategy.as_str();
        used.insert(strategy);
        if !STRATEGIES.contains(&strategy) && !own.contains(strategy) {
            let names = STRATEGIES.iter().copied().chain(own.iter().copied());
            let help = suggestion(strategy, names).unwrap_or_else(|| {
                "give it a template or a script of that name, or use one of the product's".into()
            });
            problems.error_with_help(
                rule.strategy_place,
                format!("unknown strategy `{}`", shown(strategy)),
                help,
            );
        }
        let slice = slices.get(compiled.rule.name.as_str()).cloned();
        rules.push(CompiledRule { slice, ..compiled.clone() });
    }
    // The sort is stable: equal priorities stay in order.
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.rule.priority));
    for template in &shop.templates.rows {
        let key = template.value.0.as_str();
        let is_known = defaults.templates.has(key) || used.contains(key.split('.').next().unwrap_or(key));
        if !is_known {
            let mut keys: Vec<&str> = defaults.templates.ids().collect();
            keys.sort_unstable();
            let help = nearest(key, keys).map(|near| format!("did you mean `{near}`?"));
            problems.warning(
                template.place,
                format!("no rule or reply uses the template `{}`", shown(key)),
                help,
            );
        }
    }
    let tests = Expression::number_tests(rules.iter_mut().map(|rule| &mut rule.expression));
    RuleBook { rules, tests }
}

/// The strategies of the shop's own: a template of that name (or with parts, `name.part`), or a script with that id.
fn own_strategies<'t>(shop: &'t Tables, defaults: &'t Tables) -> BTreeSet<&'t str> {
    let templates = shop.templates.ids().chain(defaults.templates.ids());
    let strategies = templates.map(|key| key.split('.').next().unwrap_or(key));
    let scripts = shop.scripts.values().map(|script| script.script.id.as_str());
    strategies.chain(scripts).collect()
}
