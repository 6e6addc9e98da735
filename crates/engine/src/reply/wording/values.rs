//! The values of a template's words as named placeholders.

use std::ops::Range;

use crate::reply::{
    check::{Licence, Meaning, cue_admits, mentions},
    claims::{self, Claim, Reading},
};

/// A value with its placeholder's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// `price_1`, without braces.
    pub name: String,
    /// As it stands in the template's words: `¥48,000`.
    pub text: String,
    /// What it is, for the model; no value stands here.
    pub about: String,
    kind: &'static str,
}

impl Value {
    /// Whether it is more than a name.
    pub fn is_fact(&self) -> bool {
        self.kind != "product"
    }
}

/// `plain` with a placeholder for each product and each claim, and their values.
pub(super) fn placed(plain: &str, licence: &Licence) -> (String, Vec<Value>) {
    let reading = claims::read(plain);
    let mentions = mentions(&reading, licence.products());
    let mut values: Vec<Value> = Vec::new();
    let mut spots: Vec<(Range<usize>, String)> = Vec::new();
    let mut names: Vec<(usize, String)> = Vec::new();
    for mention in &mentions {
        let place = with_bracket(&reading, mention.place.clone());
        let name = named(&mut values, plain, reading.span(place.clone()), "product", "a product's name");
        names.push((mention.product, name.clone()));
        spots.push((place, name));
    }
    for (index, found) in reading.found.iter().enumerate() {
        let inside = |(place, _): &(Range<usize>, String)| {
            place.start < found.place.end && found.place.start < place.end
        };
        if spots.iter().any(inside) {
            continue;
        }
        let mut issued = licence.issued_for(&found.claim);
        let fits = issued.find(|issued| cue_admits(&reading, index, issued.meaning));
        let issued = fits.or_else(|| licence.issued_for(&found.claim).next());
        let (kind, what) = kind(issued.and_then(|issued| issued.meaning), &found.claim);
        let of = issued
            .and_then(|issued| issued.product)
            .and_then(|product| names.iter().find(|(named, _)| *named == product));
        let about = of.map_or_else(|| what.to_owned(), |(_, name)| format!("{what} of {{{name}}}"));
        let place = with_currency(&reading, found.place.clone());
        let name = named(&mut values, plain, reading.span(place.clone()), kind, &about);
        spots.push((place, name));
    }
    spots.sort_by_key(|(place, _)| place.start);
    let mut draft = String::with_capacity(plain.len());
    let mut end = 0;
    for (place, name) in &spots {
        let span = reading.span(place.clone());
        if span.start < end {
            continue;
        }
        draft.push_str(plain.get(end..span.start).unwrap_or_default());
        draft.push_str(&format!("{{{name}}}"));
        end = span.end;
    }
    draft.push_str(plain.get(end..).unwrap_or_default());
    // A spot inside another one was skipped; what is not in the draft cannot be asked for.
    values.retain(|value| draft.contains(&format!("{{{}}}", value.name)));
    (draft, values)
}

/// The placeholder for what stands at `span`: the same words of one kind share one.
fn named(
    values: &mut Vec<Value>,
    plain: &str,
    span: Range<usize>,
    kind: &'static str,
    about: &str,
) -> String {
    let text = plain.get(span).unwrap_or_default();
    let known = values.iter().find(|value| value.kind == kind && value.text == text && value.about == about);
    if let Some(known) = known {
        return known.name.clone();
    }
    let number = values.iter().filter(|value| value.kind == kind).count() + 1;
    let name = format!("{kind}_{number}");
    values.push(Value { name: name.clone(), text: text.to_owned(), about: about.to_owned(), kind });
    name
}

/// The name of a kind of placeholder, and what it is in words.
fn kind(meaning: Option<Meaning>, claim: &Claim) -> (&'static str, &'static str) {
    match (meaning, claim) {
        (Some(Meaning::UnitPrice), _) => ("price", "the price of a single unit"),
        (Some(Meaning::Total), _) => ("total", "the total"),
        (Some(Meaning::Charge), _) => ("charge", "a charge beside the goods"),
        (Some(Meaning::Discount), _) => ("discount", "the discount that is granted"),
        (Some(Meaning::Tax), _) => ("tax_rate", "the rate of VAT"),
        (Some(Meaning::Payment), _) => ("payment", "a part of the payment terms"),
        (Some(Meaning::Sample), _) => ("sample", "a condition for samples"),
        (Some(Meaning::LeadTime), _) => ("lead_time", "the lead time"),
        (Some(Meaning::Warranty), _) => ("warranty", "the warranty"),
        (Some(Meaning::Stock), _) => ("stock", "how many are in stock"),
        (Some(Meaning::Moq), _) => ("minimum_order", "the minimum order"),
        (Some(Meaning::Packing), _) => ("packing", "a packing figure"),
        (Some(Meaning::Specification), _) => ("specification", "a value of the data sheet"),
        (Some(Meaning::Quantity), _) => ("quantity", "a quantity"),
        (_, Claim::Date { .. } | Claim::Day(_) | Claim::Clock(_)) => ("date", "a date or time"),
        (_, Claim::Address(_)) => ("link", "an address"),
        (_, Claim::Free(_)) => ("free", "that it costs nothing"),
        (_, Claim::Code(_)) => ("code", "a number or code"),
        _ => ("number", "a number"),
    }
}

/// With the bracket that closes after a name: `六轴工业机器人（P001）`.
fn with_bracket(reading: &Reading, place: Range<usize>) -> Range<usize> {
    let words = reading.slice(place.clone());
    let opens = words.matches('(').count() > words.matches(')').count();
    let closes = reading.slice(place.end..(place.end + 1).min(reading.len())) == ")";
    place.start..place.end + usize::from(opens && closes)
}

/// With the currency that stands before a number.
fn with_currency(reading: &Reading, place: Range<usize>) -> Range<usize> {
    let before = reading.slice(place.start.saturating_sub(4)..place.start);
    let sign = ["cny ", "rmb ", "usd ", "eur ", "gbp ", "jpy ", "hkd ", "¥", "$", "€", "£"]
        .into_iter()
        .find(|sign| before.ends_with(sign));
    place.start - sign.map_or(0, |sign| sign.chars().count())..place.end
}
