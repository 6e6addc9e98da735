//! What customs ask of goods: the code of the tariff and where they come from, as the product's `export` says.

use domain::{
    catalog::{Product, Spec},
    language::ReplyLanguage,
};

use super::asked_attributes;
use crate::{knowledge::Knowledge, pricing::Places};

const HS_CODE: &str = "hs_code";
const ORIGIN: &str = "origin";

/// Papers about the origin are documents and no figure.
const PAPERS: &[&str] = &["产地证", "原产地证", "产地证明", "certificate of origin", "form a", "form e"];

/// Whether a message asks for them.
pub(crate) fn asks_customs(knowledge: &Knowledge, text: &str) -> bool {
    let text = text.to_lowercase();
    let is_paper = || PAPERS.iter().any(|paper| text.contains(paper));
    asked_attributes(knowledge, &text).iter().any(|id| [HS_CODE, ORIGIN].contains(id)) && !is_paper()
}

/// Those that the product states, as specifications; a country by its name.
pub(super) fn customs(product: &Product, language: ReplyLanguage) -> Vec<Spec> {
    let Some(export) = &product.export else { return Vec::new() };
    let spec = |attribute: &str, value: String| Spec {
        attribute: attribute.to_owned(),
        value,
        number: None,
        unit: None,
    };
    let country = |code: &String| Places::country_name(code, language).unwrap_or_else(|| code.clone());
    let code = export.hs_code.as_ref().map(|code| spec(HS_CODE, code.clone()));
    code.into_iter().chain(export.origin.as_ref().map(|origin| spec(ORIGIN, country(origin)))).collect()
}

/// Whether the product states it.
pub(super) fn states(product: &Product, attribute: &str) -> bool {
    product.export.as_ref().is_some_and(|export| match attribute {
        HS_CODE => export.hs_code.is_some(),
        ORIGIN => export.origin.is_some(),
        _ => false,
    })
}
