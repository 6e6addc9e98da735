//! The section `products`.

use domain::{
    catalog::{
        Export, LeadTimeBasis, LeadTimeFrom, LeadTimeStep, Package, Packing, Product, Sample, Spec, Stock,
        StockShow, Tier,
    },
    decimal,
    id::ProductId,
    money::{Currency, Money, UnitPrice},
    quantity::{Quantity, Thousandths},
    trade::ProductPricing,
};

use super::{table::Table, trade};
use crate::authority::Cost;
use crate::document::{Fields, Node, Problems, Value, shown};

const BASES: &[(&str, LeadTimeBasis)] =
    &[("calendar", LeadTimeBasis::Calendar), ("working", LeadTimeBasis::Working)];
const STARTS: &[(&str, LeadTimeFrom)] = &[
    ("order", LeadTimeFrom::Order),
    ("deposit", LeadTimeFrom::Deposit),
    ("drawing_approved", LeadTimeFrom::DrawingApproved),
];
const SHOWN: &[(&str, StockShow)] =
    &[("exact", StockShow::Exact), ("range", StockShow::Range), ("yes_no", StockShow::YesNo)];

/// What a product costs the shop.
pub(super) type ProductCost = (ProductId, Cost);

/// The unit of products that name none.
const DEFAULT_UNIT: &str = "件";
const LONGEST_ID: usize = 64;
/// Ten years.
const MOST_DAYS: i64 = 3_650;

pub(super) fn read(
    node: &Node,
    currency: Currency,
    products: &mut Table<Product>,
    costs: &mut Vec<ProductCost>,
    problems: &mut Problems,
) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    let id = fields.required("id", product_id);
    let place = fields.place_of("id");
    if let Some(id) = &id {
        products.claim(id.as_str(), place, fields.problems());
    }
    let name = fields.required("name", Node::localized);
    let price = fields.optional("price", unit_price);
    let tiers = fields.optional("tiers", |node, problems| tiers(node, price, problems)).unwrap_or_default();
    let own_id = id.clone();
    let pricing = ProductPricing {
        invoice_prices: fields.optional("invoice_prices", trade::invoice_prices).unwrap_or_default(),
        options: fields
            .optional("options", |node, problems| trade::options(node, currency, problems))
            .unwrap_or_default(),
        surcharges: fields
            .optional("surcharges", |node, problems| trade::surcharges(node, currency, problems))
            .unwrap_or_default(),
        valid_until: fields.optional("price_valid_until", Node::date),
    };
    let certificates = fields.optional("certificates", certificates).unwrap_or_default();
    let unit = fields.optional("unit", Node::text).unwrap_or_else(|| DEFAULT_UNIT.to_owned());
    let product = Product {
        id: id.unwrap_or_else(|| ProductId(String::new())),
        name: name.unwrap_or_default(),
        aliases: fields.texts("aliases"),
        category: fields.optional("category", Node::text),
        price,
        tiers,
        pricing,
        moq: fields.optional("moq", quantity),
        pack: fields.optional("pack", quantity),
        packages: fields
            .optional("packages", |node, problems| packages(node, &unit, problems))
            .unwrap_or_default(),
        unit,
        stock: fields.optional("stock", stock),
        lead_time: fields.optional("lead_time_days", lead_time).unwrap_or_default(),
        lead_time_basis: fields
            .optional("lead_time_basis", |node, problems| node.one_of(BASES, problems))
            .unwrap_or_default(),
        lead_time_from: fields
            .optional("lead_time_from", |node, problems| node.one_of(STARTS, problems))
            .unwrap_or_default(),
        sample: fields.optional("sample", |node, problems| sample(node, currency, problems)),
        packing: fields.optional("packing", packing),
        export: fields.optional("export", export),
        specs: fields.optional("specs", specs).unwrap_or_default(),
        warranty_months: fields
            .optional("warranty_months", |node, problems| node.integer(0..=1_200, problems)),
        certificates: certificates.iter().map(|(name, _)| name.clone()).collect(),
        certificates_until: certificates
            .into_iter()
            .filter_map(|(name, until)| Some((name, until?)))
            .collect(),
        industries: fields.texts("industries"),
        related_products: fields.list("related_products", |node, problems| {
            let id = product_id(node, problems)?;
            if Some(&id) == own_id.as_ref() {
                let message = format!("`{}` is related to itself", shown(id.as_str()));
                problems.error_with_help(node.place, message, "remove it from its own list");
                return None;
            }
            Some(id)
        }),
        new_since: fields.optional("new_since", Node::date),
        discontinued: fields.flag("discontinued", false),
        description: fields.optional("description", Node::localized),
    };
    if let Some(cost) = cost(&mut fields, price) {
        costs.push((product.id.clone(), cost));
    }
    fields.finish();
    products.push(product, place);
    Some(())
}

