//! The section `price_lists`.

use domain::{fact::Tax, money::Currency};

use super::{
    PriceList, PriceListItem,
    product::{product_id, tiers, unit_price},
    shop::currency,
    table::{Row, Table},
    trade,
};
use crate::document::{Fields, Node, Problems};

const TAXES: &[(&str, Tax)] =
    &[("included", Tax::Included), ("excluded", Tax::Excluded), ("none", Tax::None)];

/// A product that a list names, to be checked once all products are known.
pub(super) type NamedProduct = Row<String>;

pub(super) fn read(
    node: &Node,
    shop_currency: Currency,
    lists: &mut Table<PriceList>,
    named: &mut Vec<NamedProduct>,
    problems: &mut Problems,
) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    let id = fields.required("id", Node::text);
    let place = fields.place_of("id");
    let list = PriceList {
        id: id.clone().unwrap_or_default(),
        company: fields.optional("company", Node::text),
        grade: fields.optional("grade", Node::text),
        regions: fields.optional("region", regions).unwrap_or_default(),
        currency: fields.optional("currency", currency).unwrap_or(shop_currency),
        from: fields.optional("from", Node::date),
        until: fields.optional("until", Node::date),
        export: fields.flag("export", false),
        tax: fields.optional("tax", |node, problems| node.one_of(TAXES, problems)),
        incoterm: fields.optional("incoterm", trade::incoterm),
        place: fields.optional("place", Node::localized),
        items: fields.required("items", |node, problems| items(node, named, problems)).unwrap_or_default(),
    };
    if let (Some(from), Some(until)) = (&list.from, &list.until)
        && from > until
    {
        let place = fields.place_of("until");
        fields.problems().error_with_help(
            place,
            "this list ends before it begins",
            "exchange `from` and `until`",
        );
    }
    if (list.export || list.incoterm.is_some()) && list.tax == Some(Tax::Included) {
        let place = fields.place_of("tax");
        fields.problems().error_with_help(
            place,
            "prices for abroad cannot include the tax of home",
            "leave `tax` out, or take `export` and `incoterm` out",
        );
    }
    fields.finish();
    lists.claim(&id?, place, problems);
    lists.push(list, place);
    Some(())
}

/// One region, or a list of them.
fn regions(node: &Node, problems: &mut Problems) -> Option<Vec<String>> {
    if node.as_scalar().is_some() {
        return Some(vec![node.text(problems)?]);
    }
    node.texts(problems)
}

fn items(node: &Node, named: &mut Vec<NamedProduct>, problems: &mut Problems) -> Option<Vec<PriceListItem>> {
    let mut seen = Table::<()>::new("product");
    node.list(
        |node, problems| {
            let mut fields = Fields::new(node, problems)?;
            let product = fields.required("product", product_id);
            let place = fields.place_of("product");
            let price = fields.required("price", unit_price);
            let tiers = fields.optional("tiers", |node, problems| tiers(node, price, problems));
            let invoice_prices = fields.optional("invoice_prices", trade::invoice_prices).unwrap_or_default();
            fields.finish();
            let product = product?;
            seen.claim(product.as_str(), place, problems);
            named.push(Row { value: product.as_str().to_owned(), place });
            Some(PriceListItem { product, price: price?, tiers: tiers.unwrap_or_default(), invoice_prices })
        },
        problems,
    )
}
