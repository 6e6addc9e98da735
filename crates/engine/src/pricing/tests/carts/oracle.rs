//! What a cart costs, reckoned from the plain rows that its shop was made from.

use super::*;

/// Half up without a remainder in sight; all numbers here are positive.
fn half_up(over: i128, under: i128) -> i128 {
    (2 * over + under) / (2 * under)
}

/// The rate as a fraction.
fn rate_of(shop: &Shop, from: Currency, to: Currency) -> Result<(i128, i128), &'static str> {
    const ONE: i128 = 1_000_000_000;
    if from == to {
        return Ok((1, 1));
    }
    let live = |a: Currency, b: Currency| {
        let mut rows: Vec<_> = shop
            .rates
            .iter()
            .filter(|row| row.0 == a && row.1 == b && row.3 <= TODAY && TODAY <= row.4)
            .collect();
        // Of equal days the last row of the file counts.
        rows.sort_by_key(|row| row.3);
        rows.last().map(|row| i128::from(row.2))
    };
    match (live(from, to), live(to, from)) {
        (Some(rate), _) => Ok((rate, ONE)),
        (None, Some(rate)) => Ok((ONE, rate)),
        (None, None) => Err("currency"),
    }
}

pub(super) fn expected(shop: &Shop, cart: &Cart) -> Result<(i64, i64, Currency), &'static str> {
    if cart.place == Some("Atlantis") {
        return Err("risk");
    }
    let export = cart.place == Some("汉堡") || cart.incoterm.is_some();
    let applies = |list: &&List| {
        let foreign = list.region == Some("德国");
        let only_export = list.export || list.incoterm.is_some() || foreign;
        let no_tax = only_export || list.currency != Currency::CNY || shop.includes == Some(false);
        let anybody = list.company.is_none() && list.grade.is_none() && list.region.is_none();
        let asked = cart.currency == Some(list.currency);
        (if export { no_tax } else { !only_export })
            && (!anybody || list.currency == Currency::CNY || export || asked)
            && (list.company.is_none() || list.company == cart.company)
            && (list.grade.is_none() || list.grade == cart.grade)
            && match list.region {
                None => true,
                Some("德国") => cart.place == Some("汉堡"),
                Some(region) => cart.place == Some(region),
            }
    };
    let personal = |list: &List| list.company.is_some() || list.grade.is_some();
    let mine: Vec<(usize, &List)> = shop.lists.iter().enumerate().filter(|(_, list)| applies(list)).collect();
    let best = mine
        .iter()
        .filter(|(_, list)| list.until.is_none_or(|until| until >= TODAY))
        .filter(|(_, list)| list.from.is_none_or(|from| from <= TODAY))
        .max_by_key(|(index, list)| {
            (
                (list.company.is_some(), list.grade.is_some(), list.region.is_some()),
                (
                    cart.incoterm.is_some() && list.incoterm == cart.incoterm,
                    cart.currency == Some(list.currency),
                ),
                (list.from.is_some() || list.until.is_some(), list.from),
                Reverse(*index),
            )
        })
        .map(|(_, list)| *list);
    let ended = mine.iter().any(|(_, list)| personal(list) && list.until.is_some_and(|until| until < TODAY));
    if ended && !best.is_some_and(personal) {
        return Err("ended");
    }
    let own_tax = match shop.includes {
        Some(true) => Tax::Included,
        Some(false) => Tax::Excluded,
        None => Tax::None,
    };
    let (mut first, mut tiers, currency, basis, tax) = match best {
        Some(list) => {
            let foreign = list.export
                || list.incoterm.is_some()
                || list.region == Some("德国")
                || list.currency != Currency::CNY;
            let tax = if foreign { Tax::None } else { own_tax };
            (list.price, list.tiers.clone(), list.currency, list.incoterm, tax)
        }
        None if export && own_tax != Tax::Excluded => return Err("export"),
        None => (shop.price, shop.tiers.clone(), Currency::CNY, None, own_tax),
    };
    if cart.quantity <= 0 {
        return Err("not_positive");
    }
    if shop.moq.is_some_and(|moq| cart.quantity < moq) {
        return Err("below_moq");
    }
    if shop.pack.is_some_and(|pack| cart.quantity % pack != 0) {
        return Err(if cart.quantity > i64::MAX - 4_000 { "too_large" } else { "pack" });
    }
    let mut points = 0;
    if let Some(invoice) = cart.invoice.filter(|_| !export) {
        let figure = shop.figures.iter().find(|(kind, _)| *kind == invoice).filter(|_| best.is_none());
        match (figure, tax, invoice) {
            (Some(&(_, price)), ..) => (first, tiers) = (price, Vec::new()),
            (None, Tax::Included, InvoiceType::Special) | (None, Tax::Excluded, InvoiceType::None) => {}
            (None, Tax::Excluded, InvoiceType::Special) => points = shop.points.ok_or("invoice")?,
            _ => return Err("invoice"),
        }
    }
    let at = |quantity: i64| {
        i128::from(tiers.iter().filter(|row| row.0 <= quantity).map(|row| row.1).next_back().unwrap_or(first))
    };
    let figure = at(cart.quantity);
    let mut unit = figure;
    let mut charges: Vec<(i128, Currency)> = Vec::new();
    let chosen = shop.options.iter().filter(|(id, _)| cart.options.contains(id)).map(|(_, adder)| *adder);
    let forced = shop
        .surcharges
        .iter()
        .filter(|(below, _)| below.is_none_or(|below| cart.quantity < below))
        .map(|(_, adder)| *adder);
    for adder in chosen.chain(forced) {
        match adder {
            Adder::PerUnit(more) => {
                let (over, under) = rate_of(shop, Currency::CNY, currency)?;
                unit += half_up(i128::from(more) * over, under);
            }
            Adder::Percent(share) => unit += half_up(figure * i128::from(share.0), 100_000),
            Adder::PerOrder(minor) => charges.push((i128::from(minor), Currency::CNY)),
            Adder::OnRequest => return Err("option"),
        }
    }
    unit += half_up(unit * i128::from(points), 100_000);

    let basis = basis.unwrap_or(Incoterm::Exw);
    for (per_unit, per_shipment, money) in way(shop, cart, basis)? {
        let (over, under) = rate_of(shop, money, currency)?;
        unit += half_up(per_unit * over, under);
        if per_shipment > 0 {
            charges.push((per_shipment, money));
        }
    }
    let told = cart.currency.unwrap_or(currency);
    if told != currency {
        let (over, under) = rate_of(shop, currency, told)?;
        let step = if unit * over >= 1_000_000 * under { 10_000 } else { 1 };
        unit = half_up(unit * over, under * step) * step;
    }
    if let (Some((paid, quantity)), Some(_)) = (cart.paid, cart.company) {
        let paid = i128::from(paid);
        let plain = match best {
            Some(list) => list
                .tiers
                .iter()
                .filter(|row| row.0 <= quantity)
                .map(|row| row.1)
                .next_back()
                .unwrap_or(list.price),
            None => shop
                .tiers
                .iter()
                .filter(|row| row.0 <= quantity)
                .map(|row| row.1)
                .next_back()
                .unwrap_or(shop.price),
        };
        let same = currency == Currency::CNY && i128::from(plain) == paid;
        if !best.is_some_and(personal) && told == Currency::CNY && paid != unit && !same {
            return Err("last_price");
        }
    }
    let mut total = half_up(unit * i128::from(cart.quantity), 10_000_000);
    // Goods for more than a trillion are no order.
    if total > 1_000_000_000_000 * 100 {
        return Err("too_large");
    }
    for (minor, money) in charges {
        let (over, under) = rate_of(shop, money, told)?;
        total += half_up(minor * over, under);
    }
    let total = i64::try_from(total).map_err(|_| "too_large")?;
    Ok((i64::try_from(unit).map_err(|_| "too_large")?, total, told))
}