/// What it costs the shop and the lowest price; kept apart from the product, so that no reader of products sees it.
fn cost(fields: &mut Fields<'_, '_>, price: Option<i64>) -> Option<Cost> {
    let cost = fields.optional("cost", unit_price);
    let floor_price = fields.optional("floor_price", unit_price);
    for (key, value, message) in [
        ("cost", cost, "the cost lies above the price"),
        ("floor_price", floor_price, "the floor lies above the price: nothing can be conceded"),
    ] {
        if value.zip(price).is_some_and(|(value, price)| value > price) {
            let place = fields.place_of(key);
            fields.problems().warning(place, message, Some("correct one of the two".into()));
        }
    }
    (cost.is_some() || floor_price.is_some()).then_some(Cost { cost, floor_price })
}

pub(super) fn product_id(node: &Node, problems: &mut Problems) -> Option<ProductId> {
    let id = node.text(problems)?;
    if id.chars().count() > LONGEST_ID || id.chars().any(|c| c.is_whitespace() || c.is_control()) {
        let message = format!("`{}` cannot be a product id", shown(&id));
        problems.error_with_help(
            node.place,
            message,
            format!("use at most {LONGEST_ID} characters, without spaces"),
        );
        return None;
    }
    Some(ProductId(id))
}

pub(super) fn unit_price(node: &Node, problems: &mut Problems) -> Option<i64> {
    node.amount(UnitPrice::DIGITS, problems)
}

pub(super) fn quantity(node: &Node, problems: &mut Problems) -> Option<Thousandths> {
    node.positive(Quantity::DIGITS, problems).map(Thousandths)
}

/// Price tiers over `base`, the price of a single unit: from more units on, one costs less.
pub(super) fn tiers(node: &Node, base: Option<i64>, problems: &mut Problems) -> Option<Vec<Tier>> {
    let mut last: Option<Tier> = None;
    if base.is_none() {
        problems.error_with_help(
            node.place,
            "tiers without a `price`",
            "give the price of a single unit as `price`",
        );
    }
    node.list(
        |node, problems| {
            let mut fields = Fields::new(node, problems)?;
            let min = fields.required("min", quantity);
            let price = fields.required("price", unit_price);
            let (min_place, price_place) = (fields.place_of("min"), fields.place_of("price"));
            fields.finish();
            let tier = Tier { min: min?, price: price? };
            if let Some(before) = last
                && tier.min <= before.min
            {
                let message = format!(
                    "the tier from {} overlaps the one before it, from {}",
                    thousandths(tier.min),
                    thousandths(before.min)
                );
                problems.error_with_help(min_place, message, "write tiers in the order of rising `min`");
            }
            let before = last.map(|tier| tier.price).or(base);
            if let Some(before) = before.filter(|before| tier.price > *before) {
                let message = format!(
                    "the price rises from {} to {} with the quantity",
                    decimal::format_scaled(before, UnitPrice::DIGITS),
                    decimal::format_scaled(tier.price, UnitPrice::DIGITS)
                );
                problems.error_with_help(price_place, message, "more units must not cost more each");
            }
            last = Some(tier);
            Some(tier)
        },
        problems,
    )
}

/// `CE`, or `{name: CE, valid_until: 2027-06-30}` for one that expires.
fn certificates(node: &Node, problems: &mut Problems) -> Option<Vec<(String, Option<String>)>> {
    node.list(
        |node, problems| {
            if node.as_scalar().is_some() {
                return Some((node.text(problems)?, None));
            }
            let mut fields = Fields::new(node, problems)?;
            let name = fields.required("name", Node::text);
            let until = fields.optional("valid_until", Node::date);
            fields.finish();
            Some((name?, until))
        },
        problems,
    )
}

fn packages(node: &Node, unit_of_product: &str, problems: &mut Problems) -> Option<Vec<Package>> {
    let mut units = Table::<()>::new("package");
    node.list(
        |node, problems| {
            let mut fields = Fields::new(node, problems)?;
            let unit = fields.required("unit", Node::text);
            let contains = fields.required("contains", quantity);
            let place = fields.place_of("unit");
            fields.finish();
            let unit = unit?;
            units.claim(&unit, place, problems);
            if unit.eq_ignore_ascii_case(unit_of_product) {
                let message = format!("`{}` cannot be a package of itself", shown(&unit));
                problems.error_with_help(place, message, "name the larger unit, such as 箱");
            }
            Some(Package { unit, contains: contains? })
        },
        problems,
    )
}

fn stock(node: &Node, problems: &mut Problems) -> Option<Stock> {
    if node.as_scalar().is_some() {
        let quantity = Thousandths(node.amount(Quantity::DIGITS, problems)?);
        return Some(Stock { quantity, as_of: None, max_age_hours: None, show: StockShow::default() });
    }
    let mut fields = Fields::new(node, problems)?;
    let quantity = fields.required("quantity", |node, problems| node.amount(Quantity::DIGITS, problems));
    let as_of = fields.optional("as_of", Node::date);
    let max_age_hours =
        fields.optional("max_age_hours", |node, problems| node.integer(1..=i64::MAX, problems));
    let show = fields.optional("show", |node, problems| node.one_of(SHOWN, problems)).unwrap_or_default();
    let place = fields.place_of("max_age_hours");
    if max_age_hours.is_some() && as_of.is_none() {
        let message = "`max_age_hours` counts from `as_of`, which is missing";
        fields.problems().error_with_help(place, message, "add the day of the count as `as_of`");
    }
    fields.finish();
    Some(Stock { quantity: Thousandths(quantity?), as_of, max_age_hours, show })
}

/// `15`, or steps by quantity with the open one last.
fn lead_time(node: &Node, problems: &mut Problems) -> Option<Vec<LeadTimeStep>> {
    let days = |node: &Node, problems: &mut Problems| node.integer(0..=MOST_DAYS, problems);
    if node.as_scalar().is_some() {
        return Some(vec![LeadTimeStep { max: None, days: days(node, problems)? }]);
    }
    let mut last: Option<LeadTimeStep> = None;
    node.list(
        |node, problems| {
            let mut fields = Fields::new(node, problems)?;
            let max = fields.optional("max", quantity);
            let days = fields.required("days", days);
            let place = fields.place_of("max");
            fields.finish();
            let step = LeadTimeStep { max, days: days? };
            match last.map(|before| (before.max, max)) {
                Some((None, _)) => {
                    let message = "no step can follow the one without `max`, which holds for any quantity";
                    problems.error_with_help(place, message, "put the step without `max` last");
                }
                Some((Some(before), Some(max))) if max <= before => {
                    let message = format!(
                        "the step up to {} stands after the one up to {}",
                        thousandths(max),
                        thousandths(before)
                    );
                    problems.error_with_help(place, message, "write steps in the order of rising `max`");
                }
                _ => {}
            }
            last = Some(step);
            Some(step)
        },
        problems,
    )
}

fn sample(node: &Node, currency: Currency, problems: &mut Problems) -> Option<Sample> {
    let mut fields = Fields::new(node, problems)?;
    let fee = fields.required("fee", |node, problems| node.amount(currency.minor_digits(), problems));
    let deduct_from_order = fields.flag("deduct_from_order", false);
    let days = fields.optional("days", |node, problems| node.integer(0..=MOST_DAYS, problems));
    let max = fields.optional("max", |node, problems| node.integer(1..=i64::MAX, problems));
    fields.finish();
    Some(Sample { fee: Money { minor: fee?, currency }, deduct_from_order, days, max })
}