/// What each part of the way costs; a shop has at most two parts.
fn way(shop: &Shop, cart: &Cart, basis: Incoterm) -> Result<Vec<(i128, i128, Currency)>, &'static str> {
    let Some(wanted) = cart.incoterm.filter(|wanted| *wanted != basis) else { return Ok(Vec::new()) };
    let row = |term: Incoterm| {
        let found = shop.freight.iter().find(|row| row.0 == term).ok_or("freight")?;
        if found.5.is_some_and(|up_to| cart.quantity > up_to) {
            return Err("freight");
        }
        Ok((found.1, (i128::from(found.3), i128::from(found.4), found.2)))
    };
    match wanted {
        Incoterm::Cif if cart.place.is_none() => Err("place"),
        Incoterm::Cif if cart.place != Some("汉堡") => Err("freight"),
        Incoterm::Cif => {
            let (over, last) = row(Incoterm::Cif)?;
            match over {
                over if over == basis => Ok(vec![last]),
                Incoterm::Fob => Ok(vec![row(Incoterm::Fob)?.1, last]),
                _ => Err("freight"),
            }
        }
        // The port is Ningbo: another one of the same country is not served.
        Incoterm::Fob if matches!(cart.place, Some("浙江" | "重庆")) => Err("freight"),
        Incoterm::Fob => Ok(vec![row(Incoterm::Fob)?.1]),
        _ => Err("freight"),
    }
}