fn packing(node: &Node, problems: &mut Problems) -> Option<Packing> {
    let mut fields = Fields::new(node, problems)?;
    let size = |node: &Node, problems: &mut Problems| {
        node.positive(3, problems).map(|size| decimal::format_scaled(size, 3))
    };
    let per_carton = fields.optional("per_carton", |node, problems| node.integer(1..=i64::MAX, problems));
    let carton_cm = fields
        .optional("carton_cm", |node, problems| {
            let sizes = node.list(size, problems)?;
            if let Value::Sequence(items) = &node.value
                && items.len() != 3
            {
                let help = "write length, width and height: [60, 40, 40]";
                problems.error_with_help(
                    node.place,
                    format!("a carton has 3 sizes, not {}", items.len()),
                    help,
                );
            }
            Some(sizes)
        })
        .unwrap_or_default();
    let gross_kg = fields.optional("gross_kg", size);
    fields.finish();
    Some(Packing { per_carton, carton_cm, gross_kg })
}

fn export(node: &Node, problems: &mut Problems) -> Option<Export> {
    let mut fields = Fields::new(node, problems)?;
    let export = Export {
        hs_code: fields.optional("hs_code", Node::text),
        origin: fields.optional("origin", Node::text),
        dual_use: fields.flag("dual_use", false),
        cleared: fields.texts("cleared"),
    };
    fields.finish();
    Some(export)
}

fn specs(node: &Node, problems: &mut Problems) -> Option<Vec<Spec>> {
    node.entries(
        |entry, problems| {
            let value = entry.value.text(problems)?;
            let (number, unit) = number_and_unit(&value);
            Some(Spec { attribute: entry.key.clone(), value, number, unit })
        },
        problems,
    )
}

/// `20 kg` → 20 and `kg`; what is not one number with one unit stays words only.
fn number_and_unit(value: &str) -> (Option<Thousandths>, Option<String>) {
    let value = value.trim();
    let digits_end = value
        .char_indices()
        .find(|(index, c)| !(c.is_ascii_digit() || *c == '.' || (*index == 0 && matches!(c, '-' | '+'))))
        .map_or(value.len(), |(index, _)| index);
    let (number, unit) = value.split_at(digits_end);
    let unit = unit.trim_start();
    let plain = unit.trim_end_matches(['2', '3']);
    if plain
        .chars()
        .any(|c| c.is_whitespace() || c.is_ascii_digit() || matches!(c, '-' | '~' | '±' | '×' | ','))
    {
        return (None, None);
    }
    match decimal::parse_scaled(number, Quantity::DIGITS) {
        Ok(number) => (Some(Thousandths(number)), (!unit.is_empty()).then(|| unit.to_owned())),
        Err(_) => (None, None),
    }
}

fn thousandths(number: Thousandths) -> String {
    decimal::format_scaled(number.0, Quantity::DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, number: Option<i64>, unit: Option<&str>) {
        assert_eq!(number_and_unit(value), (number.map(Thousandths), unit.map(str::to_owned)), "{value}");
    }

    #[test]
    fn a_specification_splits_into_number_and_unit_only_where_it_is_just_that() {
        check("20 kg", Some(20_000), Some("kg"));
        check("1.8m", Some(1_800), Some("m"));
        check("-10 °C", Some(-10_000), Some("°C"));
        check("6", Some(6_000), None);
        check("50%", Some(50_000), Some("%"));
        check("2 m2", Some(2_000), Some("m2"));
        check("10 kg/h", Some(10_000), Some("kg/h"));
        for words in [
            "IP54",
            "PNP NO",
            "1200x800 mm",
            "0.5-2 mm",
            "-20 ~ 60 °C",
            "±0.03 mm",
            "1.2.3 mm",
            "",
            "0.0005 mm",
        ] {
            check(words, None, None);
        }
    }
}
